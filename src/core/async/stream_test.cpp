#include "core/async/stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "core/async/loops.h"
#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/run_child.h"

namespace welkin::async {
namespace {

constexpr Duration enough = 20s;

using StreamPointer = std::unique_ptr<Stream>;
using ListenerPointer = std::unique_ptr<Listener>;

struct Pair {
    StreamPointer client;
    StreamPointer server;
};

Task<Pair> make_pair_of(Address address) {
    auto listener = listen(address);
    auto client = co_await connect(listener->local(), enough);
    auto server = co_await listener->accept();
    co_return Pair{std::move(client), std::move(server)};
}

Task<std::string> read_all(Stream& stream) {
    std::string all;
    std::string buffer(100'000, '\0');
    for (;;) {
        const size_t count = co_await stream.read(buffer, enough);
        if (count == 0) {
            co_return all;
        }
        all.append(buffer, 0, count);
    }
}

Task<std::string> read_exactly(Stream& stream, size_t size) {
    std::string bytes(size, '\0');
    for (size_t done = 0; done < size;) {
        const size_t count = co_await stream.read(std::span(bytes).subspan(done), enough);
        if (count == 0) {
            throw unavailable("The peer ended early.");
        }
        done += count;
    }
    co_return bytes;
}

Task<void> echo(StreamPointer stream) {
    std::string buffer(10'000, '\0');
    for (;;) {
        const size_t count = co_await stream->read(buffer, enough);
        if (count == 0) {
            break;
        }
        co_await stream->write(std::string_view(buffer).substr(0, count), {}, enough);
    }
    stream->shutdown_write();
}

Task<Fault> fault_of(Task<void> task) {
    try {
        co_await std::move(task);
    } catch (const Error& error) {
        EXPECT_FALSE(error.message.empty());
        co_return error.fault;
    }
    ADD_FAILURE() << "nothing was thrown";
    co_return Fault::internal;
}

Task<void> read_once(Stream& stream, Duration timeout) {
    std::string buffer(100, '\0');
    static_cast<void>(co_await stream.read(buffer, timeout));
}

std::string noise(size_t size) {
    std::string bytes(size, '\0');
    uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

Task<void> send_and_end(Stream& stream, std::string_view first, std::string_view second) {
    co_await stream.write(first, second, enough);
    stream.shutdown_write();
}

Task<void> both_ways(Stream& client, const std::string& bytes) {
    std::string back;
    std::vector<Task<void>> tasks;
    tasks.push_back(send_and_end(client, std::string_view(bytes).substr(0, 1000),
                                 std::string_view(bytes).substr(1000)));
    tasks.push_back([](Stream& stream, std::string& into) -> Task<void> {
        into = co_await read_all(stream);
    }(client, back));
    co_await all(std::move(tasks));
    EXPECT_TRUE(back == bytes);
}

Task<void> echo_test(Address address) {
    auto pair = co_await make_pair_of(address);
    EXPECT_EQ(pair.client->peer().host, address.host);
    EXPECT_EQ(pair.server->peer().port, pair.client->local().port);
    EXPECT_FALSE(pair.client->encrypted());
    spawn(echo(std::move(pair.server)), "echo");
    co_await both_ways(*pair.client, noise(5'000'000));
}

TEST(Stream, CarriesBytesBothWaysOverIpv4AndIpv6) {
    Loops loops(1);
    loops.run(echo_test({"127.0.0.1", 0}));
    loops.run(echo_test({"::1", 0}));
}

TEST(Stream, MappedIpv4PeersAreShownAsIpv4) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto listener = listen({"::", 0});
        auto client = co_await connect({"localhost", listener->local().port}, enough);
        auto v4 = co_await connect({"127.0.0.1", listener->local().port}, enough);
        auto first = co_await listener->accept();
        auto second = co_await listener->accept();
        EXPECT_EQ(second->peer().host, "127.0.0.1");
    }());
}

Task<void> unix_test(std::string path) {
    auto listener = listen_unix(path);
    EXPECT_EQ(co_await fault_of([](std::string taken) -> Task<void> {
                  listen_unix(taken);
                  co_return;
              }(path)),
              Fault::unavailable);
    auto client = co_await connect_unix(path, enough);
    EXPECT_EQ(client->peer().host, "unix");
    spawn(echo(co_await listener->accept()), "echo");
    co_await both_ways(*client, noise(1'000'000));
    EXPECT_EQ(co_await fault_of([](std::string missing) -> Task<void> {
                  co_await connect_unix(missing, enough);
              }(path + "x")),
              Fault::unavailable);
}

TEST(Stream, UnixSocketsCarryBytesToo) {
    Loops loops(1);
    const auto path = fmt::format("/tmp/welkin-stream-{}", ::getpid());
    loops.run(unix_test(path));
    ::unlink(path.c_str());
}

TEST(Stream, WaitsNoLongerThanAsked) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto pair = co_await make_pair_of({"127.0.0.1", 0});
        // A long wait first, so that the timer has to be moved forward.
        co_await pair.server->write("x", {}, enough);
        co_await read_once(*pair.client, 1h);
        const auto start = Steady::now();
        EXPECT_EQ(co_await fault_of(read_once(*pair.client, 20ms)), Fault::request_timeout);
        EXPECT_LT(Steady::now() - start, 5s);
        const std::string much(50'000'000, 'x');
        EXPECT_EQ(co_await fault_of(pair.client->write(much, {}, 20ms)), Fault::request_timeout);
    }());
}

