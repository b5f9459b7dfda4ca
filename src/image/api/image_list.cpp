#include "image/api/image_list.h"

#include "core/base/text.h"
#include "image/api/image_view.h"

namespace welkin::image {

namespace {

using Op = sql::Condition::Op;

const json::PageRules page_rules{.default_limit = 25,
                                 .max_limit = 1000,
                                 .sort_keys_joined = true,
                                 .descending_by_default = true,
                                 .in_prefix = true,
                                 .known = {"visibility", "member_status", "tag", "tags",
                                           "os_hidden", "size_min", "size_max", "changes-since"},
                                 .default_sort = {{.column = "created_at", .descending = true}}};

constexpr size_t most_tags_and_properties = 64;  // each is a subquery
constexpr std::string_view paging_names[] = {"limit", "marker", "sort_key", "sort_dir", "sort"};

bool is_property(std::string_view name) {
    const auto is_named = [&](const auto& other) { return other == name; };
    return std::ranges::none_of(page_rules.known, is_named) &&
           std::ranges::none_of(paging_names, is_named) &&
           std::ranges::none_of(image_fields.rows(), is_named, &json::FieldRow::name);
}

std::string one_of(const http::Query& query, std::string_view name, std::string_view otherwise,
                   std::initializer_list<std::string_view> allowed) {
    const auto value = query.get(name, otherwise);
    if (std::ranges::find(allowed, value) == allowed.end()) {
        throw bad_request("Invalid value '{}' for '{}'; it must be one of: {}.", value, name,
                          fmt::join(allowed, ", "));
    }
    return std::string(value);
}

void add_size_bound(sql::Page& page, const http::Query& query, std::string_view name, Op op) {
    if (const auto given = query.find(name)) {
        const auto size = text::to_integer(*given);
        if (!size || *size < 0) {
            throw bad_request("'{}' must be a number of bytes, not '{}'.", name, *given);
        }
        page.conditions.push_back({.op = op, .column = "size", .values = {*size}});
    }
}

std::string link_to(const http::Query& query, std::string_view marker) {
    std::string text;
    const auto add = [&text](std::string_view name, std::string_view value) {
        text += fmt::format("{}{}={}", text.empty() ? '?' : '&', text::percent_encode(name),
                            text::percent_encode(value));
    };
    for (const auto& [name, value] : query) {
        if (name != "marker") {
            add(name, value);
        }
    }
    if (!marker.empty()) {
        add("marker", marker);
    }
    return "/v2/images" + text;
}

}  // namespace

ImageQuery parse_image_query(const http::Query& query) {
    if (query.has("changes-since")) {
        throw bad_request("The \"changes-since\" filter is no longer available on v2.");
    }
    ImageQuery wanted{.page = image_fields.page(query, page_rules)};
    if (query.get("limit") == "0") {
        wanted.page.limit = 0;
    }
    if (query.has("visibility")) {
        wanted.visibility =
            one_of(query, "visibility", "", {"community", "public", "private", "shared", "all"});
    }
    wanted.member_status =
        one_of(query, "member_status", "accepted", {"pending", "accepted", "rejected", "all"});
    const bool hidden = text::lower(one_of(query, "os_hidden", "false",
                                           {"true", "false", "True", "False"})) == "true";
    wanted.page.conditions.push_back(
        {.op = Op::in, .column = "os_hidden", .values = {int64_t{hidden ? 1 : 0}}});
    add_size_bound(wanted.page, query, "size_min", Op::greater_or_equal);
    add_size_bound(wanted.page, query, "size_max", Op::less_or_equal);
    for (const auto tag : query.all("tag")) {
        wanted.tags.emplace_back(text::trim(tag));
    }
    for (const auto& [name, value] : query) {
        if (is_property(name)) {
            wanted.properties.emplace_back(name, value);
        }
    }
    if (wanted.tags.size() + wanted.properties.size() > most_tags_and_properties) {
        throw bad_request("Images can be filtered by at most {} tags and properties at once.",
                          most_tags_and_properties);
    }
    return wanted;
}

void write_page_links(json::Writer& writer, const http::Query& query, const sql::Page& page,
                      const std::vector<Record>& images) {
    writer.member("first", link_to(query, ""));
    if (!images.empty() && images.size() == static_cast<size_t>(page.limit)) {
        writer.member("next", link_to(query, images.back().id));
    }
}

}  // namespace welkin::image
