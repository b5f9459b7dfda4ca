// ports: places on a network for servers and other devices.
#include "network/api/ports.h"

#include "network/api/networks.h"
#include "network/api/port_fields.h"
#include "network/errors.h"
#include "network/new_port.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;

struct Wanted {
    PortBody port;
    PortWishes wishes;
    const json::Value* body = nullptr;
};

std::vector<PortBody> for_view(std::vector<Port> ports, const Network::State& network) {
    std::vector<PortBody> views;
    views.reserve(ports.size());
    for (auto& port : ports) {
        auto& view = views.emplace_back();
        static_cast<Port&>(view) = std::move(port);
        view.dns_suffix = network.settings.dns_domain;
    }
    return views;
}

PortBody for_view(Port port, const Network::State& network) {
    std::vector<Port> one;
    one.push_back(std::move(port));
    return std::move(for_view(std::move(one), network).front());
}

/// Options with a null value are for taking away; the API names each at most once.
void set_dhcp_options(Port& port, const std::vector<DhcpOption>& before,
                      const std::vector<DhcpOption>& given) {
    if (given.size() > 20) {
        throw invalid_input("at most 20 extra_dhcp_opts are allowed.");
    }
    auto options = before;
    for (const auto& option : given) {
        std::erase_if(options, [&](const auto& known) {
            return known.opt_name == option.opt_name && known.ip_version == option.ip_version;
        });
        if (option.opt_value) {
            options.push_back(option);
        }
    }
    port.extra_dhcp_opts = std::move(options);
}

void check_binding(const Port& port) {
    if (!port.binding_profile.is_object()) {
        throw bad_request("Invalid input for binding:profile. It must be an object, not {}.",
                          port.binding_profile.kind());
    }
}

void check_device_owner(const Request& request, std::string_view action, const Port& port,
                        const VirtualNetwork& on) {
    if (port.device_owner.starts_with("network:") &&
        !request.may(fmt::format("{}:device_owner", action), owner_of(port, on))) {
        throw forbidden("(rule:{}:device_owner) is disallowed by policy", action)
            .named("PolicyNotAuthorized");
    }
}

Wanted parse_port(const json::Value& given, const json::Value& body) {
    Wanted wanted{.port = port_fields.parse(body), .body = &given};
    auto& port = wanted.port;
    check_binding(port);
    if (body.find("fixed_ips") != nullptr) {
        wanted.wishes.fixed_ips = std::move(port.fixed_ips);
        port.fixed_ips.clear();
    }
    if (body.find("security_groups") != nullptr) {
        wanted.wishes.security_groups = port.security_groups;
        port.security_groups.clear();
    }
    wanted.wishes.port_security_given = body.find("port_security_enabled") != nullptr;
    if (!port.mac_address.empty()) {
        const auto mac = parse_mac(port.mac_address);
        if (!mac) {
            throw bad_request("Invalid input for mac_address. '{}' is not a unicast MAC address.",
                              port.mac_address);
        }
        port.mac_address = *mac;
    }
    set_dhcp_options(port, {}, port.extra_dhcp_opts);
    return wanted;
}

struct Found {
    Port port;
    VirtualNetwork on;
};

Found visible_port(sql::Transaction& tx, Network::State& network, const Request& request) {
    const auto& id = request.path_part("id");
    auto port = network.ports.find(tx, id);
    if (!port) {
        throw port_not_found(id);
    }
    auto on = network.networks.find_row(tx, port->network_id);
    CHECK(on.has_value());
    if (!request.may("get_port", owner_of(*port, *on))) {
        throw port_not_found(id);
    }
    return {std::move(*port), std::move(*on)};
}

/// Takes over what the body says; PortParts says which rows beside the port's own change.
PortParts apply_changes(sql::Transaction& tx, Network::State& network, const json::Value& body,
                        Port& port) {
    PortBody changed;
    static_cast<Port&>(changed) = port;
    port_fields.update(changed, body);
    check_binding(changed);
    PortParts parts{.fixed_ips = body.find("fixed_ips") != nullptr,
                    .security_groups = body.find("security_groups") != nullptr};
    if (body.find("extra_dhcp_opts") != nullptr) {
        const auto given = changed.extra_dhcp_opts;
        set_dhcp_options(changed, port.extra_dhcp_opts, given);
    }
    if (body.find("mac_address") != nullptr && changed.mac_address != port.mac_address) {
        if (!port.host_id.empty()) {
            throw conflict("Unable to complete operation on port {}, port is already bound.",
                           port.id)
                .named("PortBound");
        }
        const auto mac = parse_mac(changed.mac_address);
        if (!mac) {
            throw bad_request("Invalid input for mac_address. '{}' is not a unicast MAC address.",
                              changed.mac_address);
        }
        changed.mac_address = *mac;
    }
    if (parts.security_groups) {
        check_groups(tx, network, port.project_id, changed.security_groups, GroupsOf::project);
    }
    if (parts.fixed_ips) {
        changed.fixed_ips = network.addressing.choose(
            tx, port.network_id, network.subnets.of_network(tx, port.network_id), changed.fixed_ips,
            changed.mac_address, port.fixed_ips);
    }
    check_port_security(changed);
    port = std::move(static_cast<Port&>(changed));
    return parts;
}

