#include "core/http/reply.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace welkin::http {

std::string_view Reply::text() const {
    if (const auto* own = std::get_if<std::string>(&body)) {
        return *own;
    }
    if (const auto* kept = std::get_if<RenderedBody>(&body)) {
        return (*kept)->body;
    }
    return {};
}

Reply json_reply(int status, json::Text body) {
    Reply reply{.status = status, .headers = {}, .body = std::move(body.value)};
    reply.headers.reserve(4);
    reply.headers.add("Content-Type", "application/json");
    return reply;
}

Reply ok(json::Text body) { return json_reply(200, std::move(body)); }
Reply ok(const json::Value& body) { return ok(json::Text{json::to_string(body)}); }
Reply created(json::Text body) { return json_reply(201, std::move(body)); }
Reply accepted(json::Text body) { return json_reply(202, std::move(body)); }
Reply accepted() { return Reply{.status = 202, .headers = {}, .body = std::string()}; }
Reply no_content() { return Reply{.status = 204, .headers = {}, .body = std::string()}; }

Reply text_reply(int status, std::string text, std::string content_type) {
    Reply reply{.status = status, .headers = {}, .body = std::move(text)};
    reply.headers.add("Content-Type", std::move(content_type));
    return reply;
}

std::string_view reason_phrase(int status) {
    static constexpr std::pair<int, std::string_view> phrases[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {203, "Non-Authoritative Information"},
        {204, "No Content"},
        {205, "Reset Content"},
        {206, "Partial Content"},
        {207, "Multi-Status"},
        {300, "Multiple Choices"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Request Entity Too Large"},
        {414, "Request URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Requested Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Entity"},
        {423, "Locked"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {498, "Rate Limited"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    const auto* found =
        std::ranges::lower_bound(phrases, status, {}, &std::pair<int, std::string_view>::first);
    return found != std::end(phrases) && found->first == status ? found->second : "Unknown";
}

}  // namespace welkin::http
