#include "identity/password.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"

namespace welkin::identity {

class PasswordsTest : public testing::Test {
protected:
    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops{1};
    Passwords passwords{*env, 4};

    std::string hash(const std::string& password) { return loops.get(passwords.hash(password)); }
    bool matches(const std::string& password, const std::string& hash) {
        return loops.get(passwords.matches(password, hash));
    }
};

TEST_F(PasswordsTest, MatchTheirOwnHashOnly) {
    const auto made = hash("secret");
    EXPECT_TRUE(made.starts_with("$2b$04$"));
    EXPECT_TRUE(matches("secret", made));
    EXPECT_TRUE(matches("secret", made)) << "and again, from memory";
    EXPECT_FALSE(matches("Secret", made));
    EXPECT_FALSE(matches("", made));
    EXPECT_FALSE(matches("secret", hash("other")));
}

TEST_F(PasswordsTest, NeverMatchAnEmptyOrBrokenHash) {
    EXPECT_FALSE(matches("", ""));
    EXPECT_FALSE(matches("secret", ""));
    EXPECT_FALSE(matches("secret", "no hash"));
    EXPECT_FALSE(matches("secret", "*0"));
}

TEST_F(PasswordsTest, CountToTheirLastByte) {
    const std::string long_one(100, 'a');
    EXPECT_TRUE(matches(long_one, hash(long_one)));
    EXPECT_FALSE(matches(long_one + "b", hash(long_one)));
    const std::string with_nul("a\0b", 3);
    EXPECT_TRUE(matches(with_nul, hash(with_nul)));
    EXPECT_FALSE(matches(std::string("a\0c", 3), hash(with_nul)));
}

TEST_F(PasswordsTest, AcceptOlderSchemes) {
    EXPECT_TRUE(matches("password", "$1$abcdefgh$G//4keteveJp0qb8z2DxG/"));
}

}  // namespace welkin::identity
