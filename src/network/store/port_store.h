#pragma once
// PortStore: ports with their addresses, security groups and tags.
#include <optional>
#include <vector>

#include "network/address.h"
#include "network/port.h"
#include "network/store/scope.h"
#include "network/store/tag_store.h"

namespace welkin::network {

/// What of a port changed, so that only those rows are rewritten.
struct PortParts {
    bool fixed_ips = false;
    bool security_groups = false;
};

class PortStore {
public:
    explicit PortStore(TagStore& tags) : tags_(tags) {}

    std::optional<Port> find(sql::Transaction& tx, std::string_view id);
    Port get(sql::Transaction& tx, std::string_view id);  ///< throws PortNotFound
    std::vector<Port> list(sql::Transaction& tx, const sql::Page& page, const Scope& scope);
    /// All within a scope with addresses and groups, in the order of `order`; no tags.
    std::vector<Port> select(sql::Transaction& tx, const Scope& scope,
                             std::string_view order = "nic_order, created_at, id");

    /// Throws MacAddressInUse, or IpAddressAlreadyAllocated naming the address.
    void insert(sql::Transaction& tx, const history::Author& author, Port& port);
    void update(sql::Transaction& tx, const history::Author& author, Port& port, PortParts changed);
    void erase(sql::Transaction& tx, const history::Author& author, const Port& port);
    void set_status(sql::Transaction& tx, const history::Author& author, const PortId& id,
                    std::string_view status);

    // Addresses in use.
    bool is_used(sql::Transaction& tx, const SubnetId& subnet, const Ip& ip);
    /// In ascending order, from `first` to `last`, at most `limit`.
    std::vector<Ip> used(sql::Transaction& tx, const SubnetId& subnet, const Ip& first,
                         const Ip& last, int limit);
    /// The highest one from `first` to `last`.
    std::optional<Ip> highest_used(sql::Transaction& tx, const SubnetId& subnet, const Ip& first,
                                   const Ip& last);
    /// A port whose server has this address on the network.
    std::optional<Port> find_by_address(sql::Transaction& tx, const NetworkId& network,
                                        std::string_view address);

private:
    void fill(sql::Transaction& tx, std::vector<Port>& ports);
    void insert_addresses(sql::Transaction& tx, const Port& port);
    void insert_groups(sql::Transaction& tx, const Port& port);
    TagStore& tags_;
};

}  // namespace welkin::network
