#pragma once
// Fernet: bytes sealed with AES-128-CBC and HMAC-SHA256 under one 32-byte key.
// Source: https://github.com/fernet/spec/blob/master/Spec.md
//   0x80 | time, 8 bytes big endian seconds | IV, 16 bytes | ciphertext | HMAC, 32 bytes
// and that in base64url. As identity's tokens go without padding, both forms are read.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace welkin::identity::fernet {

inline constexpr size_t key_bytes = 32;  ///< 16 for signing, then 16 for encryption
inline constexpr size_t iv_bytes = 16;
inline constexpr size_t max_token_characters = 2048;
inline constexpr size_t no_limit = ~size_t{0};

/// A key from its text: base64url of 32 bytes. Nothing if it is not one.
std::optional<std::string> key_from_text(std::string_view text);

/// `key` and `iv` are raw bytes. The result has no padding.
std::string seal(std::string_view key, std::string_view iv, int64_t seconds,
                 std::string_view content);

/// The content, if one of the keys sealed it and nothing was changed since.
std::optional<std::string> open(std::span<const std::string> keys, std::string_view token,
                                size_t max_characters = max_token_characters);

}  // namespace welkin::identity::fernet
