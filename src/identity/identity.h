#pragma once
// Identity: users, projects, domains, roles, tokens, the catalogue; Keystone's v3 API.
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/auth/token_verifier.h"
#include "core/config/config.h"
#include "core/core.h"
#include "core/sql/database.h"

namespace welkin::identity {

std::span<const config::Option> options();

/// A service's line in the catalogue. Endpoint URLs are stored below "{base}", which becomes the
/// operator's public_url or the address by which the client reached us.
struct CatalogService {
    std::string type;  ///< "compute"
    std::string name;  ///< "nova"
    std::string path;  ///< "/compute/v2.1"
};

struct Bootstrap {
    std::string admin_password;  ///< used only when the admin user is made
    std::string region = "RegionOne";
    std::vector<CatalogService> services;  ///< added or brought up to date
};

class Identity : public auth::TokenVerifier {
public:
    /// Adds its routes, policy rules and periodic jobs to core. Tables are there already.
    explicit Identity(Core& core);
    ~Identity() override;

    /// Idempotent: Default domain, admin project and user, roles admin ⇒ manager ⇒ member ⇒ reader
    /// and service, the catalogue. The password comes back only if the user was made now.
    Task<void> bootstrap(Bootstrap wanted);

    Task<auth::Caller> verify(std::string_view token) override;

    /// Names for ids, for views of other services; empty if unknown.
    std::string project_name(sql::Transaction& tx, const ProjectId& id);
    bool project_exists(sql::Transaction& tx, const ProjectId& id);

    struct State;  ///< what its handlers work with: identity/state.h

private:
    std::unique_ptr<State> state_;
};

}  // namespace welkin::identity
