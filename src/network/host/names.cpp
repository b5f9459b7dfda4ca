#include "network/host/names.h"

namespace welkin::network {

std::string short_id(std::string_view uuid, size_t digits) {
    std::string hex;
    for (const char c : uuid) {
        if (c != '-' && hex.size() < digits) {
            hex += c;
        }
    }
    return hex;
}

}  // namespace welkin::network
