// Undoing everything that a data directory's host side made.
#include "network/host/linux/dhcp_server.h"
#include "network/host/linux/host_setup.h"
#include "network/host/linux/ledger.h"
#include "network/host/linux/linux_driver.h"
#include "network/host/linux/ruleset.h"
#include "network/host/names.h"

namespace welkin::network {

Task<void> purge_linux(Env& env, std::string folder) {
    if (!env.files().exists(folder + "/host.json")) {
        co_return;
    }
    Commands commands(env);
    Ledger ledger(env, folder + "/host.json");
    ledger.load();
    const auto links = co_await commands.links();
    const auto namespaces = commands.namespaces();
    std::string lines;
    const auto remove = [&](const std::string& name) {
        if (links.contains(name)) {
            lines += "link del dev " + name + "\n";
        }
    };
    for (const auto& port : ledger.taps) {
        remove(tap_name(port));
    }
    for (auto& [id, record] : ledger.networks) {
        DhcpServer server(env, id, folder + "/" + id.value);
        co_await server.stop(record);
        remove(lan_name(id));
        remove(uplink_name(id));
        remove(bridge_name(id));
    }
    co_await commands.ip(lines);
    for (const auto& [id, record] : ledger.networks) {
        if (namespaces.contains(namespace_name(id))) {
            co_await commands.run({"ip", "netns", "delete", namespace_name(id)});
        }
    }
    co_await commands.nft(delete_script("bridge", ledger.table) +
                          delete_script("inet", ledger.table));
    co_await close_host_firewall(commands);
    if (ledger.turned_on_forwarding) {
        co_await turn_off_forwarding(commands);
    }
    env.files().remove_all(folder);
}

}  // namespace welkin::network
