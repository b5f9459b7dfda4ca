#include "core/crypto/key_pair.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <memory>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::crypto {

namespace {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;

void need(bool worked, const char* what) {
    if (!worked) {
        throw internal("OpenSSL could not {}.", what);
    }
}

Key make_rsa_key() {
    Key key(EVP_RSA_gen(2048));
    need(key != nullptr, "make an RSA key");
    return key;
}

std::string contents(const Bio& bio) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<size_t>(size)};
}

/// RFC 4251 section 5: a 32-bit length, then the bytes.
std::string ssh_string(std::string_view bytes) {
    const auto size = static_cast<uint32_t>(bytes.size());
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(size >> shift);
    }
    return out += bytes;
}

/// RFC 4251 section 5, mpint: a leading zero keeps a number with its top bit set positive.
std::string ssh_number(const Key& key, const char* parameter) {
    BIGNUM* raw = nullptr;
    need(EVP_PKEY_get_bn_param(key.get(), parameter, &raw) == 1, "read an RSA key");
    const Number number(raw);
    std::string bytes(static_cast<size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    if (!bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80) != 0) {
        bytes.insert(bytes.begin(), '\0');
    }
    return ssh_string(bytes);
}

void add_extension(X509* certificate, int which, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()));
    need(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extend a certificate");
}

}  // namespace

SshKeyPair make_ssh_key_pair(std::string_view comment) {
    const auto key = make_rsa_key();
    const Bio bio(BIO_new(BIO_s_mem()));
    need(PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                              nullptr) == 1,
         "write a private key");
    const auto blob = ssh_string("ssh-rsa") + ssh_number(key, OSSL_PKEY_PARAM_RSA_E) +
                      ssh_number(key, OSSL_PKEY_PARAM_RSA_N);
    return {contents(bio), fmt::format("ssh-rsa {} {}", text::to_base64(blob), comment)};
}

CertificatePair make_certificate_pair(std::string_view user) {
    constexpr long ten_years = 10L * 365 * 24 * 3600;
    const auto key = make_rsa_key();
    const Certificate certificate(X509_new());
    need(certificate != nullptr, "make a certificate");
    X509_set_version(certificate.get(), X509_VERSION_3);
    uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ten_years);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    const std::string common_name(user.substr(0, 64));
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_ext_key_usage, "clientAuth");
    add_extension(certificate.get(), NID_subject_alt_name,
                  "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:" + common_name + "@localhost");
    need(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "sign a certificate");

    const Bio private_bio(BIO_new(BIO_s_mem()));
    const Bio public_bio(BIO_new(BIO_s_mem()));
    need(PEM_write_bio_PrivateKey(private_bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                  nullptr) == 1 &&
             PEM_write_bio_X509(public_bio.get(), certificate.get()) == 1,
         "write a certificate");
    return {contents(private_bio), contents(public_bio)};
}

std::optional<std::string> certificate_fingerprint(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    unsigned char digest[SHA_DIGEST_LENGTH];
    unsigned size = 0;
    if (!certificate || X509_digest(certificate.get(), EVP_sha1(), digest, &size) != 1) {
        return std::nullopt;
    }
    return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace welkin::crypto
