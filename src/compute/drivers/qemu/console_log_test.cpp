#include "compute/drivers/qemu/console_log.h"

#include <gtest/gtest.h>

#include "core/base/simulated_env.h"

namespace welkin::compute::qemu {
namespace {

constexpr const char* path = "/guest/console.log";

class ConsoleLog : public testing::Test {
protected:
    ConsoleLog() { env.files().make_directories("/guest"); }
    void append(std::string_view text) {
        const auto file = env.files().open(path, Open::write);
        file->write_at(file->size(), text);
    }
    std::string content() { return *env.files().read(path); }

    SimulatedEnv env{1};
};

TEST_F(ConsoleLog, ShowsItsNewestBytes) {
    EXPECT_EQ(newest(env.files(), path, 100), "");
    append("one\ntwo\n");
    EXPECT_EQ(newest(env.files(), path, 100), "one\ntwo\n");
    EXPECT_EQ(newest(env.files(), path, 4), "two\n");
}

TEST_F(ConsoleLog, StaysAsItIsUpToTheLimit) {
    bound_log(env.files(), path, 8, 4);
    EXPECT_FALSE(env.files().exists(path));
    append("one\ntwo\n");
    bound_log(env.files(), path, 8, 4);
    EXPECT_EQ(content(), "one\ntwo\n");
}

TEST_F(ConsoleLog, KeepsWholeLinesBeyondTheLimit) {
    append("one\ntwo\nthree\n");
    bound_log(env.files(), path, 8, 8);
    EXPECT_EQ(content(), "three\n");
    append("four\n");
    EXPECT_EQ(content(), "three\nfour\n");
}

TEST_F(ConsoleLog, KeepsTheEndOfALineThatNeverEnds) {
    append("abcdefghijkl");
    bound_log(env.files(), path, 8, 4);
    EXPECT_EQ(content(), "ijkl");
}

}  // namespace
}  // namespace welkin::compute::qemu
