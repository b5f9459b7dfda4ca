#include "core/http/client.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "core/async/stream.h"
#include "core/http/incoming.h"
#include "core/http/message.h"
#include "core/http/outgoing.h"
#include "core/http/url.h"

namespace welkin::http {

namespace {

constexpr auto longest_idle = 20s;
/// A peer may close a kept connection at any time, and what cannot be sent twice must not find out.
constexpr auto longest_idle_unrepeatable = 2s;
constexpr size_t kept_for_each_origin = 32;

struct Peer {
    std::unique_ptr<async::Stream> stream;
    InputBuffer input;
    async::Steady::time_point idle_since{};
    bool used_before = false;
};

bool repeatable(Method method) { return method != Method::POST && method != Method::PATCH; }

std::vector<std::string> resolve(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
        throw unavailable("The host {} cannot be found: {}.", host, gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
    std::vector<std::string> addresses;
    for (const auto* one = found; one && addresses.size() < 8; one = one->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0,
                        NI_NUMERICHOST) == 0) {
            addresses.emplace_back(text);
        }
    }
    return addresses;
}

bool is_numeric(const std::string& host) {
    in6_addr ignored{};
    return inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
           inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

Task<std::unique_ptr<async::Stream>> connect_to(Url url, std::string ca_path, Duration timeout) {
    std::vector<std::string> addresses{url.host};
    if (!is_numeric(url.host)) {
        addresses = co_await async::blocking([host = url.host] { return resolve(host); });
    }
    std::exception_ptr last;
    for (const auto& address : addresses) {
        try {
            if (url.encrypted) {
                co_return co_await async::connect_tls({address, url.port}, url.host, ca_path,
                                                      timeout);
            }
            co_return co_await async::connect({address, url.port}, timeout);
        } catch (const Error&) {
            last = std::current_exception();
        }
    }
    if (last) {
        std::rethrow_exception(last);
    }
    throw unavailable("The host {} has no address.", url.host);
}

std::string render_request(const ClientRequest& request, const Url& url) {
    std::string out;
    out.reserve(512);
    out.append(to_text(request.method)).append(" ").append(url.target).append(" HTTP/1.1\r\n");
    if (!request.headers.has("Host")) {
        append_header_line(out, "Host", url.authority());
    }
    for (const auto& [name, value] : request.headers) {
        append_header_line(out, name, value);
    }
    const bool may_have_body = request.method == Method::POST || request.method == Method::PUT ||
                               request.method == Method::PATCH;
    if ((!request.body.empty() || may_have_body) && !request.headers.has("Content-Length")) {
        append_header_line(out, "Content-Length", fmt::format_int(request.body.size()).c_str());
    }
    return out += "\r\n";
}

Task<ResponseHead> read_head(Peer& peer, Method method, Duration timeout, bool& heard) {
    const HeadLimits limits;
    while (true) {
        HeadScanner scanner;
        size_t size = 0;
        while ((size = scanner.find_end(peer.input.view(), limits)) == 0) {
            if (!co_await peer.input.fill(*peer.stream, limits.bytes + 1, timeout)) {
                throw unavailable("The peer closed the connection before it answered.");
            }
            heard = true;
        }
        auto head = parse_response_head(peer.input.view().substr(0, size), method, limits);
        peer.input.consume(size);
        if (head.status == 101 || head.status >= 200) {
            co_return head;
        }
    }
}

Task<void> read_body(IncomingBody& body, const ClientRequest& request, std::string& collected) {
    while (true) {
        const auto piece = co_await body.read();
        if (piece.empty()) {
            break;
        }
        if (request.on_body) {
            co_await request.on_body(piece);
            continue;
        }
        if (collected.size() + piece.size() > request.max_body_bytes) {
            throw bad_gateway("The answer from {} is larger than the {} bytes allowed.",
                              request.url, request.max_body_bytes);
        }
        collected.append(piece);
    }
    body.release();
}

}  // namespace

struct Client::State {
    using Origin = std::pair<async::Loop*, std::string>;

    std::mutex mutex;
    std::map<Origin, std::vector<Peer>> kept;

