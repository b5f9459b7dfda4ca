#include "network/store/tag_store.h"

#include "core/base/text.h"

namespace welkin::network {

namespace {

constexpr const char* carries = "id IN (SELECT resource_id FROM network_tag WHERE tag = ?)";

Scope carries_all(const std::vector<std::string>& tags) {
    Scope scope;
    for (const auto& tag : tags) {
        scope.also(carries, {tag});
    }
    return scope;
}

Scope carries_any(const std::vector<std::string>& tags) {
    auto inner = any_of("tag", tags);
    return {fmt::format("id IN (SELECT resource_id FROM network_tag WHERE {})", inner.sql),
            std::move(inner.args)};
}

}  // namespace

std::set<std::string> TagStore::of(sql::Transaction& tx, std::string_view resource) {
    std::set<std::string> tags;
    for (const auto& row :
         tx.query("SELECT tag FROM network_tag WHERE resource_id = ?", resource)) {
        tags.insert(row.text(0));
    }
    return tags;
}

std::map<std::string, std::set<std::string>> TagStore::of(
    sql::Transaction& tx, const std::vector<std::string>& resources) {
    std::map<std::string, std::set<std::string>> tags;
    if (resources.empty()) {
        return tags;
    }
    const auto wanted = any_of("resource_id", resources);
    const auto rows = tx.query_values(
        "SELECT resource_id, tag FROM network_tag WHERE " + wanted.sql, wanted.args);
    for (const auto& row : rows) {
        tags[row.text(0)].insert(row.text(1));
    }
    return tags;
}

void TagStore::replace(sql::Transaction& tx, std::string_view resource,
                       const std::set<std::string>& tags) {
    clear(tx, resource);
    for (const auto& tag : tags) {
        add(tx, resource, tag);
    }
}

void TagStore::add(sql::Transaction& tx, std::string_view resource, std::string_view tag) {
    const auto known =
        tx.query_one("SELECT 1 FROM network_tag WHERE resource_id = ? AND tag = ?", resource, tag);
    if (!known) {
        tx.execute("INSERT INTO network_tag (resource_id, tag) VALUES (?, ?)", resource, tag);
    }
}

bool TagStore::remove(sql::Transaction& tx, std::string_view resource, std::string_view tag) {
    return tx.execute("DELETE FROM network_tag WHERE resource_id = ? AND tag = ?", resource, tag) >
           0;
}

void TagStore::clear(sql::Transaction& tx, std::string_view resource) {
    tx.execute("DELETE FROM network_tag WHERE resource_id = ?", resource);
}

void TagStore::narrow(Scope& scope, const http::Query& query) {
    const auto tags = [&](std::string_view name) {
        std::vector<std::string> list;
        for (const auto& value : query.all(name)) {
            for (auto& tag : text::split(value, ',')) {
                list.push_back(std::move(tag));
            }
        }
        return list;
    };
    if (const auto all = tags("tags"); !all.empty()) {
        auto more = carries_all(all);
        scope.also(more.sql, std::move(more.args));
    }
    if (const auto any = tags("tags-any"); !any.empty()) {
        auto more = carries_any(any);
        scope.also(more.sql, std::move(more.args));
    }
    if (const auto all = tags("not-tags"); !all.empty()) {
        auto more = carries_all(all);
        scope.also("NOT (" + more.sql + ")", std::move(more.args));
    }
    if (const auto any = tags("not-tags-any"); !any.empty()) {
        auto more = carries_any(any);
        scope.also("NOT (" + more.sql + ")", std::move(more.args));
    }
}

}  // namespace welkin::network
