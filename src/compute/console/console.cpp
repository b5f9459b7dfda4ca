#include "compute/console/console.h"

#include "compute/agent/agent.h"
#include "compute/state.h"
#include "core/async/async.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/http/error_styles.h"
#include "core/http/router.h"
#include "core/http/websocket.h"
#include "core/observe/log.h"

namespace welkin::compute {
namespace {

constexpr Duration idle_timeout = 1h;
constexpr const char* page_folder = "/usr/share/novnc";

/// What the display says goes to the browser, until either side ends.
Task<void> relay_to_browser(async::Stream& display, http::WebSocket& browser) {
    try {
        std::string buffer(64 * 1024, '\0');
        while (const auto count = co_await display.read(buffer, idle_timeout)) {
            co_await browser.write(std::string_view(buffer).substr(0, count));
        }
    } catch (const Error&) {
        // Either side is gone; both are closed below.
    }
    co_await browser.close(1000, "the display ended");
}

Task<void> relay_to_display(async::Stream& display, http::WebSocket& browser) {
    try {
        while (const auto message = co_await browser.read(idle_timeout)) {
            co_await display.write(*message, {}, 30s);
        }
    } catch (const Error&) {
        // As above.
    }
    display.close();
}

Task<void> relay(std::unique_ptr<async::Stream> display, http::WebSocket& browser) {
    std::vector<Task<void>> both;
    both.push_back(relay_to_browser(*display, browser));
    both.push_back(relay_to_display(*display, browser));
    co_await async::all(std::move(both));
}

/// Browsers say which page opened a socket: only our own may.
void check_origin(const http::Request& request) {
    const auto origin = request.headers.find("Origin");
    if (!origin) {
        return;
    }
    const auto host = request.headers.get("Host");
    if (*origin != fmt::format("http://{}", host) && *origin != fmt::format("https://{}", host)) {
        throw forbidden("A page of {} may not open consoles of {}.", *origin, host);
    }
}

/// No body, and the end of the connection: clients of websockets take whatever follows for frames.
http::Reply refusal() {
    http::Reply reply{.status = 403};
    reply.headers.set("Connection", "close");
    reply.body = http::Upgrade{[](async::Stream&, std::string) -> Task<void> { co_return; }};
    return reply;
}

Task<http::Reply> open_websocket(State& state, http::Request& request) {
    check_origin(request);
    // First, so that a request that is no handshake does not use up the token. A std::function must
    // be copyable, so the stream, which comes later, is shared until it is used.
    auto display = std::make_shared<std::unique_ptr<async::Stream>>();
    auto reply = http::websocket_reply(request, [display](http::WebSocket& browser) {
        return relay(std::move(*display), browser);
    });
    const auto token = co_await state.core.database.write(
        [&](sql::Transaction& tx) { return state.consoles.take(tx, request.query.get("token")); });
    if (!token || !state.agent) {
        log::info("console refused: its token is unknown, used or expired",
                  {{"peer", request.peer}});
        co_return refusal();
    }
    *display = co_await state.agent->driver().open_vnc(token->server_id);
    log::info("console opened", {{"server", token->server_id}, {"peer", request.peer}});
    co_return reply;
}

std::string_view content_type(std::string_view path) {
    const auto dot = path.rfind('.');
    const auto ending = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    if (ending == "html") {
        return "text/html; charset=utf-8";
    }
    if (ending == "js") {
        return "text/javascript; charset=utf-8";
    }
    if (ending == "css") {
        return "text/css; charset=utf-8";
    }
    if (ending == "svg") {
        return "image/svg+xml";
    }
    return ending == "png" ? "image/png" : "application/octet-stream";
}

http::Reply show_page(State& state, const http::Request& request) {
    const auto& name = request.path_part("rest");
    auto& files = state.core.env.files();
    if (!files.exists(std::string(page_folder) + "/vnc_lite.html")) {
        throw not_found("noVNC is not installed on this host (Debian package novnc).");
    }
    for (const auto& part : text::split(name, '/')) {
        if (part.empty() || part.front() == '.') {
            throw not_found("There is no page '{}'.", name);
        }
    }
    const auto path = std::string(page_folder) + "/" + name;
    auto page = files.exists(path) ? files.read(path) : std::nullopt;
    if (!page) {
        throw not_found("There is no page '{}'.", name);
    }
    return http::text_reply(200, std::move(*page), std::string(content_type(name)));
}

}  // namespace

Task<std::string> open_console(State& state, ServerId server, HostName host, std::string type,
                               std::string base_url) {
    if (type != "novnc") {
        throw bad_request("This cloud offers consoles of type 'novnc', not '{}'.", type);
    }
    const auto ttl =
        std::chrono::milliseconds(state.core.config.milliseconds("compute.console_token_ttl"));
    ConsoleToken token{.token = text::to_hex(state.core.env.random_bytes(24)),
                       .server_id = std::move(server),
                       .host = std::move(host),
                       .type = std::move(type),
                       .expires_at = state.core.env.now() + ttl};
    co_await state.core.database.write([&](sql::Transaction& tx) {
        state.consoles.erase_expired(tx);
        state.consoles.insert(tx, token);
    });
    co_return fmt::format("{}/console/vnc_lite.html?path=console%2Fwebsockify%3Ftoken%3D{}",
                          base_url, token.token);
}

void mount_console(State& state) {
    const http::Api api{
        .name = "console", .prefix = "/console", .render_error = http::compute_error};
    const auto add = [&](const char* path, http::Handler handler) {
        state.core.router.add(
            api, {.method = http::Method::GET, .path = path, .flags = http::Flag::public_route},
            std::move(handler));
    };
    add("/websockify", [&state](http::Request& request) { return open_websocket(state, request); });
    add("/{rest*}", [&state](http::Request& request) -> Task<http::Reply> {
        co_return show_page(state, request);
    });
}

}  // namespace welkin::compute
