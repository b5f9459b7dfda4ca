#include "core/base/uuid.h"

#include <array>

#include "core/base/env.h"
#include "core/base/text.h"

namespace welkin {

namespace {

bool is_hex(std::string_view text) {
    for (const char c : text) {
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string new_hex_uuid(Env& env) {
    std::array<uint8_t, 16> bytes{};
    env.random(bytes);
    bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);  // RFC 9562: version 4
    bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);  // and variant 10
    return text::to_hex(bytes);
}

std::string new_uuid(Env& env) {
    auto uuid = new_hex_uuid(env);
    for (const size_t at : {20, 16, 12, 8}) {
        uuid.insert(at, 1, '-');
    }
    return uuid;
}

bool is_uuid(std::string_view text) {
    return (text.size() == 32 && is_hex(text)) || is_dashed_uuid(text);
}

bool is_dashed_uuid(std::string_view text) {
    return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
           text[23] == '-' && is_hex(text.substr(0, 8)) && is_hex(text.substr(9, 4)) &&
           is_hex(text.substr(14, 4)) && is_hex(text.substr(19, 4)) && is_hex(text.substr(24));
}

}  // namespace welkin
