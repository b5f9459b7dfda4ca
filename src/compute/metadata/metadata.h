#pragma once
// Metadata: what a guest may read about itself, by HTTP at 169.254.169.254 or from its config
// drive.
#include <map>
#include <string>

#include "core/base/id.h"
#include "core/sql/database.h"

namespace welkin::compute {

struct State;
struct Server;

/// Answers requests to the metadata address (network::Network::serve_metadata). Called once by
/// Compute.
void serve_metadata(State& state);

/// The documents of a server by path ("openstack/latest/meta_data.json"), as a config drive holds
/// them. Unlike the metadata address the drive tells the password of the administrator, which is
/// known only while the server is being built.
std::map<std::string, std::string> metadata_documents(sql::Transaction& tx, State& state,
                                                      const Server& server,
                                                      const std::string& admin_pass);

}  // namespace welkin::compute
