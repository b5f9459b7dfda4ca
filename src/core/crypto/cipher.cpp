#include "core/crypto/cipher.h"

#include <openssl/evp.h>

#include <memory>

#include "core/base/error.h"

namespace welkin::crypto {

namespace {

constexpr size_t block_bytes = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string aes128_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view bytes) {
    CHECK(key.size() == block_bytes && iv.size() == block_bytes);
    const Context context(EVP_CIPHER_CTX_new());
    CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key),
                             bytes_of(iv)) == 1);
    std::string out(bytes.size() + block_bytes, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    int written = 0;
    int last = 0;
    CHECK(EVP_EncryptUpdate(context.get(), to, &written, bytes_of(bytes),
                            static_cast<int>(bytes.size())) == 1);
    CHECK(EVP_EncryptFinal_ex(context.get(), to + written, &last) == 1);
    out.resize(static_cast<size_t>(written + last));
    return out;
}

std::optional<std::string> aes128_cbc_decrypt(std::string_view key, std::string_view iv,
                                              std::string_view bytes) {
    CHECK(key.size() == block_bytes && iv.size() == block_bytes);
    if (bytes.empty() || bytes.size() % block_bytes != 0) {
        return std::nullopt;
    }
    const Context context(EVP_CIPHER_CTX_new());
    CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key),
                             bytes_of(iv)) == 1);
    std::string out(bytes.size() + block_bytes, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    int written = 0;
    int last = 0;
    if (EVP_DecryptUpdate(context.get(), to, &written, bytes_of(bytes),
                          static_cast<int>(bytes.size())) != 1 ||
        EVP_DecryptFinal_ex(context.get(), to + written, &last) != 1) {
        return std::nullopt;
    }
    out.resize(static_cast<size_t>(written + last));
    return out;
}

}  // namespace welkin::crypto
