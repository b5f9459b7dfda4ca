// load: asks a server the same thing over kept connections, as fast as it answers, and says how
// fast that was in one line of JSON.
//
//   load [options] METHOD http://ADDRESS:PORT/PATH
//     -c N           connections, one request at a time each (1)
//     -s SECONDS     how long (5), unless
//     -n COUNT       this many requests
//     -H 'Name: x'   a header (repeatable)
//     -d BODY        a body; Content-Type and Content-Length are added
//     -e STATUS      the only status that is no error (200)
//     -f FIRST       what {n} in PATH and BODY stands for in the first request; one more in each
//     (0)
//
// One thread, epoll, and no more of HTTP/1.1 than a reply with a Content-Length: over 100,000
// requests a second on one core, so that it is not what is measured. Exit code 1: a reply was
// wrong.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Wanted {
    int connections = 1;
    double seconds = 5;
    uint64_t count = 0;
    int status = 200;
    uint64_t first = 0;
    std::string method;
    std::string path;
    std::string headers;
    std::string body;
    sockaddr_in address{};
};

struct Connection {
    int fd = -1;
    std::string request;
    size_t sent = 0;
    std::string reply;  ///< the head, then what of the body arrived with it
    int status = 0;
    uint64_t body_left = 0;
    bool in_body = false;
    Clock::time_point begun;
};

struct Outcome {
    std::vector<float> milliseconds;
    uint64_t errors = 0;
    uint64_t body_bytes = 0;
    std::string first_error;
};

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "load: %s\n", why.c_str());
    std::exit(2);
}

std::string with_number(std::string text, uint64_t number) {
    const auto digits = std::to_string(number);
    for (size_t at = 0; (at = text.find("{n}", at)) != std::string::npos; at += digits.size()) {
        text.replace(at, 3, digits);
    }
    return text;
}

std::string make_request(const Wanted& wanted, uint64_t number) {
    auto request =
        wanted.method + " " + with_number(wanted.path, number) + " HTTP/1.1\r\n" + wanted.headers;
    const auto body = with_number(wanted.body, number);
    if (!body.empty()) {
        request +=
            "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n";
    }
    return request + "\r\n" + body;
}

// ---- replies

/// The number after `name` (with its colon, in lower case) in a header block.
uint64_t number_in(std::string_view head, std::string_view name) {
    for (size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
        at += 2;
        const auto line = head.substr(at);
        if (line.size() > name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0) {
            return std::strtoull(line.data() + name.size(), nullptr, 10);
        }
    }
    return 0;
}

/// Takes bytes of the reply; true when it is whole.
bool take(Connection& connection, std::string_view bytes, Outcome& outcome) {
    if (!connection.in_body) {
        connection.reply.append(bytes);
        const auto end = connection.reply.find("\r\n\r\n");
        if (end == std::string::npos) {
            return false;
        }
        connection.status = std::atoi(connection.reply.c_str() + sizeof "HTTP/1.1");
        connection.body_left = number_in({connection.reply.data(), end + 2}, "content-length:");
        connection.in_body = true;
        bytes = std::string_view(connection.reply).substr(end + 4);
    }
    if (bytes.size() > connection.body_left) {
        fail("a reply is longer than its Content-Length");
    }
    connection.body_left -= bytes.size();
    outcome.body_bytes += bytes.size();
    return connection.body_left == 0;
}

// ---- the run

class Run {
public:
    explicit Run(const Wanted& wanted) : wanted_(wanted), buffer_(1 << 20) {}

    Outcome go() {
        begun_ = Clock::now();
        for (int i = 0; i < wanted_.connections; ++i) {
            open(*connections_.emplace_back(std::make_unique<Connection>()));
        }
        epoll_event events[64];
        while (active_ > 0) {
            const int count = epoll_wait(epoll_, events, 64, 30'000);
            if (count == 0) {
                fail("no reply for 30 seconds");
            }
            for (int i = 0; i < count; ++i) {
                serve(*static_cast<Connection*>(events[i].data.ptr));
            }
        }
        return std::move(outcome_);
    }
    double seconds() const { return std::chrono::duration<double>(ended_ - begun_).count(); }

private:
    void open(Connection& connection) {
        connection.fd = socket(AF_INET, SOCK_STREAM, 0);
        const int one = 1;
        setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        const auto* address = reinterpret_cast<const sockaddr*>(&wanted_.address);
        if (connect(connection.fd, address, sizeof wanted_.address) != 0) {
            fail(std::string("cannot connect: ") + std::strerror(errno));
        }
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event);
        ++active_;
        ask(connection);
    }

