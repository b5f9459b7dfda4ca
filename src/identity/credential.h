#pragma once
// ApplicationCredential: a secret by which a program acts for a user in one project, with some of
// the user's roles; Credential: any other secret kept for a user, such as an EC2 key pair.
#include <optional>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::identity {

using ApplicationCredentialId = Id<struct ApplicationCredentialTag>;
using CredentialId = Id<struct CredentialTag>;

struct ApplicationCredential {
    ApplicationCredentialId id;
    UserId user_id;
    ProjectId project_id;
    std::string name;
    std::optional<std::string> description;
    std::string secret_hash;
    std::optional<Time> expires_at;
    bool unrestricted = false;       ///< may make and delete application credentials itself
    std::vector<std::string> roles;  ///< ids
};

struct Credential {
    CredentialId id;  ///< of an EC2 key pair: SHA-256 of its access key in hex
    UserId user_id;
    std::optional<ProjectId> project_id;
    std::string type;  ///< "ec2", "cert", "totp", ...
    std::string blob;  ///< what only the type's users understand; JSON for "ec2"
};

}  // namespace welkin::identity
