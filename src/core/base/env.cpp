#include "core/base/env.h"

#include <array>
#include <cstring>

namespace welkin {

uint64_t Env::random_number() {
    std::array<uint8_t, sizeof(uint64_t)> bytes{};
    random(bytes);
    uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

std::string Env::random_bytes(size_t count) {
    std::string bytes(count, '\0');
    random(std::span(reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()));
    return bytes;
}

}  // namespace welkin
