#pragma once
// Key pairs for people: RSA keys in the forms SSH clients and Windows guests want, and
// certificates.
#include <optional>
#include <string>
#include <string_view>

namespace welkin::crypto {

struct SshKeyPair {
    std::string private_pem;  ///< PKCS#1: "-----BEGIN RSA PRIVATE KEY-----"
    std::string public_line;  ///< "ssh-rsa AAAA... comment"
};
/// A new RSA key of 2048 bits. Takes up to a second: not on an event loop.
SshKeyPair make_ssh_key_pair(std::string_view comment);

struct CertificatePair {
    std::string private_pem;
    std::string certificate_pem;
};
/// A new RSA key of 2048 bits with a self-signed certificate for client authentication, valid for
/// ten years, whose subject and user principal name are `user`. As slow as make_ssh_key_pair().
CertificatePair make_certificate_pair(std::string_view user);

/// SHA-1 of a PEM certificate's DER form, raw; nothing if it is no certificate.
std::optional<std::string> certificate_fingerprint(std::string_view pem);

}  // namespace welkin::crypto
