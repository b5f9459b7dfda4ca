#pragma once
// How a server looks to its owner and to operators, in every microversion: one field table.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compute/server.h"
#include "compute/state.h"
#include "core/http/request.h"
#include "core/json/fields.h"
#include "network/network.h"

namespace welkin::compute {

/// Why a server is in error; "details" is for admins.
struct ServerFault {
    int64_t code = 0;
    Time created{};
    std::string message;
    std::string details;
};
// These are only shown: reading them throws bad_request().
void write_json(json::Writer& writer, const ServerFault& fault);
void read_json(ServerFault& fault, const json::Value& value, std::string_view name);

/// [{"name": "default"}, ...]
struct GroupNames {
    std::vector<std::string> names;
    bool empty() const { return names.empty(); }
};
void write_json(json::Writer& writer, const GroupNames& groups);
void read_json(GroupNames& groups, const json::Value& value, std::string_view name);

/// A server with what other tables know of it.
struct ServerDetail : Server {
    std::vector<network::PortView> ports;
    bool host_up = false;
    bool plain_addresses = false;  ///< without the OS-EXT-IPS members
    bool with_extra_specs = false;
    std::optional<ServerFault> fault;       ///< in ERROR only
    std::optional<int64_t> shown_progress;  ///< in the states where Nova has one
    GroupNames security_groups;
    std::optional<std::vector<std::string>> server_groups;  ///< when a single server is shown
};

/// Looks up everything else about these servers, in one query for each kind of thing.
std::vector<ServerDetail> with_details(sql::Transaction& tx, State& compute,
                                       const http::Request& request, std::vector<Server> servers);

/// The same for one server, which also shows its group.
ServerDetail detail_of(sql::Transaction& tx, State& compute, const http::Request& request,
                       Server server);

/// The view of servers for this caller: operators see where they run.
json::View server_view(const http::Request& request);

extern const json::Fields<ServerDetail> server_fields;
/// id, name and links: the short list.
extern const json::Fields<Server> brief_server_fields;

/// {"server": {...}} after a change: before 2.75 without the extended attributes.
json::Text show_changed(ServerDetail server, const http::Request& request);

/// {"private": [{"version": 4, "addr": ...}], ...}
void write_addresses(json::Writer& writer, const ServerDetail& server);

/// The server of the path's {id}, if it is the caller's business: authorizes with the route's rule.
/// Throws not_found() for one of another project.
Server visible_server(sql::Transaction& tx, State& compute, http::Request& request);
/// The same for something that changes it: throws conflict() if it is locked and the caller may not
/// override that.
Server changeable_server(sql::Transaction& tx, State& compute, http::Request& request);

}  // namespace welkin::compute
