#pragma once
// Login: what POST /auth/tokens asks for, and the payload of the token it gets.
#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "identity/state.h"

namespace welkin::identity {

/// A user, project or domain as clients name it: by id, or by name within a domain.
struct Reference {
    std::string id;
    std::string name;
    std::string domain_id;
    std::string domain_name;
};

struct Login {
    uint8_t methods = 0;  ///< bits of AuthMethod
    Reference user;       ///< of the password method
    std::string password;
    std::string token;            ///< of the token method
    std::string credential_id;    ///< of the application_credential method, or
    std::string credential_name;  ///< one that `user` has
    std::string secret;
    enum class Scope { by_default, unscoped, project, domain, system } scope = Scope::by_default;
    Reference scoped_to;  ///< project or domain
};

/// Throws bad_request() for what is malformed, unauthorized() for a method nobody offers.
Login parse_login(const json::Value& auth);

/// Checks all methods and the scope. Throws unauthorized(), which never tells what was wrong.
Task<Payload> log_in(State& identity, Login login);

}  // namespace welkin::identity
