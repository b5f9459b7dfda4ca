#pragma once
// Neutron's policy rules with today's personas.
#include <span>

#include "core/auth/policy.h"

namespace welkin::network {

std::span<const auth::PolicyRule> policy_rules();

}  // namespace welkin::network
