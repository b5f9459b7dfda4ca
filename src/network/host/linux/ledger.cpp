#include "network/host/linux/ledger.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"

namespace welkin::network {

namespace {

// Away from 0, which everybody else's connections are in, and the low ones that people pick by
// hand.
constexpr int first_zone = 4096;
constexpr int last_zone = 65535;

}  // namespace

void Ledger::load() {
    saved_.clear();
    const auto content = env_.files().read(path_);
    if (content) {
        const auto root = json::parse(*content);
        table = root.text("table");
        uplink_range = root.text("uplink_range");
        turned_on_forwarding = root.boolean("turned_on_forwarding");
        if (root["networks"].is_object()) {
            for (const auto& [id, value] : root["networks"].as_object()) {
                auto& record = networks[NetworkId(id)];
                record.zone = static_cast<int>(value.integer("zone"));
                record.uplink = static_cast<int>(value.integer("uplink", -1));
                record.dhcp_command = value.text("dhcp_command");
                record.dhcp = {static_cast<int>(value.integer("dhcp_pid")),
                               static_cast<uint64_t>(value.integer("dhcp_start_ticks"))};
                for (const auto& route : value["routes"].as_array()) {
                    record.routes.insert(route.as_string());
                }
            }
        }
        if (root["taps"].is_array()) {
            for (const auto& tap : root["taps"].as_array()) {
                taps.insert(PortId(tap.as_string()));
            }
        }
        saved_ = text();
    }
    if (table.empty()) {
        table = "welkin_" + text::to_hex(env_.random_bytes(4));
    }
}

std::string Ledger::text() const {
    json::Object records;
    for (const auto& [id, record] : networks) {
        records.emplace_back(
            id.value,
            json::Object{{"zone", record.zone},
                         {"uplink", record.uplink},
                         {"dhcp_command", record.dhcp_command},
                         {"dhcp_pid", record.dhcp.pid},
                         {"dhcp_start_ticks", record.dhcp.start_ticks},
                         {"routes", json::Array(record.routes.begin(), record.routes.end())}});
    }
    json::Array tap_ids;
    for (const auto& tap : taps) {
        tap_ids.emplace_back(tap.value);
    }
    return json::to_string(json::Object{{"table", table},
                                        {"uplink_range", uplink_range},
                                        {"turned_on_forwarding", turned_on_forwarding},
                                        {"networks", std::move(records)},
                                        {"taps", std::move(tap_ids)}});
}

void Ledger::save() {
    auto now = text();
    if (now != saved_) {
        env_.files().write_durably(path_, now, 0600);
        saved_ = std::move(now);
    }
}

NetRecord& Ledger::ensure(const NetworkId& id) {
    auto [at, added] = networks.try_emplace(id);
    if (added) {
        std::set<int> used;
        for (const auto& [other, record] : networks) {
            used.insert(record.zone);
        }
        int zone = first_zone;
        while (used.contains(zone)) {
            ++zone;
        }
        if (zone > last_zone) {
            throw unavailable("This host carries {} networks already; it has no zone for another.",
                              used.size());
        }
        at->second.zone = zone;
    }
    return at->second;
}

int Ledger::free_uplink(int count, const std::set<int>& avoid) const {
    std::set<int> used = avoid;
    for (const auto& [id, record] : networks) {
        used.insert(record.uplink);
    }
    for (int index = 0; index < count; ++index) {
        if (!used.contains(index)) {
            return index;
        }
    }
    throw unavailable("network.uplink_range {} has no free pair of addresses.", uplink_range);
}

}  // namespace welkin::network
