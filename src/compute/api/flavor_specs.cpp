// os-extra_specs: what a flavor says to the scheduler and to drivers.
#include "compute/api/flavors.h"
#include "compute/api/links.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

void check_key(std::string_view key) {
    constexpr std::string_view also = "-_:. ";
    const bool valid = !key.empty() && key.size() <= 255 && std::ranges::all_of(key, [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) ||
               also.find(c) != std::string_view::npos;
    });
    if (!valid) {
        throw bad_request(
            "Invalid key '{}': at most 255 of letters, digits and - _ : . are "
            "allowed.",
            key);
    }
}

/// Numbers are taken as their text.
std::string spec_value(const json::Value& value, std::string_view key) {
    if (value.is_number()) {
        return json::to_string(value);
    }
    if (!value.is_string() || text::count_characters(value.as_string()) > 255) {
        throw bad_request("'{}' must be a string of at most 255 characters or a number, not {}.",
                          key, value.kind());
    }
    return value.as_string();
}

std::map<std::string, std::string> read_specs(const json::Value& body) {
    if (!body.is_object()) {
        throw bad_request("'extra_specs' must be an object, not {}.", body.kind());
    }
    std::map<std::string, std::string> specs;
    for (const auto& [key, value] : body.as_object()) {
        check_key(key);
        specs[key] = spec_value(value, key);
    }
    return specs;
}

Error no_such_spec(const Request& request) {
    return not_found("Flavor {} has no extra specs with key {}.", request.path_part("id"),
                     request.path_part("key"));
}

/// Reads the flavor, lets `change` change its specs, and writes it.
template <class F>
Task<void> change_specs(Request& request, State& compute, F change) {
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto flavor = compute.flavors.get(tx, request.path_part("id"));
        change(flavor.extra_specs);
        flavor.updated_at = tx.now();
        compute.flavors.update(tx, flavor);
        history::append(tx, request.author(), {"compute", "flavor", flavor.id, "update"});
    });
}

Reply show_one(const std::string& key, const std::string& value) {
    return http::ok(json::Value(json::Object{{key, value}}));
}

}  // namespace

/// GET /flavors/{id}/os-extra_specs
Task<Reply> list_flavor_specs(Request& request, State& compute) {
    request.authorize();
    const auto flavor = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_flavor(tx, compute, request); });
    co_return http::ok(wrapped("extra_specs", [&](json::Writer& writer) {
        write_string_map(writer, flavor.extra_specs);
    }));
}

/// POST /flavors/{id}/os-extra_specs: adds or replaces some.
Task<Reply> create_flavor_specs(Request& request, State& compute) {
    const auto given = read_specs(envelope(request, "extra_specs"));
    request.authorize();
    co_await change_specs(request, compute, [&](auto& specs) {
        for (const auto& [key, value] : given) {
            specs[key] = value;
        }
    });
    co_return http::ok(
        wrapped("extra_specs", [&](json::Writer& writer) { write_string_map(writer, given); }));
}

/// GET /flavors/{id}/os-extra_specs/{key}
Task<Reply> show_flavor_spec(Request& request, State& compute) {
    request.authorize();
    const auto flavor = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_flavor(tx, compute, request); });
    const auto found = flavor.extra_specs.find(request.path_part("key"));
    if (found == flavor.extra_specs.end()) {
        throw no_such_spec(request);
    }
    co_return show_one(found->first, found->second);
}

/// PUT /flavors/{id}/os-extra_specs/{key}: the body is {"key": "value"} with the same key.
Task<Reply> update_flavor_spec(Request& request, State& compute) {
    const auto given = read_specs(request.json());
    const auto& key = request.path_part("key");
    if (given.size() != 1) {
        throw bad_request("The body must have exactly one member, '{}'.", key);
    }
    if (given.begin()->first != key) {
        throw bad_request("Request body and URI mismatch");
    }
    request.authorize();
    const auto& value = given.begin()->second;
    co_await change_specs(request, compute, [&](auto& specs) { specs[key] = value; });
    co_return show_one(key, value);
}

/// DELETE /flavors/{id}/os-extra_specs/{key}
Task<Reply> delete_flavor_spec(Request& request, State& compute) {
    request.authorize();
    co_await change_specs(request, compute, [&](auto& specs) {
        if (specs.erase(request.path_part("key")) == 0) {
            throw no_such_spec(request);
        }
    });
    co_return http::ok(json::Text{});
}

}  // namespace welkin::compute
