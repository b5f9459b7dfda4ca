#pragma once
// The policy rules of image.
#include <span>

#include "core/auth/policy.h"

namespace welkin::image {

std::span<const auth::PolicyRule> policy_rules();

}  // namespace welkin::image
