// The EC2 format: a tree of small texts, the same in every version.
#include "compute/metadata/documents.h"
#include "core/base/text.h"
#include "core/json/json.h"

namespace welkin::compute::metadata {
namespace {

constexpr std::string_view versions[] = {"1.0",        "2007-01-19", "2007-03-01",
                                         "2007-08-29", "2007-10-10", "2007-12-15",
                                         "2008-02-01", "2008-09-01", "2009-04-04"};

std::string first_address(const Subject& subject) {
    for (const auto& port : subject.ports) {
        for (const auto& fixed : port.fixed_ips) {
            if (fixed.ip_version == 4) {
                return fixed.address;
            }
        }
    }
    return "";
}

std::string security_groups(const Subject& subject) {
    std::vector<std::string> names;
    for (const auto& port : subject.ports) {
        for (const auto& name : port.security_groups) {
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return text::join(names, "\n");
}

}  // namespace

std::span<const std::string_view> ec2_versions() { return versions; }

Documents ec2_documents(const Subject& subject) {
    const auto& server = subject.server;
    Documents documents = {
        {"meta-data/ami-id", "ami-" + server.image_id.value.substr(0, 8)},
        {"meta-data/ami-launch-index", std::to_string(server.launch_index)},
        {"meta-data/ami-manifest-path", "unknown"},
        {"meta-data/block-device-mapping/ami",
         server.root_device.substr(server.root_device.rfind('/') + 1)},
        {"meta-data/block-device-mapping/root", server.root_device},
        {"meta-data/hostname", server.hostname},
        {"meta-data/instance-action", "none"},
        {"meta-data/instance-id", "i-" + server.id.value.substr(0, 8)},
        {"meta-data/instance-type", server.flavor_name},
        {"meta-data/local-hostname", server.hostname},
        {"meta-data/local-ipv4", first_address(subject)},
        {"meta-data/placement/availability-zone", server.availability_zone},
        {"meta-data/public-hostname", server.hostname},
        {"meta-data/public-ipv4", ""},
        {"meta-data/reservation-id", server.reservation_id},
        {"meta-data/security-groups", security_groups(subject)},
    };
    if (!server.public_key.empty()) {
        documents["meta-data/public-keys/0/openssh-key"] = server.public_key;
    }
    if (!server.user_data.empty()) {
        documents["user-data"] = text::from_base64(server.user_data).value_or("");
    }
    return documents;
}

std::optional<std::string> look_up(const Documents& documents, std::string_view path) {
    while (!path.empty() && path.back() == '/') {
        path.remove_suffix(1);
    }
    if (const auto found = documents.find(std::string(path)); found != documents.end()) {
        return found->second;
    }
    const auto folder = path.empty() ? std::string() : std::string(path) + "/";
    std::vector<std::string> names;
    for (const auto& [name, content] : documents) {
        if (name.starts_with(folder)) {
            const auto rest = name.substr(folder.size());
            const auto slash = rest.find('/');
            auto entry = slash == std::string::npos ? rest : rest.substr(0, slash + 1);
            if (names.empty() || names.back() != entry) {
                names.push_back(std::move(entry));
            }
        }
    }
    if (names.empty()) {
        return std::nullopt;
    }
    return text::join(names, "\n");
}

Documents config_drive_documents(const Subject& subject) {
    Documents all;
    const auto add = [&](const std::string& folder, const Documents& documents) {
        for (const auto& [name, content] : documents) {
            all[folder + name] = content;
        }
    };
    for (const auto version : openstack_versions()) {
        add(fmt::format("openstack/{}/", version), openstack_documents(subject, version));
    }
    add("openstack/latest/", openstack_documents(subject, "latest"));
    json::Object flat;
    for (const auto& [name, content] : ec2_documents(subject)) {
        if (name == "user-data") {
            all["ec2/latest/user-data"] = content;
        } else {
            flat.emplace_back(name.substr(name.find('/') + 1), content);
        }
    }
    all["ec2/latest/meta-data.json"] = json::to_string(flat);
    return all;
}

}  // namespace welkin::compute::metadata