TEST(Stream, CloseEndsAWaitingRead) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto pair = co_await make_pair_of({"127.0.0.1", 0});
        spawn(
            [](Stream& stream) -> Task<void> {
                co_await sleep(5ms);
                stream.close();
            }(*pair.client),
            "closer");
        EXPECT_EQ(co_await fault_of(read_once(*pair.client, enough)), Fault::unavailable);
        EXPECT_EQ(co_await read_all(*pair.server), "");
    }());
}

TEST(Stream, APeerThatIsGoneIsUnavailable) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto pair = co_await make_pair_of({"127.0.0.1", 0});
        pair.server->close();
        EXPECT_EQ(co_await fault_of([](Stream& stream) -> Task<void> {
                      for (;;) {
                          co_await stream.write("x", {}, enough);
                          co_await sleep(1ms);
                      }
                  }(*pair.client)),
                  Fault::unavailable);
    }());
}

TEST(Stream, DestroyingAWaitingReadIsSafe) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto pair = co_await make_pair_of({"127.0.0.1", 0});
        {
            auto read = read_once(*pair.client, enough);
            read.await_suspend(std::noop_coroutine()).resume();
        }
        co_await pair.server->write("hello", {}, enough);
        EXPECT_EQ(co_await read_exactly(*pair.client, 5), "hello");
    }());
}

TEST(Stream, DestroyingAStreamEndsAWaitingRead) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto pair = co_await make_pair_of({"127.0.0.1", 0});
        spawn(
            [](StreamPointer& stream) -> Task<void> {
                co_await sleep(5ms);
                stream.reset();
            }(pair.client),
            "destroyer");
        EXPECT_EQ(co_await fault_of(read_once(*pair.client, enough)), Fault::unavailable);
    }());
}

TEST(Stream, OutlivesItsLoops) {
    StreamPointer kept;
    ListenerPointer listener;
    {
        Loops loops(1);
        loops.run([](StreamPointer& stream, ListenerPointer& door) -> Task<void> {
            auto pair = co_await make_pair_of({"127.0.0.1", 0});
            stream = std::move(pair.client);
            spawn(echo(std::move(pair.server)), "echo");
            door = listen({"127.0.0.1", 0});
            spawn(
                [](Listener& waiting) -> Task<void> {
                    static_cast<void>(co_await waiting.accept());
                }(*door),
                "acceptor");
            co_await sleep(1ms);
        }(kept, listener));
    }
    kept->close();
    listener->close();
}

TEST(Listener, SaysWhichAddressIsTaken) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto listener = listen({"127.0.0.1", 0});
        try {
            listen(listener->local());
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::unavailable);
            EXPECT_NE(error.message.find(std::to_string(listener->local().port)),
                      std::string::npos);
        }
        auto shared = listen({"127.0.0.1", 0}, Share::yes);
        auto again = listen(shared->local(), Share::yes);
        EXPECT_EQ(again->local().port, shared->local().port);
        co_return;
    }());
}

