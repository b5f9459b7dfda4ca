#include "core/http/reply.h"

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
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 203:
            return "Non-Authoritative Information";
        case 204:
            return "No Content";
        case 205:
            return "Reset Content";
        case 206:
            return "Partial Content";
        case 207:
            return "Multi-Status";
        case 300:
            return "Multiple Choices";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 407:
            return "Proxy Authentication Required";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Request Entity Too Large";
        case 414:
            return "Request URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Requested Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Entity";
        case 423:
            return "Locked";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 498:
            return "Rate Limited";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Unknown";
    }
}

}  // namespace welkin::http
