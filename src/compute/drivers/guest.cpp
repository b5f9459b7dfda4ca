// GuestSpec as JSON: how it travels to a host and how a driver keeps it beside the guest.
#include "compute/agent/commands.h"
#include "compute/drivers/driver.h"

namespace welkin::compute {

namespace {

json::Value map_to_json(const std::map<std::string, std::string>& map) {
    json::Object object;
    for (const auto& [key, value] : map) {
        object.emplace_back(key, value);
    }
    return object;
}

std::map<std::string, std::string> map_from_json(const json::Value& value) {
    std::map<std::string, std::string> map;
    if (value.is_object()) {
        for (const auto& [key, member] : value.as_object()) {
            if (member.is_string()) {
                map[key] = member.as_string();
            }
        }
    }
    return map;
}

}  // namespace

std::string_view to_text(PowerState state) {
    switch (state) {
        case PowerState::no_state:
            return "no state";
        case PowerState::running:
            return "running";
        case PowerState::paused:
            return "paused";
        case PowerState::shut_down:
            return "shut down";
        case PowerState::crashed:
            return "crashed";
        case PowerState::suspended:
            return "suspended";
    }
    CHECK(false);
}

json::Value to_json(const GuestSpec& spec) {
    json::Array nics;
    for (const auto& nic : spec.nics) {
        nics.push_back(to_json(nic));
    }
    return json::Object{
        {"id", spec.id.value},
        {"name", spec.name},
        {"vcpus", spec.vcpus},
        {"memory_mb", spec.memory_mb},
        {"root", json::Object{{"image_id", spec.root.image_id.value},
                              {"image_format", spec.root.image_format},
                              {"size_gb", spec.root.size_gb}}},
        {"ephemeral_gb", spec.ephemeral_gb},
        {"swap_mb", spec.swap_mb},
        {"kernel_id", spec.kernel_id.value},
        {"ramdisk_id", spec.ramdisk_id.value},
        {"kernel_arguments", spec.kernel_arguments},
        {"nics", std::move(nics)},
        {"config_drive", map_to_json(spec.config_drive)},
        {"properties", map_to_json(spec.properties)},
    };
}

GuestSpec guest_from_json(const json::Value& value) {
    GuestSpec spec;
    spec.id = ServerId(value.text("id"));
    spec.name = value.text("name");
    spec.vcpus = value.integer("vcpus", spec.vcpus);
    spec.memory_mb = value.integer("memory_mb", spec.memory_mb);
    const auto& root = value["root"];
    spec.root.image_id = ImageId(root.text("image_id"));
    spec.root.image_format = root.text("image_format");
    spec.root.size_gb = root.integer("size_gb");
    spec.ephemeral_gb = value.integer("ephemeral_gb");
    spec.swap_mb = value.integer("swap_mb");
    spec.kernel_id = ImageId(value.text("kernel_id"));
    spec.ramdisk_id = ImageId(value.text("ramdisk_id"));
    spec.kernel_arguments = value.text("kernel_arguments");
    if (const auto& nics = value["nics"]; nics.is_array()) {
        for (const auto& nic : nics.as_array()) {
            spec.nics.push_back(nic_from_json(nic));
        }
    }
    spec.config_drive = map_from_json(value["config_drive"]);
    spec.properties = map_from_json(value["properties"]);
    return spec;
}

}  // namespace welkin::compute
