#pragma once
// How roles are shown wherever a list of them is the answer.
#include "core/json/fields.h"
#include "identity/role.h"

namespace welkin::identity {

extern const json::Fields<Role> role_fields;

}  // namespace welkin::identity
