#pragma once
// Token: what a payload means now, after looking at the database.
#include <string>
#include <vector>

#include "core/auth/caller.h"
#include "core/sql/database.h"
#include "identity/store/stores.h"
#include "identity/tokens/payload.h"

namespace welkin::identity {

struct Token {
    Payload payload;
    auth::Caller caller;      ///< without the token's text
    std::vector<Role> roles;  ///< on the scope, implied ones included, by name
    bool is_domain = false;   ///< the project is one that acts as a domain
    bool restricted = false;  ///< of an application credential that must not make others
    std::string body;         ///< {"token": {... without the catalogue and the closing braces

    bool scoped() const { return payload.scope != ScopeKind::none; }
};

/// Throws unauthorized() if the user or the scope is gone, disabled or of another epoch, if the
/// user has no role there any more, or if the token was revoked. Does not look at its expiry.
Token load_token(sql::Transaction& tx, const Stores& stores, Payload payload);

/// The roles a user has on a scope, implied ones included, by name. Domains' own roles only imply.
std::vector<Role> roles_on(sql::Transaction& tx, const Stores& stores, const UserId& user,
                           ScopeKind scope, const std::string& scope_id);

}  // namespace welkin::identity
