#pragma once
// The password made up for a new server whose owner names none.
#include <string>

#include "core/base/env.h"

namespace welkin::compute {

/// As many characters as Nova's, of those that are not mistaken for others.
std::string make_admin_password(Env& env);

}  // namespace welkin::compute
