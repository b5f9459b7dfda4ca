#include "identity/store/catalog_store.h"

namespace welkin::identity {

namespace {

const sql::Columns<Region> regions{"identity_region",
                                   {{"id", &Region::id},
                                    {"description", &Region::description},
                                    {"parent_region_id", &Region::parent_region_id},
                                    {"extra", &Region::extra}}};

const sql::Columns<Service> services{"identity_service",
                                     {{"id", &Service::id},
                                      {"type", &Service::type},
                                      {"name", &Service::name},
                                      {"description", &Service::description},
                                      {"enabled", &Service::enabled},
                                      {"extra", &Service::extra}}};

const sql::Columns<Endpoint> endpoints{"identity_endpoint",
                                       {{"id", &Endpoint::id},
                                        {"service_id", &Endpoint::service_id},
                                        {"region_id", &Endpoint::region_id},
                                        {"interface", &Endpoint::interface},
                                        {"url", &Endpoint::url},
                                        {"enabled", &Endpoint::enabled},
                                        {"extra", &Endpoint::extra}}};

}  // namespace

std::optional<Region> CatalogStore::find_region(sql::Transaction& tx, const RegionId& id) const {
    return regions.find(tx, "id = ?", id);
}

std::vector<Region> CatalogStore::list_regions(sql::Transaction& tx, const sql::Page& page) const {
    return sql::page(tx, regions, "id", page, "");
}

void CatalogStore::insert(sql::Transaction& tx, const Region& region) const {
    try {
        regions.insert(tx, region);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("There is already a region with the id '{}'.", region.id);
    }
}

void CatalogStore::update(sql::Transaction& tx, const Region& region) const {
    regions.update_all(tx, region, "id = ?", region.id);
}

void CatalogStore::erase_region(sql::Transaction& tx, const RegionId& id) const {
    if (!tx.query("SELECT 1 FROM identity_region WHERE parent_region_id = ? LIMIT 1", id).empty()) {
        throw conflict("Region {} has child regions; delete them first.", id);
    }
    if (!tx.query("SELECT 1 FROM identity_endpoint WHERE region_id = ? LIMIT 1", id).empty()) {
        throw conflict("Region {} has endpoints; delete them first.", id);
    }
    tx.execute("DELETE FROM identity_region WHERE id = ?", id);
}

std::optional<Service> CatalogStore::find_service(sql::Transaction& tx, const ServiceId& id) const {
    return services.find(tx, "id = ?", id);
}

std::optional<Service> CatalogStore::find_service_of_type(sql::Transaction& tx,
                                                          std::string_view type) const {
    auto found = services.select(tx, "WHERE type = ? ORDER BY id LIMIT 1", type);
    if (found.empty()) {
        return std::nullopt;
    }
    return std::move(found.front());
}

std::vector<Service> CatalogStore::list_services(sql::Transaction& tx,
                                                 const sql::Page& page) const {
    return sql::page(tx, services, "id", page, "");
}

void CatalogStore::insert(sql::Transaction& tx, const Service& service) const {
    services.insert(tx, service);
}

void CatalogStore::update(sql::Transaction& tx, const Service& service) const {
    services.update_all(tx, service, "id = ?", service.id);
}

void CatalogStore::erase_service(sql::Transaction& tx, const ServiceId& id) const {
    tx.execute("DELETE FROM identity_endpoint WHERE service_id = ?", id);
    tx.execute("DELETE FROM identity_service WHERE id = ?", id);
}

std::optional<Endpoint> CatalogStore::find_endpoint(sql::Transaction& tx,
                                                    const EndpointId& id) const {
    return endpoints.find(tx, "id = ?", id);
}

std::vector<Endpoint> CatalogStore::list_endpoints(sql::Transaction& tx,
                                                   const sql::Page& page) const {
    return sql::page(tx, endpoints, "id", page, "");
}

std::vector<Endpoint> CatalogStore::endpoints_of(sql::Transaction& tx,
                                                 const ServiceId& service) const {
    return endpoints.select(tx, "WHERE service_id = ?", service);
}

void CatalogStore::insert(sql::Transaction& tx, const Endpoint& endpoint) const {
    endpoints.insert(tx, endpoint);
}

void CatalogStore::update(sql::Transaction& tx, const Endpoint& endpoint) const {
    endpoints.update_all(tx, endpoint, "id = ?", endpoint.id);
}

void CatalogStore::erase_endpoint(sql::Transaction& tx, const EndpointId& id) const {
    tx.execute("DELETE FROM identity_endpoint WHERE id = ?", id);
}

std::vector<Service> CatalogStore::enabled_services(sql::Transaction& tx) const {
    return services.select(tx, "WHERE enabled = 1 ORDER BY type, id");
}

std::vector<Endpoint> CatalogStore::enabled_endpoints(sql::Transaction& tx) const {
    return endpoints.select(tx, "WHERE enabled = 1 ORDER BY service_id, interface DESC, id");
}

}  // namespace welkin::identity
