// tags: plain words on resources.
#include "network/api/tags.h"

#include "core/base/text.h"
#include "network/api/listing.h"
#include "network/api/networks.h"
#include "network/api/ports.h"
#include "network/api/subnets.h"
#include "network/errors.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;

constexpr size_t max_tags = 50;
constexpr size_t max_tag_length = 255;

/// What carries the tags: whose it is, and what its change is called in the log.
struct Carrier {
    const char* resource = "";
    std::string id;
    const char* see_rule = "";
    auth::Owner owner;
    std::function<void(sql::Transaction&, const history::Author&)> touch;
};

/// Counts the change in the resource itself, which appends to the change log.
template <class Store, class T>
auto touching(Store& store, T object) {
    return [&store, object](sql::Transaction& tx, const history::Author& author) {
        auto copy = object;
        store.update(tx, author, copy);
    };
}

Carrier find_carrier(sql::Transaction& tx, Network::State& network, const Request& request) {
    const auto& collection = request.path_part("collection");
    const auto& id = request.path_part("id");
    if (collection == "networks") {
        const auto found = network.networks.get(tx, id);
        return {"network", id, "get_network", owner_of(found), touching(network.networks, found)};
    }
    if (collection == "subnets") {
        const auto found = network.subnets.get(tx, id);
        const auto on = network.networks.get(tx, found.network_id);
        return {"subnet", id, "get_subnet", owner_of(found, on), touching(network.subnets, found)};
    }
    if (collection == "ports") {
        const auto found = network.ports.get(tx, id);
        const auto on = network.networks.get(tx, found.network_id);
        auto& ports = network.ports;
        return {"port", id, "get_port", owner_of(found, on),
                [&ports, found](sql::Transaction& t, const history::Author& author) {
                    auto copy = found;
                    ports.update(t, author, copy, {});
                }};
    }
    if (collection == "security-groups" || collection == "security_groups") {
        const auto found = network.groups.get(tx, id);
        return {"security_group", id, "get_security_group",
                auth::Owner{.project = found.project_id}, touching(network.groups, found)};
    }
    throw not_found("There is no {} that could have tags.", collection);
}

/// Finds it, hides what the caller may not see, and applies the route's rule.
Carrier authorized_carrier(sql::Transaction& tx, Network::State& network, Request& request) {
    auto carrier = find_carrier(tx, network, request);
    if (!request.may(carrier.see_rule, carrier.owner)) {
        throw not_found("{} {} could not be found.", carrier.resource, carrier.id)
            .named("TagResourceNotFound");
    }
    request.authorize(carrier.owner);
    return carrier;
}

std::string check_tag(std::string_view tag) {
    const auto length = text::count_characters(tag);
    if (length == 0 || length > max_tag_length || tag.find(',') != std::string_view::npos) {
        throw bad_request("Invalid input for tags. A tag has 1 to {} characters and no comma.",
                          max_tag_length);
    }
    return std::string(tag);
}

void check_count(size_t count) {
    if (count > max_tags) {
        throw bad_request("A resource has at most {} tags.", max_tags);
    }
}

Reply tags_reply(const std::set<std::string>& tags) {
    json::Array list(tags.begin(), tags.end());
    return http::ok(json::Value(json::Object{{"tags", std::move(list)}}));
}

Error no_such_tag(std::string_view tag) {
    return not_found("Tag {} could not be found.", tag).named("TagNotFound");
}

}  // namespace

/// GET /{collection}/{id}/tags
Task<Reply> list_tags(Request& request, Network::State& network) {
    co_return tags_reply(co_await network.core.database.read([&](sql::Transaction& tx) {
        return network.tags.of(tx, authorized_carrier(tx, network, request).id);
    }));
}

/// PUT /{collection}/{id}/tags
Task<Reply> replace_tags(Request& request, Network::State& network) {
    const auto& list = request.json()["tags"];
    if (!list.is_array()) {
        throw bad_request("'tags' must be a list of texts.");
    }
    std::set<std::string> tags;
    for (const auto& tag : list.as_array()) {
        if (!tag.is_string()) {
            throw bad_request("'tags' must be a list of texts, not of {}.", tag.kind());
        }
        tags.insert(check_tag(tag.as_string()));
    }
    check_count(tags.size());
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto carrier = authorized_carrier(tx, network, request);
        network.tags.replace(tx, carrier.id, tags);
        carrier.touch(tx, author);
    });
    co_return tags_reply(tags);
}

/// DELETE /{collection}/{id}/tags
Task<Reply> delete_tags(Request& request, Network::State& network) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto carrier = authorized_carrier(tx, network, request);
        network.tags.clear(tx, carrier.id);
        carrier.touch(tx, author);
    });
    co_return http::no_content();
}

/// GET /{collection}/{id}/tags/{tag}: 204 if it is there.
Task<Reply> show_tag(Request& request, Network::State& network) {
    const auto tag = request.path_part("tag");
    const auto tags = co_await network.core.database.read([&](sql::Transaction& tx) {
        return network.tags.of(tx, authorized_carrier(tx, network, request).id);
    });
    if (!tags.contains(tag)) {
        throw no_such_tag(tag);
    }
    co_return http::no_content();
}

/// PUT /{collection}/{id}/tags/{tag}
Task<Reply> add_tag(Request& request, Network::State& network) {
    const auto tag = check_tag(request.path_part("tag"));
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto carrier = authorized_carrier(tx, network, request);
        check_count(network.tags.of(tx, carrier.id).size() + 1);
        network.tags.add(tx, carrier.id, tag);
        carrier.touch(tx, author);
    });
    co_return http::Reply{.status = 201};
}

/// DELETE /{collection}/{id}/tags/{tag}
Task<Reply> delete_tag(Request& request, Network::State& network) {
    const auto tag = request.path_part("tag");
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto carrier = authorized_carrier(tx, network, request);
        if (!network.tags.remove(tx, carrier.id, tag)) {
            throw no_such_tag(tag);
        }
        carrier.touch(tx, author);
    });
    co_return http::no_content();
}

}  // namespace welkin::network
