#include "core/crypto/digest.h"

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/crypto/cipher.h"

namespace welkin::crypto {

// FIPS 180-4 and RFC 1321 examples.
TEST(Digest, GivesThePublishedValues) {
    EXPECT_EQ(text::to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(text::to_hex(digest(Algorithm::md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(text::to_hex(digest(Algorithm::sha1, "abc")),
              "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Digest, IsTheSameInPieces) {
    Digest pieces(Algorithm::sha512);
    pieces.update("a");
    pieces.update("");
    pieces.update("bc");
    EXPECT_EQ(pieces.finish(), digest(Algorithm::sha512, "abc"));
}

// RFC 4231, test case 2.
TEST(Hmac, GivesThePublishedValue) {
    EXPECT_EQ(text::to_hex(hmac(Algorithm::sha256, "Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Cipher, GivesBackWhatWasEncrypted) {
    const std::string key(16, 'k');
    const std::string iv(16, 'i');
    for (const std::string clear :
         {"", "short", "exactly sixteen!", "a little more than one block"}) {
        const auto sealed = aes128_cbc_encrypt(key, iv, clear);
        EXPECT_EQ(sealed.size() % 16, 0U);
        EXPECT_EQ(aes128_cbc_decrypt(key, iv, sealed), clear);
    }
    EXPECT_EQ(aes128_cbc_decrypt(key, iv, "no whole block"), std::nullopt);
}

}  // namespace welkin::crypto
