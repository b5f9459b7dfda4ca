#include "network/api/listing.h"

#include "core/base/text.h"
#include "core/http/api.h"

namespace welkin::network {

namespace {

std::string page_url(const http::Request& request, std::string_view marker, bool reverse) {
    std::string url = request.base_url + request.internals.api->prefix + request.path;
    char separator = '?';
    const auto add = [&](std::string_view name, std::string_view value) {
        url += fmt::format("{}{}={}", separator, text::percent_encode(name),
                           text::percent_encode(value));
        separator = '&';
    };
    for (const auto& [name, value] : request.query) {
        if (name != "marker" && name != "page_reverse") {
            add(name, value);
        }
    }
    add("marker", marker);
    if (reverse) {
        add("page_reverse", "True");
    }
    return url;
}

}  // namespace

json::View view_of(const http::Request& request) {
    json::View view;
    view.admin = request.is_admin();
    view.base_url = request.base_url;
    view.project_id = request.caller().project_id.value;
    for (const auto& field : request.query.all("fields")) {
        view.only.emplace(field);
    }
    return view;
}

void write_page_links(json::Writer& writer, const http::Request& request, std::string_view plural,
                      const sql::Page& page, std::string_view first_id, std::string_view last_id,
                      size_t count) {
    const bool full = count == static_cast<size_t>(page.limit);
    const bool has_next = page.backwards || full;
    const bool has_previous = page.backwards ? full : !page.marker.empty();
    if (!has_next && !has_previous) {
        return;
    }
    writer.key(std::string(plural) + "_links").begin_array();
    const auto link = [&](std::string_view relation, const std::string& url) {
        writer.begin_object().member("rel", relation).member("href", url).end_object();
    };
    if (has_next) {
        link("next", page_url(request, last_id, false));
    }
    if (has_previous) {
        link("previous", page_url(request, first_id, true));
    }
    writer.end_array();
}

Bodies bodies_of(const http::Request& request, std::string_view singular, std::string_view plural) {
    constexpr size_t max_bulk = 1000;
    const auto& body = request.json();
    Bodies bodies;
    if (const auto* many = body.find(plural); many && many->is_array()) {
        bodies.bulk = true;
        if (many->as_array().empty() || many->as_array().size() > max_bulk) {
            throw bad_request("'{}' must have 1 to {} entries.", plural, max_bulk);
        }
        for (const auto& each : many->as_array()) {
            bodies.each.push_back(&each);
        }
        return bodies;
    }
    const auto* one = body.find(singular);
    if (one == nullptr) {
        throw bad_request("Unable to find '{}' in request body", singular);
    }
    bodies.each.push_back(one);
    return bodies;
}

void guard_attributes(const http::Request& request, std::string_view action,
                      const json::Value& body, const auth::Owner& owner,
                      std::span<const Guarded> guarded) {
    const bool create = action.starts_with("create_");
    for (const auto& [attribute, otherwise] : guarded) {
        const auto* value = body.find(attribute);
        if (value == nullptr || (create && *value == otherwise)) {
            continue;
        }
        if (!request.may(fmt::format("{}:{}", action, attribute), owner)) {
            throw forbidden("(rule:{}:{}) is disallowed by policy", action, attribute)
                .named("PolicyNotAuthorized");
        }
    }
}

void check_revision(const http::Request& request, int64_t revision_number) {
    const auto wanted = request.headers.find("If-Match");
    if (!wanted) {
        return;
    }
    constexpr std::string_view prefix = "revision_number=";
    const auto number = wanted->starts_with(prefix)
                            ? text::to_integer(wanted->substr(prefix.size()))
                            : std::nullopt;
    if (!number) {
        throw bad_request("If-Match must be revision_number=N, not '{}'.", *wanted);
    }
    if (*number != revision_number) {
        throw precondition_failed("Constrained to {}, but current revision is {}", *number,
                                  revision_number)
            .named("RevisionNumberConstraintFailed");
    }
}

ProjectId owning_project(const http::Request& request, const ProjectId& named) {
    const auto& own = request.caller().project_id;
    if (named.empty()) {
        if (own.empty()) {
            throw bad_request(
                "Running without keystone AuthN requires that project_id is "
                "specified: the token has no project.");
        }
        return own;
    }
    if (named != own && !request.is_admin()) {
        throw bad_request(
            "Specifying 'project_id' or 'tenant_id' other than the authenticated "
            "project in request requires admin privileges");
    }
    return named;
}

}  // namespace welkin::network
