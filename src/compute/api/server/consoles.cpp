// What a guest shows: its serial console as text, its display as a URL.
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/server/server_actions.h"
#include "compute/api/server/server_view.h"
#include "compute/console/console.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

constexpr uint64_t most_bytes = 100 * 1024;  // as much as Nova keeps

/// The server of the path, if it is on a host and in the right state.
Task<Server> ready_server(Request& request, State& compute, Action action) {
    auto server = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    if (server.host.empty()) {
        throw conflict("Instance {} is not ready", server.id);
    }
    require_state(server, action);
    co_return server;
}

/// Guests write any bytes; JSON holds UTF-8 text without control characters.
std::string readable(std::string_view bytes) {
    std::string kept;
    kept.reserve(bytes.size());
    for (char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 || c == '\n' || c == '\t') {
            kept += c;
        }
    }
    if (!text::is_utf8(kept)) {
        for (auto& c : kept) {
            c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
        }
    }
    return kept;
}

/// Without the line break at the end, so that splitting at line breaks gives `count` lines.
std::string last_lines(std::string text, int64_t count) {
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    auto from = text.size();
    while (count > 0 && from > 0) {
        if (text[--from] == '\n' && --count == 0) {
            return text.substr(from + 1);
        }
    }
    return count == 0 ? std::string() : text;
}

void refuse_all_but(const json::Value& body, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : body.as_object()) {
        if (std::ranges::find(known, name) == known.end()) {
            throw bad_request(
                "Additional properties are not allowed ('{}' was unexpected). Allowed are: {}.",
                name, fmt::join(known, ", "));
        }
    }
}

/// Lines wanted; nothing for all.
std::optional<int64_t> read_length(const Request& request) {
    const auto& body = request.json("os-getConsoleOutput");
    refuse_all_but(body, {"length"});
    const auto& given = body["length"];
    if (given.is_null()) {
        return std::nullopt;
    }
    const auto number = given.is_integer()  ? std::optional(given.as_integer())
                        : given.is_string() ? text::to_integer(given.as_string())
                                            : std::nullopt;
    if (!number || *number < -1) {
        throw bad_request(
            "Invalid input for field/attribute length. It must be a number of lines, "
            "or -1 for all.");
    }
    return *number == -1 ? std::nullopt : number;
}

Task<std::string> make_url(Request& request, State& compute, std::string type) {
    const auto server = co_await ready_server(request, compute, Action::console);
    co_return co_await open_console(compute, server.id, server.host, std::move(type),
                                    request.base_url);
}

}  // namespace

/// {"os-getConsoleOutput": {"length": 50}}
Task<Reply> console_output_action(Request& request, State& compute) {
    const auto length = read_length(request);
    const auto server = co_await ready_server(request, compute, Action::console_output);
    auto output = readable(co_await compute.host(server.host).console_log(server.id, most_bytes));
    if (length) {
        output = last_lines(std::move(output), *length);
    }
    co_return http::ok(wrapped("output", [&](json::Writer& writer) { writer.string(output); }));
}

/// {"os-getVNCConsole": {"type": "novnc"}}, up to 2.5
Task<Reply> vnc_console_action(Request& request, State& compute) {
    const auto& body = request.json("os-getVNCConsole");
    refuse_all_but(body, {"type"});
    const auto type = body.text("type");
    if (type != "novnc" && type != "xvpvnc") {
        throw bad_request(
            "Invalid input for field/attribute type. Value: {}. It must be novnc or "
            "xvpvnc.",
            type);
    }
    const auto url = co_await make_url(request, compute, type);
    co_return http::ok(wrapped("console", [&](json::Writer& writer) {
        writer.begin_object().member("type", type).member("url", url).end_object();
    }));
}

/// POST /servers/{id}/remote-consoles
Task<Reply> create_remote_console(Request& request, State& compute) {
    const auto& wanted = envelope(request, "remote_console");
    refuse_all_but(wanted, {"protocol", "type"});
    const auto protocol = wanted.text("protocol");
    const auto type = wanted.text("type");
    const bool known =
        (protocol == "vnc" && (type == "novnc" || type == "xvpvnc")) ||
        (protocol == "spice" && type == "spice-html5") ||
        (protocol == "rdp" && type == "rdp-html5") || (protocol == "serial" && type == "serial") ||
        (protocol == "mks" && type == "webmks" && request.version() >= Version{2, 8});
    if (!known) {
        throw bad_request("Protocol '{}' with type '{}' is no console: vnc with novnc is one.",
                          protocol, type);
    }
    const auto url = co_await make_url(request, compute, type);
    co_return http::ok(wrapped("remote_console", [&](json::Writer& writer) {
        writer.begin_object().member("protocol", protocol).member("type", type);
        writer.member("url", url).end_object();
    }));
}

}  // namespace welkin::compute