bool lost_a_race(const Error& error, const std::vector<Wanted>& wanted) {
    return error.type == "IpAddressAlreadyAllocated" &&
           std::all_of(wanted.begin(), wanted.end(), [](const Wanted& one) {
               const auto& ips = one.wishes.fixed_ips;
               return !ips || std::all_of(ips->begin(), ips->end(), [](const auto& fixed) {
                   return fixed.ip_address.empty();
               });
           });
}

/// One attempt to insert all of them.
Task<void> insert_ports(Request& request, Network::State& network, std::vector<Wanted>& wanted) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        for (auto& one : wanted) {
            // Authorize: on a network one sees, with single attributes for its owner only.
            const auto on = visible_network(tx, network, request, one.port.network_id);
            const auto owner = owner_of(one.port, on);
            request.authorize(owner);
            guard_attributes(request, "create_port", *one.body, owner, guarded_port_attributes);
            check_device_owner(request, "create_port", one.port, on);

            create_port(tx, network, author, on, one.port, one.wishes);
        }
    });
}

}  // namespace

auth::Owner owner_of(const Port& port, const VirtualNetwork& on) {
    auto owner = owner_of(on);
    owner.project = port.project_id;
    return owner;
}

/// POST /ports: one or several.
Task<Reply> create_port_request(Request& request, Network::State& network) {
    // Parse.
    const auto bodies = bodies_of(request, "port", "ports");
    std::vector<Wanted> wanted;
    for (const auto* body : bodies.each) {
        auto one = parse_port(*body, tidy_port(*body));
        one.port.project_id = owning_project(request, one.port.project_id);
        wanted.push_back(std::move(one));
    }

    // Act: another process may take the address we chose; then there is another one.
    const auto asked = wanted;
    for (int attempt = 0;; ++attempt) {
        try {
            co_await insert_ports(request, network, wanted);
            break;
        } catch (const Error& error) {
            if (attempt == 10 || !lost_a_race(error, asked)) {
                throw;
            }
            wanted = asked;
        }
    }

    // Respond.
    std::vector<Port> made;
    for (auto& one : wanted) {
        made.push_back(std::move(one.port));
    }
    co_return created_reply(port_fields, for_view(std::move(made), network), bodies.bulk,
                            view_of(request));
}

/// GET /ports: the caller's own, and those on the caller's networks.
Task<Reply> list_ports(Request& request, Network::State& network) {
    const auto view = view_of(request);
    const auto page = port_fields.page(request.query, port_page_rules, view);
    request.authorize();
    const auto scope = port_scope(request);

    auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.ports.list(tx, page, scope); });
    co_return list_reply(request, port_fields, for_view(std::move(found), network), page, view);
}

/// GET /ports/{id}
Task<Reply> show_port(Request& request, Network::State& network) {
    auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return visible_port(tx, network, request); });
    request.authorize(owner_of(found.port, found.on));
    co_return http::ok(
        port_fields.show(for_view(std::move(found.port), network), view_of(request)));
}

/// PUT /ports/{id}
Task<Reply> update_port(Request& request, Network::State& network) {
    const auto& given = request.json("port");
    const auto body = tidy_port(given);
    const auto author = request.author();
    auto changed = co_await network.core.database.write([&](sql::Transaction& tx) {
        auto [port, on] = visible_port(tx, network, request);
        const auto owner = owner_of(port, on);
        request.authorize(owner);
        guard_attributes(request, "update_port", given, owner, guarded_port_attributes);
        check_revision(request, port.revision_number);

        const auto parts = apply_changes(tx, network, body, port);
        check_device_owner(request, "update_port", port, on);
        network.ports.update(tx, author, port, parts);
        return port;
    });
    co_return http::ok(port_fields.show(for_view(std::move(changed), network), view_of(request)));
}

/// DELETE /ports/{id}
Task<Reply> delete_port(Request& request, Network::State& network) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto [port, on] = visible_port(tx, network, request);
        request.authorize(owner_of(port, on));
        check_revision(request, port.revision_number);
        network.ports.erase(tx, author, port);
    });
    co_return http::no_content();
}

}  // namespace welkin::network
