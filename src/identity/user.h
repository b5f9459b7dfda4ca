#pragma once
// User: who may log in; Group: users who share role assignments.
#include <optional>
#include <string>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::identity {

using GroupId = Id<struct GroupTag>;

struct User {
    UserId id;
    std::string name;
    DomainId domain_id;
    bool enabled = true;
    std::optional<ProjectId> default_project_id;
    std::string password_hash;  ///< crypt(5) text; empty: cannot log in by password
    json::Value options{json::Object{}};
    json::Value extra{json::Object{}};  ///< attributes that clients added: email, description, ...
    int64_t epoch = 0;                  ///< tokens of an earlier one are void
};

struct Group {
    GroupId id;
    std::string name;
    DomainId domain_id;
    std::optional<std::string> description = "";
    json::Value extra{json::Object{}};
};

}  // namespace welkin::identity
