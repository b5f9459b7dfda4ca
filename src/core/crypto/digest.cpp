#include "core/crypto/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/error.h"

namespace welkin::crypto {

namespace {

const EVP_MD* method(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::md5:
            return EVP_md5();
        case Algorithm::sha1:
            return EVP_sha1();
        case Algorithm::sha256:
            return EVP_sha256();
        case Algorithm::sha512:
            return EVP_sha512();
    }
    return EVP_sha256();
}

}  // namespace

struct Digest::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest(Algorithm algorithm) : state_(std::make_unique<State>()) {
    CHECK(state_->context != nullptr);
    CHECK(EVP_DigestInit_ex(state_->context, method(algorithm), nullptr) == 1);
}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(std::string_view bytes) {
    CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Digest::finish() {
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    CHECK(EVP_DigestFinal_ex(state_->context, raw, &length) == 1);
    return {reinterpret_cast<const char*>(raw), length};
}

std::string digest(Algorithm algorithm, std::string_view bytes) {
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    CHECK(EVP_Digest(bytes.data(), bytes.size(), raw, &length, method(algorithm), nullptr) == 1);
    return {reinterpret_cast<const char*>(raw), length};
}

std::string sha256(std::string_view bytes) { return digest(Algorithm::sha256, bytes); }

std::string hmac(Algorithm algorithm, std::string_view key, std::string_view bytes) {
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    CHECK(HMAC(method(algorithm), key.data(), static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), raw,
               &length) != nullptr);
    return {reinterpret_cast<const char*>(raw), length};
}

}  // namespace welkin::crypto
