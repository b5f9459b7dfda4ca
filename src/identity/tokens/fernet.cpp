#include "identity/tokens/fernet.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/cipher.h"
#include "core/crypto/digest.h"

namespace welkin::identity::fernet {

namespace {

constexpr char version = '\x80';
constexpr size_t time_bytes = 8;
constexpr size_t mac_bytes = 32;
constexpr size_t header_bytes = 1 + time_bytes + iv_bytes;
constexpr size_t block_bytes = 16;

std::string mac(std::string_view key, std::string_view bytes) {
    return crypto::hmac(crypto::Algorithm::sha256, key.substr(0, key_bytes / 2), bytes);
}

}  // namespace

std::optional<std::string> key_from_text(std::string_view text) {
    auto raw = text::from_base64url(text);
    if (!raw || raw->size() != key_bytes) {
        return std::nullopt;
    }
    return raw;
}

std::string seal(std::string_view key, std::string_view iv, int64_t seconds,
                 std::string_view content) {
    CHECK(key.size() == key_bytes && iv.size() == iv_bytes);
    std::string bytes(1, version);
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((static_cast<uint64_t>(seconds) >> shift) & 0xff);
    }
    bytes += iv;
    bytes += crypto::aes128_cbc_encrypt(key.substr(key_bytes / 2), iv, content);
    bytes += mac(key, bytes);
    auto encoded = text::to_base64url(bytes);
    encoded.erase(encoded.find_last_not_of('=') + 1);
    return encoded;
}

std::optional<std::string> open(std::span<const std::string> keys, std::string_view token,
                                size_t max_characters) {
    if (token.size() > max_characters) {
        return std::nullopt;
    }
    const auto bytes = text::from_base64url(token);
    if (!bytes || bytes->size() < header_bytes + block_bytes + mac_bytes ||
        bytes->front() != version) {
        return std::nullopt;
    }
    const auto whole = std::string_view(*bytes);
    const auto signed_part = whole.substr(0, whole.size() - mac_bytes);
    const auto signature = whole.substr(whole.size() - mac_bytes);
    for (const auto& key : keys) {
        if (text::equal_in_constant_time(mac(key, signed_part), signature)) {
            return crypto::aes128_cbc_decrypt(std::string_view(key).substr(key_bytes / 2),
                                              signed_part.substr(1 + time_bytes, iv_bytes),
                                              signed_part.substr(header_bytes));
        }
    }
    return std::nullopt;
}

}  // namespace welkin::identity::fernet
