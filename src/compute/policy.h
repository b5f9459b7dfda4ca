#pragma once
// Policy rules of compute: OpenStack's names and today's default personas.
#include <span>

#include "core/auth/policy.h"

namespace welkin::compute {

std::span<const auth::PolicyRule> policy_rules();

}  // namespace welkin::compute
