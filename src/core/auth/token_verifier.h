#pragma once
// TokenVerifier: what the pipeline needs of identity.
#include <string_view>

#include "core/auth/caller.h"
#include "core/base/task.h"

namespace welkin::auth {

class TokenVerifier {
public:
    virtual ~TokenVerifier() = default;
    /// Throws unauthorized() for a forged, expired or revoked token.
    virtual Task<Caller> verify(std::string_view token) = 0;
};

}  // namespace welkin::auth
