#pragma once
// CatalogStore: regions, services and endpoints. Every method works in the caller's transaction.
#include <optional>
#include <string_view>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/catalog.h"

namespace welkin::identity {

class CatalogStore {
public:
    std::optional<Region> find_region(sql::Transaction& tx, const RegionId& id) const;
    std::vector<Region> list_regions(sql::Transaction& tx, const sql::Page& page) const;
    void insert(sql::Transaction& tx, const Region& region) const;  ///< throws conflict()
    void update(sql::Transaction& tx, const Region& region) const;
    /// Throws conflict() while endpoints or other regions are in it.
    void erase_region(sql::Transaction& tx, const RegionId& id) const;

    std::optional<Service> find_service(sql::Transaction& tx, const ServiceId& id) const;
    std::optional<Service> find_service_of_type(sql::Transaction& tx, std::string_view type) const;
    std::vector<Service> list_services(sql::Transaction& tx, const sql::Page& page) const;
    void insert(sql::Transaction& tx, const Service& service) const;
    void update(sql::Transaction& tx, const Service& service) const;
    void erase_service(sql::Transaction& tx, const ServiceId& id) const;  ///< with its endpoints

    std::optional<Endpoint> find_endpoint(sql::Transaction& tx, const EndpointId& id) const;
    std::vector<Endpoint> list_endpoints(sql::Transaction& tx, const sql::Page& page) const;
    std::vector<Endpoint> endpoints_of(sql::Transaction& tx, const ServiceId& service) const;
    void insert(sql::Transaction& tx, const Endpoint& endpoint) const;
    void update(sql::Transaction& tx, const Endpoint& endpoint) const;
    void erase_endpoint(sql::Transaction& tx, const EndpointId& id) const;

    // What is enabled, for the catalogue in tokens.
    std::vector<Service> enabled_services(sql::Transaction& tx) const;
    std::vector<Endpoint> enabled_endpoints(sql::Transaction& tx) const;
};

}  // namespace welkin::identity
