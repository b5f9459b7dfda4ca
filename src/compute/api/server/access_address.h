#pragma once
// Access addresses: where the owner of a server says that it can be reached.
#include <string>

namespace welkin::compute {

/// The shortest spelling: "::babe" for "0:0:0:0:0:0:0:babe". What is no address stays as it is.
std::string canonical_address(std::string text);

}  // namespace welkin::compute