TEST(Listener, CloseEndsAWaitingAccept) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        auto listener = listen({"127.0.0.1", 0});
        spawn(
            [](Listener& open) -> Task<void> {
                co_await sleep(5ms);
                open.close();
            }(*listener),
            "closer");
        EXPECT_EQ(co_await fault_of([](Listener& open) -> Task<void> {
                      static_cast<void>(co_await open.accept());
                  }(*listener)),
                  Fault::unavailable);
    }());
}

TEST(Connect, SaysWhatIsWrong) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        uint16_t port = 0;
        {
            port = listen({"127.0.0.1", 0})->local().port;
        }
        const auto try_it = [](Address address) -> Task<void> {
            static_cast<void>(co_await connect(address, enough));
        };
        EXPECT_EQ(co_await fault_of(try_it({"127.0.0.1", port})), Fault::unavailable);
        EXPECT_EQ(co_await fault_of(try_it({"no-such-host.invalid", 80})), Fault::unavailable);
    }());
}

/// A listener in another network namespace, seen from a process inside it.
TEST(Listener, OpensInANetworkNamespace) {
    const auto name = fmt::format("welkin-listen-{}", ::getpid());
    if (::getuid() != 0 || run_child({"ip", "netns", "add", name}, {}, enough).exit_code != 0) {
        GTEST_SKIP() << "needs root and ip";
    }
    const auto run_inside = [&](std::vector<std::string> argv) {
        argv.insert(argv.begin(), {"ip", "netns", "exec", name});
        return run_child(argv, {}, enough);
    };
    EXPECT_EQ(run_inside({"ip", "link", "set", "lo", "up"}).exit_code, 0);
    Loops loops(1);
    loops.run([](std::string space) -> Task<void> {
        auto listener = listen_in_namespace(space, {"127.0.0.1", 0});
        EXPECT_EQ(co_await fault_of([](Address outside) -> Task<void> {
                      static_cast<void>(co_await connect(outside, enough));
                  }(listener->local())),
                  Fault::unavailable);
        const auto script =
            fmt::format("exec 3<>/dev/tcp/127.0.0.1/{}; echo hello >&3", listener->local().port);
        std::vector<Task<void>> tasks;
        tasks.push_back([](Listener& door) -> Task<void> {
            auto stream = co_await door.accept();
            EXPECT_EQ(co_await read_all(*stream), "hello\n");
        }(*listener));
        tasks.push_back([](std::string where, std::string what) -> Task<void> {
            const std::vector<std::string> argv = {"ip",   "netns", "exec", where,
                                                   "bash", "-c",    what};
            const auto result = co_await blocking([&] { return run_child(argv, {}, enough); });
            EXPECT_EQ(result.exit_code, 0) << result.err;
        }(space, script));
        co_await all(std::move(tasks));
    }(name));
    run_child({"ip", "netns", "del", name}, {}, enough);
}