    void ask(Connection& connection) {
        connection.begun = ended_ = Clock::now();
        if (wanted_.count > 0 ? asked_ == wanted_.count : seconds() >= wanted_.seconds) {
            close(connection.fd);
            --active_;
            return;
        }
        connection.request = make_request(wanted_, wanted_.first + asked_++);
        connection.reply.clear();
        connection.in_body = false;
        // Blocking: a request is far smaller than a socket's buffer.
        const auto& request = connection.request;
        if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size())) {
            fail("the server does not take requests");
        }
    }

    void serve(Connection& connection) {
        const auto count = recv(connection.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (count <= 0) {
            fail("the server closed a connection");
        }
        if (take(connection, {buffer_.data(), static_cast<size_t>(count)}, outcome_)) {
            finish(connection);
        }
    }

    void finish(Connection& connection) {
        const std::chrono::duration<float, std::milli> took = Clock::now() - connection.begun;
        if (connection.status == wanted_.status) {
            outcome_.milliseconds.push_back(took.count());
        } else if (outcome_.errors++ == 0) {
            outcome_.first_error = connection.reply;
        }
        ask(connection);
    }

    const Wanted& wanted_;
    std::vector<char> buffer_;
    std::vector<std::unique_ptr<Connection>> connections_;
    Outcome outcome_;
    int epoll_ = epoll_create1(0);
    int active_ = 0;
    uint64_t asked_ = 0;
    Clock::time_point begun_;
    Clock::time_point ended_;
};

float percentile(std::vector<float>& sorted, double share) {
    return sorted.empty() ? 0 : sorted[static_cast<size_t>(share * (sorted.size() - 1))];
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int report(Outcome outcome, double seconds) {
    auto& times = outcome.milliseconds;
    std::sort(times.begin(), times.end());
    const auto requests = times.size();
    std::printf(
        "{\"requests\": %zu, \"errors\": %llu, \"seconds\": %.3f, \"per_second\": %.1f, "
        "\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"body_bytes\": %llu, "
        "\"client_cpu_s\": %.3f}\n",
        requests, static_cast<unsigned long long>(outcome.errors), seconds,
        static_cast<double>(requests) / seconds, percentile(times, 0.5), percentile(times, 0.99),
        static_cast<unsigned long long>(outcome.body_bytes), cpu_seconds());
    if (outcome.errors > 0) {
        std::fprintf(stderr, "load: %llu replies were wrong; the first:\n%s\n",
                     static_cast<unsigned long long>(outcome.errors), outcome.first_error.c_str());
    }
    return outcome.errors > 0 || requests == 0 ? 1 : 0;
}

// ---- the command line

void take_url(Wanted& wanted, std::string url) {
    constexpr std::string_view scheme = "http://";
    const auto slash = url.find('/', scheme.size());
    const auto colon = url.rfind(':', slash);
    if (!url.starts_with(scheme) || slash == std::string::npos || colon < scheme.size()) {
        fail("the URL must be like http://127.0.0.1:8700/path");
    }
    const auto host = url.substr(scheme.size(), colon - scheme.size());
    wanted.address.sin_family = AF_INET;
    wanted.address.sin_port = htons(static_cast<uint16_t>(std::atoi(url.c_str() + colon + 1)));
    if (inet_pton(AF_INET, host.c_str(), &wanted.address.sin_addr) != 1) {
        fail(host + " is not an IPv4 address");
    }
    wanted.path = url.substr(slash);
    wanted.headers += "Host: " + url.substr(scheme.size(), slash - scheme.size()) + "\r\n";
}

Wanted parse(int argc, char** argv) {
    Wanted wanted;
    for (int option = 0; (option = getopt(argc, argv, "c:s:n:H:d:e:f:")) != -1;) {
        switch (option) {
            case 'c':
                wanted.connections = std::max(1, std::atoi(optarg));
                break;
            case 's':
                wanted.seconds = std::atof(optarg);
                break;
            case 'n':
                wanted.count = std::strtoull(optarg, nullptr, 10);
                break;
            case 'H':
                wanted.headers.append(optarg).append("\r\n");
                break;
            case 'd':
                wanted.body = optarg;
                break;
            case 'e':
                wanted.status = std::atoi(optarg);
                break;
            case 'f':
                wanted.first = std::strtoull(optarg, nullptr, 10);
                break;
            default:
                std::exit(2);
        }
    }
    if (argc - optind != 2) {
        fail("what is asked for is METHOD URL; the options are told at the head of load.cpp");
    }
    wanted.method = argv[optind];
    take_url(wanted, argv[optind + 1]);
    return wanted;
}

}  // namespace

int main(int argc, char** argv) {
    const auto wanted = parse(argc, argv);
    Run run(wanted);
    auto outcome = run.go();
    return report(std::move(outcome), run.seconds());
}
