#include "compute/api/aggregates.h"

#include <algorithm>

#include "compute/aggregate.h"
#include "compute/api/links.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using namespace json;  // the words of field tables
using http::Reply;
using http::Request;
using json::text;

namespace {

constexpr const char* zone_key = "availability_zone";

void write_zone(Writer& writer, const Aggregate& aggregate, const View&) {
    if (const auto zone = aggregate.zone(); !zone.empty()) {
        writer.string(zone);
    } else {
        writer.null();
    }
}

const Fields<Aggregate> aggregate_fields{
    "aggregate",
    "aggregates",
    {
        {"id", &Aggregate::id, read_only},
        {"uuid", &Aggregate::uuid, since(2, 41), read_only},
        {"name", &Aggregate::name, required, text(1, 255)},
        {"availability_zone", computed<Aggregate>(write_zone)},
        {"hosts", &Aggregate::hosts, read_only},
        {"metadata", &Aggregate::metadata, read_only},
        {"created_at", &Aggregate::created_at, read_only, time_bare},
        {"updated_at", &Aggregate::updated_at, read_only, time_bare},
        {"deleted", computed<Aggregate>([](Writer& writer, const Aggregate&, const View&) {
             writer.boolean(false);
         })},
        {"deleted_at",
         computed<Aggregate>([](Writer& writer, const Aggregate&, const View&) { writer.null(); })},
    },
};

int64_t id_of(const Request& request) {
    const auto id = text::to_integer(request.path_part("id"));
    if (!id) {
        throw bad_request("id must be an integer, not '{}'.", request.path_part("id"));
    }
    return *id;
}

void check_name(std::string& name) {
    name = std::string(text::trim(name));
    if (name.empty() || text::count_characters(name) > 255 || text::has_control_characters(name)) {
        throw bad_request("'name' must have 1 to 255 printable characters.");
    }
}

/// The zone in the body: a name without colons, which would mean a host, or null for none.
void read_zone(const Value& body, Aggregate& aggregate) {
    const auto* zone = body.find(zone_key);
    if (!zone) {
        return;
    }
    if (zone->is_null()) {
        aggregate.metadata.erase(zone_key);
        return;
    }
    const auto name = zone->is_string() ? text::trim(zone->as_string()) : std::string_view();
    if (name.empty() || text::count_characters(name) > 255 ||
        name.find(':') != std::string_view::npos) {
        throw bad_request("'availability_zone' must have 1 to 255 characters, without ':'.");
    }
    aggregate.metadata[zone_key] = std::string(name);
}

/// A host belongs to one zone at most.
void check_zones(sql::Transaction& tx, State& compute, const Aggregate& changed) {
    if (changed.zone().empty()) {
        return;
    }
    for (const auto& other : compute.aggregates.list(tx)) {
        if (other.id == changed.id || other.zone().empty() || other.zone() == changed.zone()) {
            continue;
        }
        for (const auto& host : changed.hosts) {
            if (std::ranges::find(other.hosts, host) != other.hosts.end()) {
                throw conflict(
                    "Cannot perform the action on aggregate {}. Reason: host {} is "
                    "already in availability zone {}.",
                    changed.id, host, other.zone());
            }
        }
    }
}

template <class F>
Task<Reply> change(Request& request, State& compute, F change_it) {
    request.authorize();
    const auto id = id_of(request);
    const auto aggregate = co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto changed = compute.aggregates.get(tx, id);
        change_it(tx, changed);
        check_zones(tx, compute, changed);
        compute.aggregates.update(tx, changed);
        history::append(tx, request.author(),
                        {"compute", "aggregate", std::to_string(id), "update"});
        return changed;
    });
    co_return http::ok(aggregate_fields.show(aggregate, view_of(request)));
}

std::string host_in(const Request& request, std::string_view action) {
    const auto host = request.json(action).text("host");
    if (host.empty()) {
        throw bad_request("'{}' needs 'host', the name of a host.", action);
    }
    return host;
}

}  // namespace

/// GET /os-aggregates
Task<Reply> list_aggregates(Request& request, State& compute) {
    request.authorize();
    const auto all = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.aggregates.list(tx); });
    co_return http::ok(aggregate_fields.list(all, view_of(request)));
}

/// GET /os-aggregates/{id}
Task<Reply> show_aggregate(Request& request, State& compute) {
    request.authorize();
    const auto id = id_of(request);
    const auto aggregate = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.aggregates.get(tx, id); });
    co_return http::ok(aggregate_fields.show(aggregate, view_of(request)));
}

