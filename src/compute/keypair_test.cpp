#include "compute/keypair.h"

#include <gtest/gtest.h>

#include "core/base/env.h"
#include "core/base/error.h"

namespace welkin::compute {
namespace {

constexpr const char* ed25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1A5jQG0cZ4k0mGv2nqC2w6aWJ3fWqxQ2iYcTn0d5cB me@here";

TEST(Keypair, AnImportedKeyHasTheMd5FingerprintOfItsBytes) {
    auto env = make_real_env();
    const auto keypair = import_key(*env, {.name = "k", .public_key = ed25519});
    EXPECT_EQ(keypair.fingerprint.size(), 16 * 3 - 1);
    EXPECT_EQ(keypair.fingerprint[2], ':');
    EXPECT_GE(keypair.id, 0);
}

TEST(Keypair, WhatIsNoKeyIsRefused) {
    auto env = make_real_env();
    for (const char* bad : {"", "ssh-rsa", "ssh-rsa bad key", "ssh-rsa AAAAC3NzaC1lZDI1NTE5",
                            "-----BEGIN RSA PRIVATE KEY-----"}) {
        EXPECT_THROW(import_key(*env, {.name = "k", .public_key = bad}), Error) << bad;
    }
}

TEST(Keypair, GeneratedPairsAreCompleteAndFit) {
    auto env = make_real_env();
    const auto keypair = generate_key(*env, {.name = "k"});
    EXPECT_TRUE(keypair.private_key.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    EXPECT_TRUE(keypair.public_key.starts_with("ssh-rsa AAAA"));
    EXPECT_EQ(import_key(*env, {.public_key = keypair.public_key}).fingerprint,
              keypair.fingerprint);
}

TEST(Keypair, CertificatesAreGeneratedAndImported) {
    auto env = make_real_env();
    const auto keypair = generate_key(*env, {.user_id = UserId("alice"), .type = "x509"});
    EXPECT_TRUE(keypair.public_key.starts_with("-----BEGIN CERTIFICATE-----"));
    EXPECT_EQ(keypair.fingerprint.size(), 20 * 3 - 1);
    EXPECT_THROW(import_key(*env, {.type = "x509", .public_key = ed25519}), Error);
}

}  // namespace
}  // namespace welkin::compute
