#pragma once
// How a security group rule looks on the wire, alone and inside its group.
#include "core/json/fields.h"
#include "network/security_group.h"

namespace welkin::network {

extern const json::Fields<SecurityGroupRule> rule_fields;

}  // namespace welkin::network
