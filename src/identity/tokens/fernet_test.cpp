#include "identity/tokens/fernet.h"

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/base/time.h"

namespace welkin::identity::fernet {

namespace {

// The published vectors: https://github.com/fernet/spec/blob/master/generate.json and verify.json.
constexpr const char* key_text = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
constexpr const char* token =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4I"
    "wqDA==";

std::string iv() {
    std::string bytes;
    for (char c = 0; c < 16; ++c) {
        bytes += c;
    }
    return bytes;
}

}  // namespace

TEST(Fernet, SealsAsTheSpecificationDoes) {
    const auto sealed = seal(*key_from_text(key_text), iv(), 499162800, "hello");
    EXPECT_EQ(sealed + "==", token);
}

TEST(Fernet, OpensWithAndWithoutPadding) {
    const std::vector<std::string> keys = {std::string(32, 'x'), *key_from_text(key_text)};
    EXPECT_EQ(open(keys, token), "hello");
    EXPECT_EQ(open(keys, std::string_view(token).substr(0, std::string_view(token).size() - 2)),
              "hello");
}

TEST(Fernet, RefusesWhatWasChangedOrSealedByAnother) {
    const std::vector<std::string> keys = {*key_from_text(key_text)};
    const auto sealed = seal(keys.front(), iv(), 1, "content");
    for (size_t i = 0; i + 1 < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(open(keys, changed), std::nullopt) << i;
    }
    EXPECT_EQ(open(std::vector<std::string>{std::string(32, 'x')}, sealed), std::nullopt);
    EXPECT_EQ(open(keys, ""), std::nullopt);
    EXPECT_EQ(open(keys, std::string(5000, 'A')), std::nullopt);
}

TEST(Fernet, TakesKeysOf32BytesOnly) {
    EXPECT_FALSE(key_from_text("c2hvcnQ="));
    EXPECT_FALSE(key_from_text("no base64!"));
}

}  // namespace welkin::identity::fernet
