#include "core/http/server.h"

#include <future>
#include <unordered_set>
#include <utility>

#include "core/http/connection.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

namespace welkin::http {

struct Server::State : std::enable_shared_from_this<Server::State> {
    explicit State(ServerOptions server_options, RequestHandler handler)
        : options(std::move(server_options)) {
        context.limits = options.limits;
        context.public_url = options.public_url;
        context.handler = std::move(handler);
        while (context.public_url.ends_with('/')) {
            context.public_url.pop_back();
        }
        if (!options.certificate_path.empty()) {
            tls = std::make_unique<async::TlsServer>(options.certificate_path, options.key_path);
        }
    }

    void start(async::Loops& loops);
    void listen_here(async::Loop& loop, async::Address where);
    Task<void> accept_all(std::shared_ptr<State> self, async::Listener& listener);
    Task<void> welcome(std::shared_ptr<State> self, std::unique_ptr<async::Stream> stream);
    Task<void> serve(std::unique_ptr<async::Stream> stream);
    void close_listeners(const std::shared_ptr<State>& self);
    void on_each_connection(const std::shared_ptr<State>& self, void (ServerConnection::*act)());
    void enter() { ++active; }
    void leave() {
        if (--active == 0 && context.stopping) {
            drained.set();
        }
    }

    struct Listening {
        async::Loop* loop = nullptr;
        std::unique_ptr<async::Listener> listener;
    };

    ServerOptions options;
    ConnectionContext context;
    std::unique_ptr<async::TlsServer> tls;
    std::vector<Listening> listening;
    async::Address address;
    std::atomic<int> connections{0};
    metrics::Gauge& open_gauge =
        metrics::gauge("http_connections", "Connections of clients that are open.");
    std::atomic<int> active{0};  ///< connections and accept loops
    async::Event drained;
    std::mutex mutex;
    std::unordered_set<ServerConnection*> open;  ///< guarded by mutex
};

void Server::State::listen_here(async::Loop& loop, async::Address where) {
    listening.push_back({&loop, async::listen(where, async::Share::yes)});
    address = listening.back().listener->local();
    enter();
    async::spawn(accept_all(shared_from_this(), *listening.back().listener), "http accept");
}

void Server::State::start(async::Loops& loops) {
    listening.reserve(loops.count());
    auto where = options.listen;
    for (size_t i = 0; i < loops.count(); ++i) {
        auto& loop = loops.at(i);
        if (async::Loop::current_or_null() == &loop) {
            listen_here(loop, where);
        } else {
            std::promise<void> done;
            loop.post([&] {
                try {
                    listen_here(loop, where);
                    done.set_value();
                } catch (...) {
                    done.set_exception(std::current_exception());
                }
            });
            done.get_future().get();
        }
        where.port = address.port;
    }
}

Task<void> Server::State::accept_all(std::shared_ptr<State> self, async::Listener& listener) {
    while (!context.stopping) {
        bool pause = false;
        try {
            auto stream = co_await listener.accept();
            async::spawn(welcome(self, std::move(stream)), "http connection");
        } catch (const std::exception& error) {
            // Too many open files, most likely: some will be closed in a moment.
            pause = !context.stopping;
            if (pause) {
                log::warning("cannot accept a connection", {{"why", error.what()}});
            }
        }
        if (pause) {
            co_await async::sleep(100ms);
        }
    }
    leave();
}

Task<void> Server::State::welcome([[maybe_unused]] std::shared_ptr<State> self,
                                  std::unique_ptr<async::Stream> stream) {
    enter();
    try {
        if (tls) {
            stream = co_await tls->accept(std::move(stream), options.limits.header_timeout);
        }
        co_await serve(std::move(stream));
    } catch (const std::exception& error) {
        log::debug("connection failed", {{"why", error.what()}});
    }
    leave();
}

Task<void> Server::State::serve(std::unique_ptr<async::Stream> stream) {
    if (connections.fetch_add(1) >= options.limits.connections || context.stopping) {
        connections.fetch_sub(1);
        const std::string_view body = "503 Service Unavailable\n\nToo many connections are open.\n";
        co_await stream->write(
            fmt::format("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
                        "Retry-After: 1\r\nContent-Type: text/plain\r\n"
                        "Content-Length: {}\r\n\r\n",
                        body.size()),
            body, 1s);
        stream->close();
        co_return;
    }
    ServerConnection connection(context, std::move(stream));
    {
        const std::lock_guard lock(mutex);
        open.insert(&connection);
    }
    open_gauge.add(1);
    co_await connection.run();
    open_gauge.add(-1);
    {
        const std::lock_guard lock(mutex);
        open.erase(&connection);
    }
    connections.fetch_sub(1);
}

void Server::State::close_listeners(const std::shared_ptr<State>& self) {
    for (auto& [loop, listener] : listening) {
        loop->post([self, closing = listener.get()] { closing->close(); });
    }
}

void Server::State::on_each_connection(const std::shared_ptr<State>& self,
                                       void (ServerConnection::*act)()) {
    const std::lock_guard lock(mutex);
    for (auto* connection : open) {
        // Looked up again on its own loop, where alone it can end: it may be gone by then.
        connection->loop().post([self, connection, act] {
            std::unique_lock inner(self->mutex);
            const bool still_open = self->open.contains(connection);
            inner.unlock();
            if (still_open) {
                (connection->*act)();
            }
        });
    }
}

Server::Server(async::Loops& loops, ServerOptions options, RequestHandler handler)
    : state_(std::make_shared<State>(std::move(options), std::move(handler))) {
    state_->start(loops);
}

Server::Server(ServerOptions options, RequestHandler handler)
    : state_(std::make_shared<State>(std::move(options), std::move(handler))) {}

Server::~Server() {
    if (!state_->context.stopping.exchange(true)) {
        state_->close_listeners(state_);
        state_->on_each_connection(state_, &ServerConnection::close_now);
    }
}

async::Address Server::address() const { return state_->address; }

int Server::open_connections() const { return state_->connections; }

Task<void> Server::serve(std::unique_ptr<async::Stream> stream) {
    auto state = state_;
    state->enter();
    co_await state->serve(std::move(stream));
    state->leave();
}

Task<void> Server::stop() {
    auto state = state_;
    if (state->context.stopping.exchange(true)) {
        co_return;
    }
    state->close_listeners(state);
    state->on_each_connection(state, &ServerConnection::close_if_idle);
    if (state->active == 0 || co_await state->drained.wait(state->options.limits.drain_timeout)) {
        co_return;
    }
    state->on_each_connection(state, &ServerConnection::close_now);
    co_await state->drained.wait(500ms);
}

}  // namespace welkin::http
