#pragma once
// Cipher: AES-128 in CBC mode with PKCS#7 padding. It does not authenticate: check an HMAC over the
// result before decrypting (encrypt-then-MAC).
#include <optional>
#include <string>
#include <string_view>

namespace welkin::crypto {

/// `key` and `iv` have 16 bytes each.
std::string aes128_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view bytes);
/// Nothing if the length or the padding is wrong.
std::optional<std::string> aes128_cbc_decrypt(std::string_view key, std::string_view iv,
                                              std::string_view bytes);

}  // namespace welkin::crypto
