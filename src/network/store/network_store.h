#pragma once
// NetworkStore: networks, with the ids of their subnets and their tags.
#include <optional>
#include <vector>

#include "network/store/scope.h"
#include "network/store/tag_store.h"
#include "network/virtual_network.h"

namespace welkin::network {

class NetworkStore {
public:
    explicit NetworkStore(TagStore& tags) : tags_(tags) {}

    /// The row alone, without subnets and tags.
    std::optional<VirtualNetwork> find_row(sql::Transaction& tx, std::string_view id);
    std::optional<VirtualNetwork> find(sql::Transaction& tx, std::string_view id);
    VirtualNetwork get(sql::Transaction& tx, std::string_view id);  ///< throws NetworkNotFound
    std::vector<VirtualNetwork> list(sql::Transaction& tx, const sql::Page& page,
                                     const Scope& scope);
    /// Rows alone.
    std::vector<VirtualNetwork> list_rows(sql::Transaction& tx, const Scope& scope);

    // Times and revision are set here; each appends to the change log.
    void insert(sql::Transaction& tx, const history::Author& author, VirtualNetwork& network);
    void update(sql::Transaction& tx, const history::Author& author, VirtualNetwork& network);
    /// Throws NetworkInUse while it has ports; its own DHCP ports and subnets must be gone before.
    void erase(sql::Transaction& tx, const history::Author& author, const VirtualNetwork& network);

private:
    void fill(sql::Transaction& tx, std::vector<VirtualNetwork>& networks);
    TagStore& tags_;
};

}  // namespace welkin::network
