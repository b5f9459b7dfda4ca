#pragma once
// TagStore: tags of networks, subnets, ports and security groups, by resource id.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/http/headers.h"
#include "network/store/scope.h"

namespace welkin::network {

class TagStore {
public:
    std::set<std::string> of(sql::Transaction& tx, std::string_view resource);
    std::map<std::string, std::set<std::string>> of(sql::Transaction& tx,
                                                    const std::vector<std::string>& resources);
    void replace(sql::Transaction& tx, std::string_view resource,
                 const std::set<std::string>& tags);
    void add(sql::Transaction& tx, std::string_view resource, std::string_view tag);
    bool remove(sql::Transaction& tx, std::string_view resource, std::string_view tag);
    void clear(sql::Transaction& tx, std::string_view resource);

    /// Narrows a list by ?tags=a,b, ?tags-any=, ?not-tags= and ?not-tags-any=.
    static void narrow(Scope& scope, const http::Query& query);
};

/// Puts its tags into each object of a list.
template <class T>
void fill_tags(sql::Transaction& tx, TagStore& store, std::vector<T>& objects) {
    std::vector<std::string> ids;
    ids.reserve(objects.size());
    for (const auto& object : objects) {
        ids.push_back(object.id.value);
    }
    auto tags = store.of(tx, ids);
    for (auto& object : objects) {
        if (const auto found = tags.find(object.id.value); found != tags.end()) {
            object.tags = std::move(found->second);
        }
    }
}

}  // namespace welkin::network
