#include "core/base/text.h"
#include "core/http/pipeline/stages.h"

namespace welkin::http {

namespace {

constexpr std::string_view version_header = "OpenStack-API-Version";

bool has_versions(const Api& api) {
    return !api.version_service.empty() || !api.legacy_version_header.empty();
}

/// "compute 2.93, placement 1.39": the version asked of `service`, or nothing.
std::optional<std::string_view> asked_of(std::string_view header, std::string_view service) {
    std::optional<std::string_view> asked;
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto item = text::trim(header.substr(0, comma));
        header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
        const auto space = item.find(' ');
        if (space != std::string_view::npos &&
            text::equal_ignoring_case(item.substr(0, space), service)) {
            asked = text::trim(item.substr(space + 1));
        }
    }
    return asked;
}

std::optional<std::string_view> asked_version(const Request& request, const Api& api) {
    std::optional<std::string_view> asked;
    if (!api.version_service.empty()) {
        for (const auto header : request.headers.all(version_header)) {
            if (const auto one = asked_of(header, api.version_service)) {
                asked = one;
            }
        }
    }
    if (!asked && !api.legacy_version_header.empty()) {
        asked = request.headers.find(api.legacy_version_header);
    }
    return asked;
}

}  // namespace

void choose_version(Request& request) {
    const auto* api = request.internals.api;
    if (!api || !has_versions(*api)) {
        return;
    }
    request.version_ = api->default_version;
    const auto asked = asked_version(request, *api);
    if (!asked) {
        return;
    }
    if (*asked == "latest") {
        request.version_ = api->versions.last;
        return;
    }
    const auto version = parse_version(*asked);
    if (!version) {
        throw bad_request("The API version '{}' is malformed; it must be 'latest' or like '{}'.",
                          *asked, api->versions.last.text());
    }
    if (!api->versions.contains(*version)) {
        throw not_acceptable(
            "Version {} is not supported by the API. Minimum is {} and maximum is {}.",
            version->text(), api->versions.first.text(), api->versions.last.text());
    }
    request.version_ = *version;
}

void keep_version(const Request& request, Candidates& candidates) {
    std::erase_if(candidates, [&](const MountedRoute* route) {
        return !route->info.versions.contains(request.version_);
    });
    if (candidates.empty()) {
        throw not_found("The resource {} could not be found in version {} of the API.",
                        request.path, request.version_.text());
    }
}

void add_version(Reply& reply, const Request& request) {
    const auto* api = request.internals.api;
    if (!api || !has_versions(*api)) {
        return;
    }
    const auto version =
        request.version_ == Version{} ? api->default_version.text() : request.version_.text();
    std::string vary(reply.headers.get("Vary"));
    const auto add_vary = [&vary](std::string_view name) {
        vary.append(vary.empty() ? "" : ", ").append(name);
    };
    if (!api->version_service.empty()) {
        reply.headers.add(std::string(version_header), api->version_service + " " + version);
        add_vary(version_header);
    }
    if (!api->legacy_version_header.empty()) {
        reply.headers.add(api->legacy_version_header, version);
        add_vary(api->legacy_version_header);
    }
    reply.headers.set("Vary", std::move(vary));
}

}  // namespace welkin::http
