#pragma once
// Digests: MD5, SHA-1, SHA-256 and SHA-512 of bytes, at once or piece by piece, and HMAC.
#include <memory>
#include <string>
#include <string_view>

namespace welkin::crypto {

enum class Algorithm { md5, sha1, sha256, sha512 };

/// A digest in the making: feed it with update(), take it once with finish().
class Digest {
public:
    explicit Digest(Algorithm algorithm);
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;

    void update(std::string_view bytes);
    std::string finish();  ///< raw bytes; the object is spent afterwards

private:
    struct State;
    std::unique_ptr<State> state_;
};

// All of these return raw bytes: text::to_hex() makes them readable.
std::string digest(Algorithm algorithm, std::string_view bytes);
std::string sha256(std::string_view bytes);
std::string hmac(Algorithm algorithm, std::string_view key, std::string_view bytes);

}  // namespace welkin::crypto
