#include "network/host/linux/metadata_listener.h"

#include "core/async/stream.h"
#include "core/http/server.h"
#include "core/observe/log.h"
#include "network/host/names.h"

namespace welkin::network {

namespace {

http::ServerOptions small_server() {
    http::ServerOptions options;
    options.limits.connections = 256;
    options.limits.idle_timeout = 15s;
    options.limits.header_timeout = 10s;
    return options;
}

}  // namespace

struct MetadataListener::State {
    State(const NetworkId& id, MetadataServer answers)
        : listener(async::listen_in_namespace(namespace_name(id), {"169.254.169.254", 80})),
          server(small_server(), [id, answer = std::move(answers)](http::Request& request) {
              return answer(id, request.peer, request);
          }) {}

    std::unique_ptr<async::Listener> listener;
    http::Server server;
    bool stopped = false;
};

namespace {

template <class State>
Task<void> serve_one(std::shared_ptr<State> state, std::unique_ptr<async::Stream> stream) {
    co_await state->server.serve(std::move(stream));
}

template <class State>
Task<void> accept_all(std::shared_ptr<State> state) {
    while (!state->stopped) {
        bool pause = false;
        try {
            auto stream = co_await state->listener->accept();
            async::spawn(serve_one(state, std::move(stream)), "metadata connection");
        } catch (const std::exception& error) {
            pause = !state->stopped;
            if (pause) {
                log::warning("cannot accept a metadata connection", {{"why", error.what()}});
            }
        }
        if (pause) {
            co_await async::sleep(100ms);
        }
    }
}

}  // namespace

MetadataListener::MetadataListener(const NetworkId& network, MetadataServer server)
    : state_(std::make_shared<State>(network, std::move(server))) {
    async::spawn(accept_all(state_), "metadata accept");
}

MetadataListener::~MetadataListener() {
    state_->stopped = true;
    state_->listener->close();
}

}  // namespace welkin::network
