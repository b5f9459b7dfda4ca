#pragma once
// What hangs on a server and is read or changed by itself: metadata, tags, addresses, interfaces,
// volumes, security groups, and what was done with it.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> list_metadata(http::Request& request, State& compute);
Task<http::Reply> show_metadata(http::Request& request, State& compute);
Task<http::Reply> add_metadata(http::Request& request, State& compute);
Task<http::Reply> replace_metadata(http::Request& request, State& compute);
Task<http::Reply> set_metadata(http::Request& request, State& compute);
Task<http::Reply> delete_metadata(http::Request& request, State& compute);

Task<http::Reply> list_tags(http::Request& request, State& compute);
Task<http::Reply> check_tag(http::Request& request, State& compute);
Task<http::Reply> replace_tags(http::Request& request, State& compute);
Task<http::Reply> add_tag(http::Request& request, State& compute);
Task<http::Reply> delete_tag(http::Request& request, State& compute);
Task<http::Reply> delete_tags(http::Request& request, State& compute);

Task<http::Reply> list_addresses(http::Request& request, State& compute);
Task<http::Reply> show_addresses(http::Request& request, State& compute);
Task<http::Reply> list_interfaces(http::Request& request, State& compute);
Task<http::Reply> show_interface(http::Request& request, State& compute);
Task<http::Reply> list_volume_attachments(http::Request& request, State& compute);

Task<http::Reply> show_diagnostics(http::Request& request, State& compute);

Task<http::Reply> list_instance_actions(http::Request& request, State& compute);
Task<http::Reply> show_instance_action(http::Request& request, State& compute);

/// Throws bad_request() for keys and values that Nova would not take.
void check_metadata(std::string_view name, const json::Value& value);
void check_tags(std::string_view name, const json::Value& value);
void check_user_data(std::string_view name, const json::Value& value);

}  // namespace welkin::compute
