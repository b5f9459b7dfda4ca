#include "core/auth/caller.h"

#include <algorithm>

#include "core/base/text.h"

namespace welkin::auth {

bool Caller::has_role(std::string_view role) const {
    return std::any_of(roles.begin(), roles.end(), [role](const std::string& one) {
        return text::equal_ignoring_case(one, role);
    });
}

}  // namespace welkin::auth
