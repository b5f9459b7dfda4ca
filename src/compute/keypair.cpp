#include "compute/keypair.h"

#include "core/base/env.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/crypto/key_pair.h"

namespace welkin::compute {

namespace {

/// "aa:bb:cc" of raw bytes.
std::string with_colons(std::string_view bytes) {
    const auto hex = text::to_hex(bytes);
    std::string out;
    for (size_t i = 0; i < hex.size(); i += 2) {
        out += (i == 0 ? "" : ":") + hex.substr(i, 2);
    }
    return out;
}

/// The key's bytes within an OpenSSH line ("ssh-rsa AAAA... comment"); nothing if it is none.
std::optional<std::string> ssh_blob(std::string_view line) {
    std::vector<std::string> words;
    for (auto& word : text::split(text::trim(line), ' ')) {
        if (!word.empty()) {
            words.push_back(std::move(word));
        }
    }
    if (words.size() < 2 || line.find('\n') < text::trim(line).size()) {
        return std::nullopt;
    }
    auto blob = text::from_base64(words[1]);
    // The blob begins with the length and the name of its own type.
    const auto& type = words[0];
    if (!blob || blob->size() < 4 + type.size() || blob->compare(4, type.size(), type) != 0) {
        return std::nullopt;
    }
    return blob;
}

int64_t random_id(Env& env) { return static_cast<int64_t>(env.random_number() & 0x7fffffff); }

std::string ssh_fingerprint(std::string_view blob) {
    return with_colons(crypto::digest(crypto::Algorithm::md5, blob));
}

}  // namespace

Keypair import_key(Env& env, Keypair wanted) {
    wanted.id = random_id(env);
    if (wanted.type == "x509") {
        const auto fingerprint = crypto::certificate_fingerprint(wanted.public_key);
        if (!fingerprint) {
            throw bad_request(
                "Keypair data is invalid: failed to generate fingerprint. A PEM "
                "certificate (-----BEGIN CERTIFICATE-----) is needed.");
        }
        wanted.fingerprint = with_colons(*fingerprint);
        return wanted;
    }
    const auto blob = ssh_blob(wanted.public_key);
    if (!blob) {
        throw bad_request(
            "Keypair data is invalid: failed to generate fingerprint. One line as in "
            "~/.ssh/id_rsa.pub is needed: type, base64, comment.");
    }
    wanted.fingerprint = ssh_fingerprint(*blob);
    return wanted;
}

Keypair generate_key(Env& env, Keypair wanted) {
    if (wanted.type == "x509") {
        auto pair = crypto::make_certificate_pair(wanted.user_id);
        wanted.public_key = std::move(pair.certificate_pem);
        wanted.private_key = std::move(pair.private_pem);
    } else {
        auto pair = crypto::make_ssh_key_pair("Generated-by-Welkin");
        wanted.public_key = std::move(pair.public_line);
        wanted.private_key = std::move(pair.private_pem);
    }
    return import_key(env, std::move(wanted));
}

}  // namespace welkin::compute
