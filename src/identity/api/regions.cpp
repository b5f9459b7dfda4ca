// The regions resource.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

const json::Fields<Region> region_fields{
    "region",
    "regions",
    {{"id", &Region::id, json::create_only, json::text(0, 255)},
     {"description", &Region::description, json::text(0, max_description)},
     {"parent_region_id", &Region::parent_region_id, json::text(1, 255)},
     {"links", self_link<Region>("regions")}},
    json::Unknown::ignore};

Region region_in_path(sql::Transaction& tx, const State& identity, const Request& request) {
    const RegionId id(request.path_part("region_id"));
    if (auto found = identity.stores.catalog.find_region(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find region: {}.", id);
}

void check_parent(sql::Transaction& tx, const State& identity, const Region& region) {
    auto parent = region.parent_region_id;
    for (int level = 0; parent; ++level) {
        const auto above = identity.stores.catalog.find_region(tx, *parent);
        if (!above) {
            throw not_found("Could not find region: {}.", *parent);
        }
        if (above->id == region.id || level == 64) {
            throw bad_request("Region {} cannot be below itself.", region.id);
        }
        parent = above->parent_region_id;
    }
}

Task<Reply> insert_region(Request& request, State& identity, Region region) {
    request.authorize();
    if (region.id.empty()) {
        region.id = RegionId(new_hex_uuid(identity.core.env));
    }
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        check_parent(tx, identity, region);
        identity.stores.catalog.insert(tx, region);
        identity.record(tx, request.author(), "region", region.id.value, "create");
    });
    co_return http::created(show(region_fields, region, request));
}

}  // namespace

/// POST /regions
Task<Reply> create_region(Request& request, State& identity) {
    return insert_region(request, identity, parse_new(region_fields, request.json("region")));
}

/// PUT /regions/{region_id}
Task<Reply> create_named_region(Request& request, State& identity) {
    auto region = parse_new(region_fields, request.json("region"));
    const RegionId id(request.path_part("region_id"));
    if (!region.id.empty() && region.id != id) {
        throw bad_request("The body names region {} and the URL {}.", region.id, id);
    }
    region.id = id;
    return insert_region(request, identity, std::move(region));
}

/// GET /regions
Task<Reply> list_regions(Request& request, State& identity) {
    const auto page = page_of(request, identity, {{.name = "parent_region_id"}}, "id");
    request.authorize();
    const auto regions = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.catalog.list_regions(tx, page); });
    co_return http::ok(show_list(region_fields, regions, request, page));
}

/// GET /regions/{region_id}
Task<Reply> show_region(Request& request, State& identity) {
    request.authorize();
    const auto region = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return region_in_path(tx, identity, request); });
    co_return http::ok(show(region_fields, region, request));
}

/// PATCH /regions/{region_id}
Task<Reply> update_region(Request& request, State& identity) {
    auto body = json::Value(request.json("region").as_object());
    request.authorize();
    if (body.text("id") == request.path_part("region_id")) {
        body.erase("id");
    }
    const auto region = co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto changed = region_in_path(tx, identity, request);
        apply_changes(region_fields, changed, body);
        check_parent(tx, identity, changed);
        identity.stores.catalog.update(tx, changed);
        identity.record(tx, request.author(), "region", changed.id.value, "update");
        return changed;
    });
    co_return http::ok(show(region_fields, region, request));
}

/// DELETE /regions/{region_id}
Task<Reply> delete_region(Request& request, State& identity) {
    request.authorize();
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto region = region_in_path(tx, identity, request);
        identity.stores.catalog.erase_region(tx, region.id);
        identity.record(tx, request.author(), "region", region.id.value, "delete");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
