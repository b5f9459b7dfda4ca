#pragma once
// NewServer: what a POST /servers asks for, and what comes of it.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compute/server.h"
#include "compute/state.h"
#include "core/auth/caller.h"
#include "core/history/history.h"
#include "image/image.h"
#include "network/network.h"
#include "placement/placement.h"

namespace welkin::compute {

struct NewServer {
    std::string name;
    std::optional<std::string> description;
    std::string hostname;
    std::string image_id;
    std::string flavor_id;
    std::string key_name;
    std::string user_data;
    std::string admin_pass;  ///< for the config drive, if there is one; kept nowhere else
    bool config_drive = false;
    std::string disk_config = "MANUAL";
    std::map<std::string, std::string> metadata;
    std::vector<std::string> tags;
    std::string access_ipv4;
    std::string access_ipv6;
    std::string zone;
    HostName host;  ///< asked for by an operator
    bool automatic_network = false;
    std::vector<network::NicRequest> nics;
    std::vector<std::string> security_groups;
    int64_t min_count = 1;
    int64_t max_count = 1;
    std::string group_id;                ///< scheduler hint "group"
    std::vector<std::string> same_host;  ///< server ids
    std::vector<std::string> different_host;
};

/// The image, if the caller may see it and it fits a flavor of this size; disk_gb 0 is as large as
/// the image. Throws bad_request() saying why not.
image::ImageSummary find_bootable_image(sql::Transaction& tx, State& compute,
                                        const auth::Caller& caller, const std::string& id,
                                        int64_t memory_mb, int64_t disk_gb);

/// What a server of this size with this image takes of its host.
placement::Resources resources_of(int64_t vcpus, int64_t memory_mb, int64_t disk_gb,
                                  int64_t ephemeral_gb, int64_t swap_mb,
                                  const image::ImageSummary& image);

/// Makes the servers in the caller's transaction: rows, claims, ports, workflows. One that no host
/// will have is made in ERROR and says why. Throws what the API should say: bad_request() for what
/// does not fit together, over_limit() past the quota.
std::vector<Server> make_servers(sql::Transaction& tx, State& compute, const auth::Caller& caller,
                                 const history::Author& author, const NewServer& wanted);

}  // namespace welkin::compute
