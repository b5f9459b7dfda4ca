#include <algorithm>

#include "core/base/text.h"
#include "core/http/pipeline/stages.h"

namespace welkin::http {

namespace {

bool is_json(std::string_view content_type) {
    const auto type = text::lower(text::trim(content_type.substr(0, content_type.find(';'))));
    return type.empty() || type == "application/json" ||
           (type.starts_with("application/") &&
            (type.ends_with("+json") || type.ends_with("json-patch")));
}

bool has_nul(const json::Value& value) {
    if (value.is_string()) {
        return value.as_string().contains('\0');
    }
    if (value.is_array()) {
        return std::ranges::any_of(value.as_array(), has_nul);
    }
    return value.is_object() && std::ranges::any_of(value.as_object(), [](const auto& member) {
               return member.first.contains('\0') || has_nul(member.second);
           });
}

/// Files, processes and some databases take it for the end of a text, so no text may have it.
void refuse_nul(const json::Value& value, std::string_view text) {
    if (text.contains("\\u0000") && has_nul(value)) {
        throw bad_request(
            "The request body has a NUL character (\\u0000), which no text may have.");
    }
}

}  // namespace

Task<void> read_body(Request& request, Flag flags) {
    if (!request.internals.body) {
        co_return;
    }
    const auto limit = request.internals.api->max_body_bytes;
    check_announced_length(request, limit);
    request.internals.json.reset();
    auto& body = request.body_text_;
    body.clear();
    if (const auto length = request.internals.body->length()) {
        body.reserve(*length);
    }
    while (true) {
        const auto piece = co_await request.internals.body->read();
        if (piece.empty()) {
            break;
        }
        if (body.size() + piece.size() > limit) {
            throw too_large("The request body is larger than the {} bytes allowed.", limit);
        }
        body.append(piece);
    }
    const bool has_none = request.method == Method::GET || request.method == Method::HEAD;
    if (body.empty() || has_none || has(flags, Flag::raw_body)) {
        co_return;
    }
    const auto content_type = request.headers.get("Content-Type");
    if (!is_json(content_type)) {
        throw unsupported_media(
            "The content type '{}' is not supported here; send application/json.", content_type);
    }
    request.internals.json = json::parse(body);
    refuse_nul(*request.internals.json, body);
}

const MountedRoute& choose_action(const Request& request, const Candidates& candidates) {
    if (candidates.size() == 1 && candidates.front()->info.action.empty()) {
        return *candidates.front();
    }
    const auto& json = request.internals.json;
    const MountedRoute* fallback = nullptr;
    std::string known;
    for (const auto* route : candidates) {
        const auto& action = route->info.action;
        if (action.empty()) {
            fallback = route;
        } else if (json && json->find(action)) {
            return *route;
        } else {
            known.append(known.empty() ? "" : ", ").append(action);
        }
    }
    if (!fallback) {
        throw bad_request("The body must be an object with one of these members: {}.", known);
    }
    return *fallback;
}

}  // namespace welkin::http
