#include "identity/api/view.h"

#include "core/base/text.h"
#include "identity/project.h"

namespace welkin::identity {

namespace {

constexpr size_t max_extra_bytes = 65536;

void add_comparison(sql::Page& page, const char* column, std::string_view comparison,
                    const std::string& value) {
    using enum sql::Condition::Op;
    if (comparison.starts_with('i')) {
        comparison.remove_prefix(1);
    }
    static constexpr std::pair<std::string_view, sql::Condition::Op> known[] = {
        {"contains", like}, {"startswith", starts_with}, {"endswith", ends_with}};
    for (const auto& [name, op] : known) {
        if (name == comparison) {
            page.conditions.push_back({.op = op, .column = column, .values = {value}});
        }
    }
}

void add_filter(sql::Page& page, const Filter& filter, const http::Query& query) {
    const auto* column = filter.column != nullptr ? filter.column : filter.name;
    const auto prefix = std::string(filter.name) + "__";
    for (const auto& [name, value] : query) {
        if (name == filter.name && filter.kind == Filter::Kind::boolean) {
            // Any other text means true: so does Keystone read "?enabled".
            const int64_t wanted = text::to_boolean(value).value_or(true) ? 1 : 0;
            page.conditions.push_back({.column = column, .values = {wanted}});
        } else if (name == filter.name) {
            page.conditions.push_back({.column = column, .values = {value}});
        } else if (name.starts_with(prefix)) {
            add_comparison(page, column, std::string_view(name).substr(prefix.size()), value);
        }
    }
}

int limit_of(const http::Query& query, int max_limit) {
    const auto given = query.find("limit");
    if (!given) {
        return max_limit;
    }
    const auto limit = text::to_integer(*given);
    if (!limit || *limit < 1) {
        throw bad_request("limit is '{}', but it must be a positive number.", *given);
    }
    return static_cast<int>(std::min<int64_t>(*limit, max_limit));
}

}  // namespace

std::string url_of(const Request& request) { return request.base_url + "/identity/v3"; }

json::View view_of(const Request& request) {
    json::View view;
    view.base_url = url_of(request);
    return view;
}

json::Check name_text(size_t max_characters) {
    return {
        [length = json::text(1, max_characters)](std::string_view name, const json::Value& value) {
            length.check(name, value);
            if (text::trim(value.as_string()).empty()) {
                throw bad_request("'{}' must not be blank.", name);
            }
        }};
}

json::Check id_text() { return json::text(1, 64); }

json::Check object_value() {
    return {[](std::string_view name, const json::Value& value) {
        if (!value.is_object()) {
            throw bad_request("'{}' must be an object, not {}.", name, value.kind());
        }
    }};
}

namespace detail {

void take_extra(json::Value& extra, const std::vector<json::FieldRow>& rows,
                const json::Value& body, std::initializer_list<std::string_view> also_known) {
    bool added = false;
    for (const auto& [name, value] : body.as_object()) {
        const bool known = std::ranges::find(rows, name, &json::FieldRow::name) != rows.end() ||
                           std::ranges::find(also_known, name) != also_known.end();
        if (!known) {
            extra.set(name, value);
            added = true;
        }
    }
    if (added && json::to_string(extra).size() > max_extra_bytes) {
        throw bad_request("The extra attributes are too large: at most {} bytes are kept.",
                          max_extra_bytes);
    }
}

void append_extra(std::string& rendered, const json::Value& extra) {
    if (!extra.is_object() || extra.as_object().empty()) {
        return;
    }
    const auto text = json::to_string(extra);
    rendered.pop_back();
    rendered += rendered == "{" ? "" : ",";
    rendered += std::string_view(text).substr(1);
}

}  // namespace detail

std::string list_links(const Request& request, std::string_view last_id) {
    std::string text = ",\"links\":";
    json::Writer out(text);
    out.begin_object();
    if (last_id.empty()) {
        out.member_null("next");
    } else {
        auto next = request.base_url + request.target.substr(0, request.target.find('?'));
        char separator = '?';
        for (const auto& [name, value] : request.query) {
            if (name != "marker") {
                next += separator + text::percent_encode(name) + "=" + text::percent_encode(value);
                separator = '&';
            }
        }
        out.member("next", next + separator + "marker=" + text::percent_encode(last_id));
    }
    out.member("self", request.base_url + request.target);
    out.member_null("previous");
    out.end_object();
    return text;
}

sql::Page page_of(const Request& request, const State& state, std::initializer_list<Filter> filters,
                  const char* sort_column) {
    sql::Page page;
    for (const auto& filter : filters) {
        add_filter(page, filter, request.query);
    }
    page.sort = {{.column = sort_column}};
    page.marker = std::string(request.query.get("marker"));
    page.limit = limit_of(request.query, state.settings.list_limit);
    return page;
}

void require(sql::Page& page, const char* column, std::string value) {
    page.conditions.push_back({.column = column, .values = {std::move(value)}});
}

Task<void> refuse_restricted(const Request& request, State& identity) {
    const auto token = co_await identity.tokens.check(request.caller().token);
    if (token->restricted) {
        throw forbidden("A restricted application credential cannot make or delete credentials.");
    }
}

DomainId own_domain(const Request& request) {
    const auto& caller = request.caller();
    if (!caller.domain_id.empty()) {
        return caller.domain_id;
    }
    return caller.project_domain_id.empty() ? DomainId(default_domain_id)
                                            : caller.project_domain_id;
}

}  // namespace welkin::identity
