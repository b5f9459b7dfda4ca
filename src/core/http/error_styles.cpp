#include "core/http/error_styles.h"

#include "core/http/api.h"
#include "core/json/json.h"

namespace welkin::http {

namespace {

const char* compute_name(int status) {
    switch (status) {
        case 400:
            return "badRequest";
        case 401:
            return "unauthorized";
        case 403:
            return "forbidden";
        case 404:
            return "itemNotFound";
        case 405:
            return "badMethod";
        case 409:
            return "conflictingRequest";
        case 413:
            return "overLimit";
        case 415:
            return "badMediaType";
        case 429:
            return "overLimit";
        case 501:
            return "notImplemented";
        case 503:
            return "serviceUnavailable";
        default:
            return "computeFault";
    }
}

/// The type shown for an error that the thrower gave no name of its own.
const char* network_type(Fault fault) {
    switch (fault) {
        case Fault::bad_request:
            return "HTTPBadRequest";
        case Fault::unauthorized:
            return "HTTPUnauthorized";
        case Fault::forbidden:
            return "PolicyNotAuthorized";
        case Fault::not_found:
            return "HTTPNotFound";
        case Fault::method_not_allowed:
            return "HTTPMethodNotAllowed";
        case Fault::conflict:
            return "HTTPConflict";
        case Fault::precondition_failed:
            return "HTTPPreconditionFailed";
        case Fault::unsupported_media:
            return "HTTPUnsupportedMediaType";
        case Fault::over_limit:
            return "OverQuota";
        case Fault::not_implemented:
            return "HTTPNotImplemented";
        case Fault::unavailable:
            return "HTTPServiceUnavailable";
        default:
            return http_status(fault) < 500 ? "HTTPClientError" : "HTTPInternalServerError";
    }
}

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#x27;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

/// The weight that an Accept header gives a media type by its very name; 0 if it is not in it.
double weight_of(std::string_view accept, std::string_view type) {
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        auto item = accept.substr(0, comma);
        accept = comma == std::string_view::npos ? std::string_view{} : accept.substr(comma + 1);
        while (item.starts_with(' ')) {
            item.remove_prefix(1);
        }
        if (!item.starts_with(type) ||
            (item.size() > type.size() && item[type.size()] != ';' && item[type.size()] != ' ')) {
            continue;
        }
        const auto quality = item.find("q=");
        if (quality == std::string_view::npos) {
            return 1;
        }
        const auto number = item.substr(quality + 2);
        return number.starts_with('1') ? 1 : number.starts_with("0.") ? 0.5 : 0;
    }
    return 0;
}

}  // namespace

Reply compute_error(const Error& error, const Request&) {
    const int status = http_status(error.fault);
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key(error.type.empty() ? compute_name(status) : error.type).begin_object();
    writer.member("code", status).member("message", error.message);
    for (const auto& [name, value] : error.headers) {
        if (name == "Retry-After") {
            writer.member("retryAfter", value);
        }
    }
    writer.end_object().end_object();
    return json_reply(status, {std::move(body)});
}

Reply network_error(const Error& error, const Request&) {
    const int status = error.fault == Fault::over_limit ? 409 : http_status(error.fault);
    std::string body;
    json::Writer writer(body);
    writer.begin_object().key("NeutronError").begin_object();
    writer.member("type", error.type.empty() ? network_type(error.fault) : error.type.c_str());
    writer.member("message", error.message).member("detail", "");
    writer.end_object().end_object();
    return json_reply(status, {std::move(body)});
}

Reply identity_error(const Error& error, const Request&) {
    const int status = http_status(error.fault);
    std::string body;
    json::Writer writer(body);
    writer.begin_object().key("error").begin_object();
    writer.member("code", status).member("message", error.message);
    writer.member("title", reason_phrase(status));
    writer.end_object().end_object();
    return json_reply(status, {std::move(body)});
}

Reply image_error(const Error& error, const Request& request) {
    const int status = error.fault == Fault::over_limit ? 413 : http_status(error.fault);
    const auto title = fmt::format("{} {}", status, reason_phrase(status));
    const auto accept = request.headers.get("Accept");
    if (weight_of(accept, "application/json") > weight_of(accept, "text/html")) {
        std::string body;
        json::Writer writer(body);
        writer.begin_object();
        writer.member("message", error.message).member("code", title);
        writer.member("title", reason_phrase(status)).end_object();
        return json_reply(status, {std::move(body)});
    }
    return text_reply(status,
                      fmt::format("<html>\n <head>\n  <title>{0}</title>\n </head>\n <body>\n"
                                  "  <h1>{0}</h1>\n  {1}<br /><br />\n </body>\n</html>",
                                  title, escape_html(error.message)),
                      "text/html; charset=UTF-8");
}

Reply placement_error(const Error& error, const Request& request) {
    const int status = http_status(error.fault);
    std::string body;
    json::Writer writer(body);
    writer.begin_object().key("errors").begin_array().begin_object();
    writer.member("status", status).member("title", reason_phrase(status));
    writer.member("detail", error.message);
    writer.member("code", error.type.empty() ? "placement.undefined_code" : error.type.c_str());
    writer.member("request_id", request.request_id());
    if (const auto* api = request.internals.api;
        api && error.fault == Fault::not_acceptable && !api->version_service.empty()) {
        writer.member("min_version", api->versions.first.text());
        writer.member("max_version", api->versions.last.text());
    }
    writer.end_object().end_array().end_object();
    return json_reply(status, {std::move(body)});
}

}  // namespace welkin::http
