#include "compute/api/flavors.h"

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using namespace json;  // the words of field tables
using http::Reply;
using http::Request;
using json::text;

namespace {

constexpr int64_t most = 0x7fffffff;

void write_flavor_links(Writer& writer, const Flavor& flavor, const View& view) {
    write_links(writer, view, "flavors", flavor.id);
}

// Until 2.75 no swap was an empty string.
void write_swap(Writer& writer, const Flavor& flavor, const View& view) {
    if (flavor.swap_mb == 0 && view.version < Version{2, 75}) {
        writer.string("");
    } else {
        writer.integer(flavor.swap_mb);
    }
}

// JSON has one kind of number, but clients compare 1.0 as text.
void write_factor(Writer& writer, const Flavor& flavor, const View&) {
    const auto text = fmt::format("{}", flavor.rxtx_factor);
    writer.raw(text.find_first_of(".e") == std::string::npos ? text + ".0" : text);
}

void check_factor(std::string_view name, const Value& value) {
    if (!value.is_number() || value.as_number() <= 0 || value.as_number() > 3.40282e+38) {
        throw bad_request("'{}' must be a number greater than 0.", name);
    }
}

const Fields<Flavor> flavor_fields{
    "flavor",
    "flavors",
    {
        {"id", &Flavor::id, pattern("(?! )[a-zA-Z0-9. _-]{1,255}", "letters, digits and . _ -"),
         lenient},
        {"name", &Flavor::name, required, printable_name(255)},
        {"ram", &Flavor::memory_mb, required, lenient, range(1, most)},
        {"disk", &Flavor::disk_gb, required, lenient, range(0, most)},
        {"vcpus", &Flavor::vcpus, required, lenient, range(1, most)},
        {"swap", &Flavor::swap_mb, write_only, lenient, range(0, most)},
        {"swap", computed<Flavor>(write_swap)},
        {"OS-FLV-EXT-DATA:ephemeral", &Flavor::ephemeral_gb, lenient, range(0, most)},
        {"OS-FLV-DISABLED:disabled", &Flavor::disabled, read_only},
        {"os-flavor-access:is_public", &Flavor::is_public, lenient},
        {"rxtx_factor", &Flavor::rxtx_factor, write_only, lenient, Check{check_factor}},
        {"rxtx_factor", computed<Flavor>(write_factor)},
        {"description", &Flavor::description, since(2, 55), text(0, 65535)},
        {"extra_specs", &Flavor::extra_specs, since(2, 61), read_only},
        {"links", computed<Flavor>(write_flavor_links)},
    },
};

const Fields<Flavor> brief_fields{
    "flavor",
    "flavors",
    {
        {"id", &Flavor::id},
        {"name", &Flavor::name},
        {"description", &Flavor::description, since(2, 55)},
        {"links", computed<Flavor>(write_flavor_links)},
    },
};

constexpr SortName sort_names[] = {
    {"created_at", "created_at"},
    {"description", "description"},
    {"disabled", "disabled"},
    {"ephemeral_gb", "ephemeral_gb"},
    {"flavorid", "id"},
    {"id", "id"},
    {"is_public", "is_public"},
    {"memory_mb", "memory_mb"},
    {"name", "name"},
    {"root_gb", "disk_gb"},
    {"rxtx_factor", "rxtx_factor"},
    {"swap", "swap_mb"},
    {"updated_at", "updated_at"},
    {"vcpu_weight", "vcpus"},
    {"vcpus", "vcpus"},
};

FlavorFilter filter_of(const Request& request) {
    FlavorFilter filter;
    filter.min_memory_mb = query_integer(request, "minRam", 0);
    filter.min_disk_gb = query_integer(request, "minDisk", 0);
    filter.visible_to = request.caller().project_id;
    if (!request.is_admin()) {
        filter.with_disabled = false;
        return filter;
    }
    const auto asked = request.query.get("is_public", "true");
    if (text::equal_ignoring_case(asked, "none")) {
        filter.is_public.reset();
        return filter;
    }
    filter.is_public = text::to_boolean(asked);
    if (!filter.is_public) {
        throw bad_request("Invalid is_public filter [{}]", asked);
    }
    return filter;
}

Task<Reply> list_with(Request& request, State& compute, const Fields<Flavor>& fields) {
    request.authorize();
    check_query(request, {2, 75},
                {"limit", "marker", "is_public", "minRam", "minDisk", "sort_key", "sort_dir"});
    const auto filter = filter_of(request);
    auto page = read_page(request, sort_names, {{"id"}});
    if (request.query.has("sort_key") && !request.query.has("sort_dir")) {
        page.sort.front().descending = false;
    }
    const auto flavors = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.flavors.list(tx, filter, page); });
    co_return http::ok(fields.list(flavors, view_of(request), [&](Writer& writer) {
        write_next_link(writer, request, "flavors", flavors.size(), page,
                        flavors.empty() ? "" : flavors.back().id);
    }));
}

}  // namespace

Flavor visible_flavor(sql::Transaction& tx, State& compute, const Request& request) {
    auto flavor = compute.flavors.get(tx, request.path_part("id"));
    if (!request.is_admin() && !compute.flavors.usable(tx, flavor, request.caller().project_id)) {
        throw not_found("Flavor {} could not be found.", flavor.id);
    }
    return flavor;
}

/// GET /flavors
Task<Reply> list_flavors(Request& request, State& compute) {
    return list_with(request, compute, brief_fields);
}

/// GET /flavors/detail
Task<Reply> list_flavors_detail(Request& request, State& compute) {
    return list_with(request, compute, flavor_fields);
}

/// GET /flavors/{id}
Task<Reply> show_flavor(Request& request, State& compute) {
    request.authorize();
    const auto flavor = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_flavor(tx, compute, request); });
    co_return http::ok(flavor_fields.show(flavor, view_of(request)));
}

/// POST /flavors
Task<Reply> create_flavor(Request& request, State& compute) {
    auto body = envelope(request, "flavor");
    if (body["id"].is_null()) {
        body.erase("id");
    }
    auto flavor = flavor_fields.parse(body, request.version());
    if (flavor.id.empty()) {
        flavor.id = new_uuid(compute.core.env);
    }
    request.authorize();

    co_await compute.core.database.write([&](sql::Transaction& tx) {
        flavor.created_at = flavor.updated_at = tx.now();
        compute.flavors.insert(tx, flavor);
        history::append(tx, request.author(), {"compute", "flavor", flavor.id, "create"});
    });
    co_return http::ok(flavor_fields.show(flavor, view_of(request)));
}

/// PUT /flavors/{id}: only the description can change.
Task<Reply> update_flavor(Request& request, State& compute) {
    static const Fields<Flavor> changeable{
        "flavor", "flavors", {{"description", &Flavor::description, required, text(0, 65535)}}};
    const auto wanted = changeable.parse(envelope(request, "flavor"), request.version());
    request.authorize();

    const auto flavor = co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto changed = compute.flavors.get(tx, request.path_part("id"));
        changed.description = wanted.description;
        changed.updated_at = tx.now();
        compute.flavors.update(tx, changed);
        history::append(tx, request.author(), {"compute", "flavor", changed.id, "update"});
        return changed;
    });
    co_return http::ok(flavor_fields.show(flavor, view_of(request)));
}

/// DELETE /flavors/{id}: servers made from it keep their size.
Task<Reply> delete_flavor(Request& request, State& compute) {
    request.authorize();
    const auto& id = request.path_part("id");
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        compute.flavors.erase(tx, id);
        history::append(tx, request.author(), {"compute", "flavor", id, "delete"});
    });
    co_return http::accepted();
}

}  // namespace welkin::compute
