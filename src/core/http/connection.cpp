#include "core/http/connection.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/observe/log.h"

namespace welkin::http {

namespace {

/// A rest of a body that is cheaper to read than a new connection is to make.
constexpr uint64_t worth_draining = 256 * 1024;

/// What a request's body() is: the connection keeps the body itself, to read what is left of it.
class BodyHandle : public BodyReader {
public:
    explicit BodyHandle(IncomingBody& body) : body_(body) {}
    Task<std::string_view> read() override { return body_.read(); }
    Task<size_t> read_into(std::span<char> into) override { return body_.read_into(into); }
    std::optional<uint64_t> length() const override { return body_.length(); }

private:
    IncomingBody& body_;
};

Reply plain_error(int status, std::string_view sentence) {
    return text_reply(status,
                      fmt::format("{} {}\n\n{}\n", status, reason_phrase(status), sentence));
}

}  // namespace

ServerConnection::ServerConnection(ConnectionContext& context,
                                   std::unique_ptr<async::Stream> stream)
    : context_(context),
      head_limits_{.bytes = context.limits.header_bytes,
                   .target_bytes = context.limits.target_bytes},
      loop_(async::Loop::current()),
      stream_(std::move(stream)),
      peer_(stream_->peer().host) {}

Task<void> ServerConnection::run() {
    std::optional<Refusal> refusal;
    bool lingers = false;
    try {
        while (!context_.stopping) {
            const auto head_size = co_await read_head();
            if (head_size == 0) {
                break;
            }
            if (co_await serve_one(head_size) == Connection::close) {
                lingers = true;
                break;
            }
        }
    } catch (Refusal& refused) {
        refusal = std::move(refused);
    } catch (const std::exception& error) {
        log::debug("connection broke off", {{"peer", peer_}, {"why", error.what()}});
    }
    try {
        if (refusal && !closed_) {
            co_await refuse(*refusal);
            lingers = true;
        }
        if (lingers && !closed_) {
            co_await linger();
        }
    } catch (const std::exception&) {
        // The client left before it heard why; nothing is owed to it.
    }
    close_now();
}

void ServerConnection::close_if_idle() {
    if (idle_) {
        close_now();
    }
}

void ServerConnection::close_now() {
    if (!std::exchange(closed_, true)) {
        stream_->close();
    }
}

size_t ServerConnection::scan_head() {
    // An empty line before a request is left over from some client's idea of a body's end.
    if (input_.view().starts_with("\r\n")) {
        input_.consume(2);
        scanner_.reset();
    }
    return scanner_.find_end(input_.view(), head_limits_);
}

Task<size_t> ServerConnection::read_head() {
    scanner_.reset();
    std::optional<async::Steady::time_point> deadline;
    while (true) {
        if (const auto size = scan_head(); size > 0) {
            co_return size;
        }
        if (!co_await fill_head(deadline)) {
            co_return 0;
        }
    }
}

Task<bool> ServerConnection::fill_head(std::optional<async::Steady::time_point>& deadline) {
    const auto most = head_limits_.bytes + 1;
    if (input_.view().empty()) {
        input_.shrink();
        idle_ = true;
        bool more = false;
        try {
            more = co_await input_.fill(*stream_, most, context_.limits.idle_timeout);
        } catch (const Error&) {
            more = false;
        }
        idle_ = false;
        co_return more && !closed_;
    }
    if (!deadline) {
        deadline = loop_.now() + context_.limits.header_timeout;
    }
    const auto left = std::chrono::duration_cast<Duration>(*deadline - loop_.now());
    try {
        co_return co_await input_.fill(*stream_, most, std::max<Duration>(left, 1ms));
    } catch (const Error& error) {
        if (error.fault != Fault::request_timeout) {
            throw;
        }
    }
    throw Refusal{408, "The request header did not arrive in time."};
}

Request ServerConnection::make_request(RequestHead head) const {
    Request request;
    request.method = head.method;
    request.target = std::move(head.target);
    request.headers = std::move(head.headers);
    request.peer = peer_;
    if (!context_.public_url.empty()) {
        request.base_url = context_.public_url;
    } else {
        if (head.host.empty()) {
            const auto local = stream_->local();
            const bool v6 = local.host.find(':') != std::string::npos;
            head.host =
                fmt::format("{}{}{}:{}", v6 ? "[" : "", local.host, v6 ? "]" : "", local.port);
        }
        request.base_url = (stream_->encrypted() ? "https://" : "http://") + head.host;
    }
    return request;
}

Task<Connection> ServerConnection::serve_one(size_t head_size) {
    auto head = parse_request_head(input_.view().substr(0, head_size), head_limits_);
    input_.consume(head_size);
    IncomingBody body(*stream_, input_, head.framing, head.length,
                      context_.limits.body_stall_timeout);
    if (head.expects_continue) {
        body.expect_continue();
    }
    auto request = make_request(std::move(head));
    if (!body.finished()) {
        request.internals.body = std::make_unique<BodyHandle>(body);
    }
    co_return co_await answer(head, request, body);
}

Task<Connection> ServerConnection::answer(const RequestHead& head, Request& request,
                                          IncomingBody& body) {
    Reply reply;
    try {
        reply = co_await context_.handler(request);
    } catch (...) {
        log::error("request handler threw", {{"why", describe(std::current_exception())}});
        reply = plain_error(500, "An unexpected error prevented the request from being served.");
    }
    body.release();
    if (auto* upgrade = std::get_if<Upgrade>(&reply.body)) {
        const auto take = std::move(upgrade->take);
        co_await send_reply(*stream_, reply, {.stall_timeout = context_.limits.body_stall_timeout},
                            scratch_);
        idle_ = true;
        co_await take(*stream_, input_.take());
        co_return Connection::close;
    }
    // A client that still waits for its 100 may or may not send the body: only closing is clear.
    const bool can_go_on = body.finished() || (!body.continue_pending() && body.left() &&
                                               *body.left() <= worth_draining);
    const SendOptions options{.head_request = request.method == Method::HEAD,
                              .keep_alive = head.keep_alive && can_go_on && !context_.stopping,
                              .minor_version = head.minor_version,
                              .stall_timeout = context_.limits.body_stall_timeout};
    const auto verdict = co_await send_reply(*stream_, reply, options, scratch_);
    if (verdict == Connection::keep && !body.finished()) {
        co_await drain(body);
    }
    co_return verdict;
}

Task<void> ServerConnection::drain(IncomingBody& body) {
    while (!body.finished()) {
        co_await body.read();
    }
    body.release();
}

Task<void> ServerConnection::refuse(const Refusal& refusal) {
    co_await send_reply(*stream_, plain_error(refusal.status, refusal.sentence),
                        {.keep_alive = false, .stall_timeout = 5s}, scratch_);
}

Task<void> ServerConnection::linger() {
    // Closing with unread input makes the kernel reset the connection, and the client may lose the
    // reply; so read on for a while after having said that there will be no more.
    stream_->shutdown_write();
    idle_ = true;
    const auto until = loop_.now() + 2s;
    while (!context_.stopping && loop_.now() < until) {
        input_.take();
        if (!co_await input_.fill(*stream_, 64 * 1024, 1s)) {
            break;
        }
    }
}

}  // namespace welkin::http
