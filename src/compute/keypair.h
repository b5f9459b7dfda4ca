#pragma once
// Keypair: a user's public key, put into new servers. Private keys are never kept.
#include <string>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin {
class Env;
}

namespace welkin::compute {

struct Keypair {
    UserId user_id;
    std::string name;
    int64_t id = 0;            ///< random; only shown
    std::string type = "ssh";  ///< or "x509"
    std::string public_key;    ///< OpenSSH line, or PEM certificate
    std::string fingerprint;   ///< MD5 of an SSH key, SHA-1 of a certificate, as "aa:bb:.."
    std::string private_key;   ///< PEM; only while a new pair is shown
    Time created_at{};
};

/// Fills in the fingerprint of a public key that the user gave. Throws bad_request() if it is none.
Keypair import_key(Env& env, Keypair wanted);

/// Makes a new pair of 2048 bits: blocks for up to a second, so call it off the event loop.
Keypair generate_key(Env& env, Keypair wanted);

}  // namespace welkin::compute
