#pragma once
// The documents about a server that its guest may read, in the two formats guests know.
// Sources: https://docs.openstack.org/nova/latest/user/metadata.html and Amazon's description of
// the instance metadata of version 2009-04-04.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compute/server.h"
#include "network/network.h"

namespace welkin::compute::metadata {

/// Content by path below the version's folder: "meta_data.json",
/// "meta-data/placement/availability-zone".
using Documents = std::map<std::string, std::string>;

/// What the documents are made from.
struct Subject {
    Server server;
    std::vector<network::PortView> ports;
    std::string random_seed;  ///< bytes for the guest's random number generator
    std::string admin_pass;   ///< empty: not known any more
};

/// OpenStack's versions, oldest first; "latest" follows the newest.
std::span<const std::string_view> openstack_versions();
/// EC2's versions, oldest first.
std::span<const std::string_view> ec2_versions();

Documents openstack_documents(const Subject& subject, std::string_view version);
Documents ec2_documents(const Subject& subject);
/// Everything below "openstack/" and "ec2/" that a config drive holds.
Documents config_drive_documents(const Subject& subject);

/// What a GET of `path` below /VERSION answers: a document, or the listing of a folder (one name a
/// line, folders with "/" behind); nothing if there is neither.
std::optional<std::string> look_up(const Documents& documents, std::string_view path);

}  // namespace welkin::compute::metadata