class StreamFiles : public testing::Test {
protected:
    StreamFiles() {
        std::string pattern = "/tmp/welkin-stream-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~StreamFiles() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    void write_file(const std::string& name, std::string_view bytes) const {
        const Descriptor file(::open(path(name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        ASSERT_EQ(::write(file.get(), bytes.data(), bytes.size()),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// A certificate for localhost and 127.0.0.1 that is its own authority.
    void make_certificate(const std::string& name) const {
        const auto result =
            run_child({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                       "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                       "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                       "-keyout", path(name + ".key"), "-out", path(name + ".pem")},
                      {}, enough);
        ASSERT_EQ(result.exit_code, 0) << result.err;
    }

    std::string folder_;
    Loops loops_{1};
};

Task<void> send_file(StreamPointer stream, int descriptor, uint64_t offset, uint64_t length) {
    co_await stream->write_file(descriptor, offset, length, enough);
    stream->shutdown_write();
    static_cast<void>(co_await read_all(*stream));
}

TEST_F(StreamFiles, FilesAreSentFromAnyOffset) {
    const auto bytes = noise(6'000'000);
    write_file("f", bytes);
    const Descriptor file(::open(path("f").c_str(), O_RDONLY | O_CLOEXEC));
    loops_.run([](const std::string& expected, int descriptor) -> Task<void> {
        auto pair = co_await make_pair_of({"127.0.0.1", 0});
        spawn(send_file(std::move(pair.server), descriptor, 1234, 5'000'000), "sender");
        EXPECT_TRUE(co_await read_all(*pair.client) == expected.substr(1234, 5'000'000));
        pair.client->shutdown_write();

        auto other = co_await make_pair_of({"127.0.0.1", 0});
        EXPECT_EQ(co_await fault_of(other.server->write_file(descriptor, 5'999'000, 2000, enough)),
                  Fault::internal);
    }(bytes, file.get()));
}

Task<StreamPointer> accept_tls(Listener& listener, const TlsServer& tls) {
    auto plain = co_await listener.accept();
    co_return co_await tls.accept(std::move(plain), enough);
}

Task<void> serve_tls(Listener& listener, const TlsServer& tls) {
    co_await echo(co_await accept_tls(listener, tls));
}

TEST_F(StreamFiles, TlsCarriesBytesForThoseWhoTrustTheServer) {
    make_certificate("server");
    make_certificate("other");
    loops_.run([](std::string certificate, std::string key, std::string other) -> Task<void> {
        const TlsServer tls(certificate, key);
        auto listener = listen({"127.0.0.1", 0});
        const auto address = listener->local();
        for (const std::string name : {"localhost", "127.0.0.1"}) {
            spawn(serve_tls(*listener, tls), "server");
            auto client = co_await connect_tls(address, name, certificate, enough);
            EXPECT_TRUE(client->encrypted());
            EXPECT_EQ(client->peer().port, address.port);
            co_await both_ways(*client, noise(3'000'000));
        }
        const auto refused = [](Address where, std::string name, std::string roots) -> Task<void> {
            static_cast<void>(co_await connect_tls(where, name, roots, enough));
        };
        for (const auto& [name, roots] : {std::pair{std::string("localhost"), other},
                                          std::pair{std::string("elsewhere"), certificate},
                                          std::pair{std::string("localhost"), std::string()}}) {
            spawn(serve_tls(*listener, tls), "server");
            EXPECT_EQ(co_await fault_of(refused(address, name, roots)), Fault::unavailable);
        }
        co_await sleep(5ms);
    }(path("server.pem"), path("server.key"), path("other.pem")));
}

TEST_F(StreamFiles, TlsSendsFilesAndSaysGoodbye) {
    make_certificate("server");
    const auto bytes = noise(1'000'000);
    write_file("f", bytes);
    const Descriptor file(::open(path("f").c_str(), O_RDONLY | O_CLOEXEC));
    loops_.run([](std::string certificate, std::string key, const std::string& expected,
                  int descriptor) -> Task<void> {
        const TlsServer tls(certificate, key);
        auto listener = listen({"127.0.0.1", 0});
        spawn(
            [](Listener& door, const TlsServer& server, int fd) -> Task<void> {
                auto stream = co_await accept_tls(door, server);
                co_await stream->write_file(fd, 10, 999'990, enough);
            }(*listener, tls, descriptor),
            "server");
        auto client = co_await connect_tls(listener->local(), "localhost", certificate, enough);
        EXPECT_TRUE(co_await read_all(*client) == expected.substr(10));
    }(path("server.pem"), path("server.key"), bytes, file.get()));
}

TEST_F(StreamFiles, TlsHandshakesAreBounded) {
    make_certificate("server");
    EXPECT_THROW(TlsServer(path("none.pem"), path("server.key")), Error);
    EXPECT_THROW(TlsServer(path("server.pem"), path("server.pem")), Error);
    loops_.run([](std::string certificate, std::string key) -> Task<void> {
        const TlsServer tls(certificate, key);
        const auto accept = [](const TlsServer& server, StreamPointer plain) -> Task<void> {
            static_cast<void>(co_await server.accept(std::move(plain), 20ms));
        };
        auto silent = co_await make_pair_of({"127.0.0.1", 0});
        EXPECT_EQ(co_await fault_of(accept(tls, std::move(silent.server))), Fault::request_timeout);
        auto plain = co_await make_pair_of({"127.0.0.1", 0});
        co_await plain.client->write("GET / HTTP/1.1\r\n\r\n", {}, enough);
        EXPECT_EQ(co_await fault_of(accept(tls, std::move(plain.server))), Fault::unavailable);
        auto gone = co_await make_pair_of({"127.0.0.1", 0});
        gone.client.reset();
        EXPECT_EQ(co_await fault_of(accept(tls, std::move(gone.server))), Fault::unavailable);
    }(path("server.pem"), path("server.key")));
}

}  // namespace
}  // namespace welkin::async
