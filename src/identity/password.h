#pragma once
// Passwords: hashing and checking them, which is slow on purpose and so runs off the event loops.
//
// New hashes are bcrypt ("$2b$", crypt(5)); whatever libcrypt knows is accepted when checking. As
// bcrypt looks at 72 bytes and no NUL, a password that has more or one is hashed by SHA-256 first.
//
// A password that was right is remembered for a minute, as an HMAC under a secret that lives only
// in this process and over the stored hash too, so that a changed password is never taken from it.
#include <memory>
#include <string>
#include <string_view>

#include "core/base/env.h"
#include "core/base/task.h"

namespace welkin::identity {

inline constexpr size_t max_password_bytes = 4096;

class Passwords {
public:
    Passwords(Env& env, int cost);
    ~Passwords();

    Task<std::string> hash(std::string password);
    /// An empty `hash` (no such user, no password) is never right and takes as long as any other.
    Task<bool> matches(std::string password, std::string hash);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace welkin::identity
