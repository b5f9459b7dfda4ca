#include "compute/api/server/admin_password.h"

namespace welkin::compute {

std::string make_admin_password(Env& env) {
    constexpr std::string_view symbols =
        "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    std::string password;
    for (char byte : env.random_bytes(12)) {
        password += symbols[static_cast<unsigned char>(byte) % symbols.size()];
    }
    return password;
}

}  // namespace welkin::compute
