#include "identity/tokens/key_repository.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "identity/test_cloud.h"
#include "identity/tokens/fernet.h"

namespace welkin::identity {

class KeyRepositoryTest : public testing::Test {
protected:
    sql::TemporaryDirectory directory;
    ShiftedEnv env;
    KeyRules rules{.rotation = 24h, .keep = 72h};

    KeyRepository open() { return {env, directory.path() + "/keys", rules}; }
    size_t files() { return env.files().list(directory.path() + "/keys").size(); }
};

TEST_F(KeyRepositoryTest, MakesAStagedAndAPrimaryKeyThatOnlyTheOwnerReads) {
    const auto keys = open();
    EXPECT_EQ(keys.keys()->size(), 2U);
    EXPECT_NE((*keys.keys())[0], (*keys.keys())[1]);
    struct stat status{};
    ASSERT_EQ(::stat((directory.path() + "/keys/0").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_EQ(*open().keys(), *keys.keys());
}

TEST_F(KeyRepositoryTest, MakesTheStagedKeyPrimaryOnceItIsTime) {
    auto keys = open();
    const auto before = *keys.keys();
    keys.maintain();
    EXPECT_EQ(*keys.keys(), before);
    env.shift = 25h;
    keys.maintain();
    const auto after = *keys.keys();
    ASSERT_EQ(after.size(), 3U);
    EXPECT_EQ(after[0], before[1]);
    EXPECT_EQ(after[1], before[0]);
}

TEST_F(KeyRepositoryTest, KeepsAKeyUntilItsLastTokenHasExpired) {
    auto keys = open();
    const auto sealed = fernet::seal(keys.keys()->front(), std::string(16, 'i'), 0, "content");
    env.shift = 25h;
    keys.maintain();
    env.shift = 25h + 71h;
    keys.maintain();
    EXPECT_EQ(fernet::open(*keys.keys(), sealed), "content");
    env.shift = 25h + 73h;
    keys.maintain();
    EXPECT_EQ(fernet::open(*keys.keys(), sealed), std::nullopt);
    EXPECT_EQ(files(), keys.keys()->size());
}

TEST_F(KeyRepositoryTest, TakesOverWhatAnotherProcessRotated) {
    auto one = open();
    auto other = open();
    one.rotate();
    other.maintain();
    EXPECT_EQ(*one.keys(), *other.keys());
}

}  // namespace welkin::identity
