#pragma once
// Caller: who sends a request, as told by the token; Owner: whose resource it touches.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::auth {

class Policy;

struct Caller {
    UserId user_id;
    std::string user_name;
    DomainId user_domain_id;
    std::string user_domain_name;
    // One scope or none: project, domain or system.
    ProjectId project_id;
    std::string project_name;
    DomainId project_domain_id;
    DomainId domain_id;
    bool system = false;
    std::vector<std::string> roles;  ///< names, implied ones included
    std::string token;               ///< as sent
    Time expires{};

    bool anonymous() const { return user_id.empty(); }
    bool has_role(std::string_view role) const;
};

/// What %(name)s in a policy rule can refer to. Unset parts match nothing.
struct Owner {
    UserId user;
    ProjectId project;
    DomainId domain;
    std::vector<std::pair<std::string, std::string>> extra =
        {};  ///< e.g. {"target.role.name", "x"}
};

}  // namespace welkin::auth