    static Origin origin_of(const Url& url, const ClientRequest& request) {
        return {&async::Loop::current(), fmt::format("{} {} {} {}", url.encrypted ? "s" : "",
                                                     url.host, url.port, request.ca_path)};
    }

    std::optional<Peer> take(const Origin& origin, Duration idle_at_most) {
        const auto now = origin.first->now();
        std::vector<Peer> stale;
        const std::lock_guard lock(mutex);
        auto& peers = kept[origin];
        std::optional<Peer> taken;
        while (!peers.empty() && !taken) {
            // The one used last is the least likely to have been closed.
            auto peer = std::move(peers.back());
            peers.pop_back();
            if (now - peer.idle_since <= idle_at_most) {
                taken = std::move(peer);
            } else {
                stale.push_back(std::move(peer));
            }
        }
        if (peers.empty()) {
            kept.erase(origin);
        }
        return taken;
    }

    void keep(const Origin& origin, Peer peer) {
        peer.idle_since = origin.first->now();
        peer.used_before = true;
        const std::lock_guard lock(mutex);
        auto& peers = kept[origin];
        if (peers.size() >= kept_for_each_origin) {
            peers.erase(peers.begin());
        }
        peers.push_back(std::move(peer));
    }

    /// One attempt. `heard` is set once the peer has answered anything.
    Task<ClientReply> exchange(Peer peer, const Origin& origin, const Url& url,
                               const ClientRequest& request, bool& heard);
    Task<ClientReply> send(ClientRequest request);
};

Task<ClientReply> Client::State::exchange(Peer peer, const Origin& origin, const Url& url,
                                          const ClientRequest& request, bool& heard) {
    co_await peer.stream->write(render_request(request, url), request.body, request.timeout);
    ClientReply reply;
    const auto head = co_await read_head(peer, request.method, request.timeout, heard);
    reply.status = head.status;
    IncomingBody body(*peer.stream, peer.input, head.framing, head.length, request.timeout);
    bool broken = false;
    std::string why;
    try {
        co_await read_body(body, request, reply.body);
    } catch (const Error& error) {
        // Broken framing and a body cut short are the peer's fault here, not a user's.
        broken = error.fault == Fault::bad_request && !body.finished();
        why = error.message;
        if (!broken) {
            throw;
        }
    }
    if (broken) {
        throw unavailable("The answer from {} broke off: {}", request.url, why);
    }
    reply.headers = std::move(head.headers);
    if (head.keep_alive && head.status != 101 && peer.input.view().empty()) {
        keep(origin, std::move(peer));
    }
    co_return reply;
}

Task<ClientReply> Client::State::send(ClientRequest request) {
    const auto url = parse_url(request.url);
    const auto origin = origin_of(url, request);
    const bool again = repeatable(request.method);
    auto peer = take(origin, again ? Duration(longest_idle) : Duration(longest_idle_unrepeatable));
    bool heard = false;
    if (peer) {
        try {
            co_return co_await exchange(std::move(*peer), origin, url, request, heard);
        } catch (const Error& error) {
            // A kept connection that the peer had closed meanwhile: once more, on a new one.
            if (heard || !again || error.fault != Fault::unavailable) {
                throw;
            }
        }
    }
    Peer fresh;
    fresh.stream = co_await connect_to(url, request.ca_path, request.timeout);
    co_return co_await exchange(std::move(fresh), origin, url, request, heard);
}

Client::Client() : state_(std::make_unique<State>()) {}

Client::~Client() {
    // Streams are closed where they live.
    for (auto& [origin, peers] : state_->kept) {
        auto* loop = origin.first;
        if (loop != async::Loop::current_or_null()) {
            loop->post([closing = std::move(peers)]() mutable { closing.clear(); });
        }
    }
}

Task<ClientReply> Client::send(ClientRequest request) {
    const auto url = request.url;
    try {
        co_return co_await state_->send(std::move(request));
    } catch (const Refusal& refusal) {
        throw bad_gateway("The answer from {} is not valid HTTP: {}", url, refusal.sentence);
    }
}

}  // namespace welkin::http
