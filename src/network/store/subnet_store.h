#pragma once
// SubnetStore: subnets with their tags.
#include <map>
#include <optional>
#include <vector>

#include "network/store/scope.h"
#include "network/store/tag_store.h"
#include "network/subnet.h"

namespace welkin::network {

class SubnetStore {
public:
    explicit SubnetStore(TagStore& tags) : tags_(tags) {}

    std::optional<Subnet> find(sql::Transaction& tx, std::string_view id);
    Subnet get(sql::Transaction& tx, std::string_view id);  ///< throws SubnetNotFound
    std::vector<Subnet> list(sql::Transaction& tx, const sql::Page& page, const Scope& scope);
    /// All of a network, oldest first, without tags.
    std::vector<Subnet> of_network(sql::Transaction& tx, const NetworkId& network);
    std::map<NetworkId, std::vector<Subnet>> of_networks(sql::Transaction& tx,
                                                         const std::vector<std::string>& networks);

    void insert(sql::Transaction& tx, const history::Author& author, Subnet& subnet);
    void update(sql::Transaction& tx, const history::Author& author, Subnet& subnet);
    /// Its addresses must be gone before.
    void erase(sql::Transaction& tx, const history::Author& author, const Subnet& subnet);

private:
    TagStore& tags_;
};

}  // namespace welkin::network
