// The endpoints resource: where services are reached.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

void write_region(json::Writer& out, const Endpoint& endpoint, const json::View&) {
    if (endpoint.region_id) {
        out.string(*endpoint.region_id);
    } else {
        out.null();
    }
}

json::Check url() {
    return {[length = json::text(1, 2048)](std::string_view name, const json::Value& value) {
        length.check(name, value);
        if (value.as_string().find("://") == std::string::npos) {
            throw bad_request("'{}' must be a URL such as http://host:port/path, not '{}'.", name,
                              value.as_string());
        }
    }};
}

const json::Fields<Endpoint> endpoint_fields{
    "endpoint",
    "endpoints",
    {{"id", &Endpoint::id, json::read_only},
     {"interface", &Endpoint::interface, json::required,
      json::one_of({"public", "internal", "admin"})},
     {"service_id", &Endpoint::service_id, json::required, id_text()},
     {"region_id", &Endpoint::region_id, json::text(1, 255)},
     {"region", json::computed<Endpoint>(write_region)},
     {"url", &Endpoint::url, json::required, url()},
     {"enabled", &Endpoint::enabled},
     {"links", self_link<Endpoint>("endpoints")}},
    json::Unknown::ignore};

/// The body with the old name of the region, "region", under its present one.
json::Value modern(const json::Value& body) {
    auto changed = body;
    if (const auto* region = body.find("region"); region != nullptr && !body.find("region_id")) {
        changed.set("region_id", *region);
    }
    return changed;
}

/// As clients see it, with the address by which they reached us.
Endpoint shown(Endpoint endpoint, const Request& request) {
    endpoint.url = with_base(endpoint.url, request.base_url);
    return endpoint;
}

/// The service must be there; a region that is not comes into being with its first endpoint.
void settle(sql::Transaction& tx, State& identity, Request& request, const Endpoint& endpoint) {
    if (!identity.stores.catalog.find_service(tx, endpoint.service_id)) {
        throw bad_request("Could not find service: {}.", endpoint.service_id);
    }
    if (endpoint.region_id && !identity.stores.catalog.find_region(tx, *endpoint.region_id)) {
        Region region;
        region.id = *endpoint.region_id;
        identity.stores.catalog.insert(tx, region);
        identity.record(tx, request.author(), "region", region.id.value, "create");
    }
}

Endpoint endpoint_in_path(sql::Transaction& tx, const State& identity, const Request& request) {
    const EndpointId id(request.path_part("endpoint_id"));
    if (auto found = identity.stores.catalog.find_endpoint(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find endpoint: {}.", id);
}

}  // namespace

/// POST /endpoints
Task<Reply> create_endpoint(Request& request, State& identity) {
    auto endpoint = parse_new(endpoint_fields, modern(request.json("endpoint")));
    request.authorize();
    endpoint.id = EndpointId(new_hex_uuid(identity.core.env));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        settle(tx, identity, request, endpoint);
        identity.stores.catalog.insert(tx, endpoint);
        identity.record(tx, request.author(), "endpoint", endpoint.id.value, "create");
    });
    co_return http::created(show(endpoint_fields, shown(endpoint, request), request));
}

/// GET /endpoints
Task<Reply> list_endpoints(Request& request, State& identity) {
    const auto page = page_of(request, identity,
                              {{.name = "interface"},
                               {.name = "service_id"},
                               {.name = "region_id"},
                               {.name = "region", .column = "region_id"},
                               {.kind = Filter::Kind::boolean, .name = "enabled"}},
                              "service_id");
    request.authorize();
    auto endpoints = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.catalog.list_endpoints(tx, page); });
    for (auto& endpoint : endpoints) {
        endpoint = shown(std::move(endpoint), request);
    }
    co_return http::ok(show_list(endpoint_fields, endpoints, request, page));
}

/// GET /endpoints/{endpoint_id}
Task<Reply> show_endpoint(Request& request, State& identity) {
    request.authorize();
    const auto endpoint = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return endpoint_in_path(tx, identity, request); });
    co_return http::ok(show(endpoint_fields, shown(endpoint, request), request));
}

/// PATCH /endpoints/{endpoint_id}
Task<Reply> update_endpoint(Request& request, State& identity) {
    const auto body = modern(request.json("endpoint"));
    request.authorize();
    const auto endpoint = co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto changed = endpoint_in_path(tx, identity, request);
        apply_changes(endpoint_fields, changed, body);
        settle(tx, identity, request, changed);
        identity.stores.catalog.update(tx, changed);
        identity.record(tx, request.author(), "endpoint", changed.id.value, "update");
        return changed;
    });
    co_return http::ok(show(endpoint_fields, shown(endpoint, request), request));
}

/// DELETE /endpoints/{endpoint_id}
Task<Reply> delete_endpoint(Request& request, State& identity) {
    request.authorize();
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto endpoint = endpoint_in_path(tx, identity, request);
        identity.stores.catalog.erase_endpoint(tx, endpoint.id);
        identity.record(tx, request.author(), "endpoint", endpoint.id.value, "delete");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
