// The services resource: what the catalogue lists.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

const json::Fields<Service> service_fields{
    "service",
    "services",
    {{"id", &Service::id, json::read_only},
     {"type", &Service::type, json::required, json::text(1, 255)},
     {"name", &Service::name, json::hidden_when_empty, json::text(0, 255)},
     {"description", &Service::description, json::hidden_when_empty,
      json::text(0, max_description)},
     {"enabled", &Service::enabled},
     {"links", self_link<Service>("services")}},
    json::Unknown::ignore};

Service service_in_path(sql::Transaction& tx, const State& identity, const Request& request) {
    const ServiceId id(request.path_part("service_id"));
    if (auto found = identity.stores.catalog.find_service(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find service: {}.", id);
}

}  // namespace

/// POST /services
Task<Reply> create_service(Request& request, State& identity) {
    auto service = parse_new(service_fields, request.json("service"));
    request.authorize();
    service.id = ServiceId(new_hex_uuid(identity.core.env));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.catalog.insert(tx, service);
        identity.record(tx, request.author(), "service", service.id.value, "create",
                        json::Object{{"type", service.type}});
    });
    co_return http::created(show(service_fields, service, request));
}

/// GET /services
Task<Reply> list_services(Request& request, State& identity) {
    const auto page = page_of(request, identity, {{.name = "type"}, {.name = "name"}}, "type");
    request.authorize();
    const auto services = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.catalog.list_services(tx, page); });
    co_return http::ok(show_list(service_fields, services, request, page));
}

/// GET /services/{service_id}
Task<Reply> show_service(Request& request, State& identity) {
    request.authorize();
    const auto service = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return service_in_path(tx, identity, request); });
    co_return http::ok(show(service_fields, service, request));
}

/// PATCH /services/{service_id}
Task<Reply> update_service(Request& request, State& identity) {
    const auto& body = request.json("service");
    request.authorize();
    const auto service = co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto changed = service_in_path(tx, identity, request);
        apply_changes(service_fields, changed, body);
        identity.stores.catalog.update(tx, changed);
        identity.record(tx, request.author(), "service", changed.id.value, "update");
        return changed;
    });
    co_return http::ok(show(service_fields, service, request));
}

/// DELETE /services/{service_id}: with its endpoints.
Task<Reply> delete_service(Request& request, State& identity) {
    request.authorize();
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto service = service_in_path(tx, identity, request);
        identity.stores.catalog.erase_service(tx, service.id);
        identity.record(tx, request.author(), "service", service.id.value, "delete",
                        json::Object{{"type", service.type}});
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
