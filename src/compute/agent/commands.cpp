#include "compute/agent/commands.h"

#include "core/work/workflow.h"

namespace welkin::compute {

std::string host_topic(const HostName& host) { return "compute.host." + host.value; }

json::Value to_json(const GuestNic& nic) {
    return json::Object{{"port_id", nic.port_id.value},
                        {"mac_address", nic.mac_address},
                        {"tap", nic.tap},
                        {"mtu", nic.mtu},
                        {"model", nic.model}};
}

GuestNic nic_from_json(const json::Value& value) {
    GuestNic nic;
    nic.port_id = PortId(value.text("port_id"));
    nic.mac_address = value.text("mac_address");
    nic.tap = value.text("tap");
    nic.mtu = static_cast<int>(value.integer("mtu", nic.mtu));
    nic.model = value.text("model", nic.model);
    return nic;
}

json::Value to_json(const HostFacts& facts) {
    return json::Object{{"hypervisor_type", facts.hypervisor_type},
                        {"hypervisor_version", facts.hypervisor_version},
                        {"architecture", facts.architecture},
                        {"cpu_info", facts.cpu_info},
                        {"host_ip", facts.host_ip},
                        {"vcpus", facts.vcpus},
                        {"memory_mb", facts.memory_mb},
                        {"disk_gb", facts.disk_gb},
                        {"free_disk_gb", facts.free_disk_gb},
                        {"accelerated", facts.accelerated}};
}

HostFacts facts_from_json(const json::Value& value) {
    HostFacts facts;
    facts.hypervisor_type = value.text("hypervisor_type");
    facts.hypervisor_version = value.integer("hypervisor_version");
    facts.architecture = value.text("architecture");
    facts.cpu_info = value.text("cpu_info");
    facts.host_ip = value.text("host_ip");
    facts.vcpus = value.integer("vcpus");
    facts.memory_mb = value.integer("memory_mb");
    facts.disk_gb = value.integer("disk_gb");
    facts.free_disk_gb = value.integer("free_disk_gb");
    facts.accelerated = value.boolean("accelerated");
    return facts;
}

json::Value to_json(const std::vector<FoundGuest>& guests) {
    json::Array all;
    for (const auto& guest : guests) {
        all.push_back(
            json::Object{{"id", guest.id.value}, {"state", static_cast<int>(guest.state)}});
    }
    return json::Object{{"guests", std::move(all)}};
}

std::vector<FoundGuest> guests_from_json(const json::Value& value) {
    std::vector<FoundGuest> guests;
    const auto& all = value["guests"];
    if (!all.is_array()) {
        return guests;
    }
    for (const auto& each : all.as_array()) {
        guests.push_back(
            {ServerId(each.text("id")), power_state_from_number(each.integer("state"))});
    }
    return guests;
}

PowerState power_state_from_number(int64_t number) {
    switch (number) {
        case 1:
            return PowerState::running;
        case 3:
            return PowerState::paused;
        case 4:
            return PowerState::shut_down;
        case 6:
            return PowerState::crashed;
        case 7:
            return PowerState::suspended;
        default:
            return PowerState::no_state;
    }
}

Error as_bus_error(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const work::DriverError& error) {
        const auto fault =
            error.kind == work::DriverError::Kind::retry ? Fault::unavailable : Fault::internal;
        return Error(fault, error.message).because(error.cause);
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& error) {
        return Error(Fault::internal, error.what());
    }
}

}  // namespace welkin::compute
