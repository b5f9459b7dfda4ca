#include "compute/api/server/access_address.h"

#include <arpa/inet.h>

namespace welkin::compute {

std::string canonical_address(std::string text) {
    in6_addr six{};
    char shortest[INET6_ADDRSTRLEN] = {};
    if (inet_pton(AF_INET6, text.c_str(), &six) != 1 ||
        inet_ntop(AF_INET6, &six, shortest, sizeof shortest) == nullptr) {
        return text;
    }
    return shortest;
}

}  // namespace welkin::compute