/// POST /os-aggregates
Task<Reply> create_aggregate(Request& request, State& compute) {
    auto body = envelope(request, "aggregate");
    Aggregate aggregate;
    read_zone(body, aggregate);
    body.erase(zone_key);
    aggregate = aggregate_fields.parse(body, request.version(), aggregate);
    check_name(aggregate.name);
    request.authorize();

    aggregate.uuid = new_uuid(compute.core.env);
    aggregate = co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto made = aggregate;
        compute.aggregates.insert(tx, made);
        history::append(tx, request.author(),
                        {"compute", "aggregate", std::to_string(made.id), "create"});
        return made;
    });
    // What it has no members of yet is left out of the answer.
    auto view = view_of(request);
    view.only = {"id",         "uuid",       "name",    "availability_zone",
                 "created_at", "updated_at", "deleted", "deleted_at"};
    co_return http::ok(aggregate_fields.show(aggregate, view));
}

/// PUT /os-aggregates/{id}: name and zone.
Task<Reply> update_aggregate(Request& request, State& compute) {
    const auto& body = envelope(request, "aggregate");
    const auto* name = body.find("name");
    if (!name && !body.find(zone_key)) {
        throw bad_request("'name' or 'availability_zone' is needed.");
    }
    for (const auto& [key, value] : body.as_object()) {
        if (key != "name" && key != zone_key) {
            throw bad_request("Additional properties are not allowed ('{}' was unexpected)", key);
        }
    }
    return change(request, compute, [&body, name](sql::Transaction&, Aggregate& aggregate) {
        if (name) {
            aggregate.name = name->is_string() ? name->as_string() : std::string();
            check_name(aggregate.name);
        }
        read_zone(body, aggregate);
    });
}

/// DELETE /os-aggregates/{id}
Task<Reply> delete_aggregate(Request& request, State& compute) {
    request.authorize();
    const auto id = id_of(request);
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        if (!compute.aggregates.get(tx, id).hosts.empty()) {
            throw bad_request(
                "Cannot perform the action on aggregate {}. Reason: Host aggregate "
                "is not empty.",
                id);
        }
        compute.aggregates.erase(tx, id);
        history::append(tx, request.author(),
                        {"compute", "aggregate", std::to_string(id), "delete"});
    });
    co_return http::ok(json::Text{});
}

/// {"add_host": {"host": "..."}}
Task<Reply> add_aggregate_host(Request& request, State& compute) {
    return change(request, compute,
                  [&compute, host = host_in(request, "add_host")](sql::Transaction& tx,
                                                                  Aggregate& aggregate) {
                      if (!compute.host_rows.find(tx, HostName(host))) {
                          throw not_found("Compute host {} could not be found.", host);
                      }
                      if (std::ranges::find(aggregate.hosts, host) != aggregate.hosts.end()) {
                          throw conflict("Aggregate {} already has host {}.", aggregate.id, host);
                      }
                      aggregate.hosts.push_back(host);
                  });
}

/// {"remove_host": {"host": "..."}}
Task<Reply> remove_aggregate_host(Request& request, State& compute) {
    return change(
        request, compute,
        [host = host_in(request, "remove_host")](sql::Transaction&, Aggregate& aggregate) {
            if (std::erase(aggregate.hosts, host) == 0) {
                throw not_found("Cannot remove host {} in aggregate {}", host, aggregate.id);
            }
        });
}

/// {"set_metadata": {"metadata": {...}}}: null removes an item.
Task<Reply> set_aggregate_metadata(Request& request, State& compute) {
    const auto& metadata = request.json("set_metadata")["metadata"];
    if (!metadata.is_object()) {
        throw bad_request("'set_metadata' needs 'metadata', an object of strings and nulls.");
    }
    for (const auto& [key, value] : metadata.as_object()) {
        if (key.empty() || key.size() > 255 || !(value.is_null() || value.is_string()) ||
            (value.is_string() && text::count_characters(value.as_string()) > 255)) {
            throw bad_request("Invalid metadata '{}': strings of at most 255 characters, or null.",
                              key);
        }
    }
    return change(request, compute, [&metadata](sql::Transaction&, Aggregate& aggregate) {
        for (const auto& [key, value] : metadata.as_object()) {
            if (value.is_null()) {
                aggregate.metadata.erase(key);
            } else {
                aggregate.metadata[key] = value.as_string();
            }
        }
    });
}

}  // namespace welkin::compute
