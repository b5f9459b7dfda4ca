#pragma once
// Host names of guests, made from the names of servers.
#include <string>
#include <string_view>

#include "core/json/json.h"

namespace welkin::compute {

/// A host name as Nova makes it: lower case, blanks and underscores to dashes, other characters
/// dropped, at most 63; `otherwise` if nothing is left.
std::string hostname_from(std::string_view server_name, std::string_view otherwise);

/// For field tables: throws bad_request() unless the value is a valid host name.
void check_hostname(std::string_view name, const json::Value& value);

}  // namespace welkin::compute
