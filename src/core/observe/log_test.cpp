#include "core/observe/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "core/base/error.h"
#include "core/json/json.h"

namespace welkin::log {
namespace {

using testing::MatchesRegex;

class Log : public testing::Test {
protected:
    std::string path_ =
        (std::filesystem::temp_directory_path() / fmt::format("welkin_log_{}.log", getpid()));

    void SetUp() override { std::filesystem::remove(path_); }
    void TearDown() override {
        configure({});
        std::filesystem::remove(path_);
    }
    std::vector<std::string> lines() {
        flush();
        std::vector<std::string> found;
        std::ifstream file(path_);
        for (std::string line; std::getline(file, line);) {
            found.push_back(line);
        }
        return found;
    }
};

TEST_F(Log, WritesOneLineOfTextWithFields) {
    configure({.path = path_});
    info("server started", {{"server", "abc"}, {"count", 3}});
    debug("too fine");
    const auto written = lines();
    ASSERT_EQ(written.size(), 1u);
    EXPECT_THAT(written[0], MatchesRegex("20[0-9]+-[0-9]+-[0-9]+T[0-9:]+\\.[0-9]+Z INFO server "
                                         "started server=abc count=3"));
}

TEST_F(Log, LetsNobodyForgeALine) {
    configure({.path = path_});
    info("name\n2026 ERROR forged",
         {{"name", "a b\nERROR x=\"1\\\""}, {"empty", ""}, {"raw", "\xff"}});
    const auto written = lines();
    ASSERT_EQ(written.size(), 1u);
    EXPECT_NE(written[0].find(R"(name\n2026 ERROR forged name="a b\nERROR x=\"1\\\"")"),
              std::string::npos)
        << written[0];
    EXPECT_NE(written[0].find(R"(empty="" raw="\xff")"), std::string::npos) << written[0];
}

TEST_F(Log, WritesJsonLines) {
    configure({.level = Level::debug, .path = path_, .json = true});
    EXPECT_TRUE(enabled(Level::debug));
    debug("a \"quoted\"\nmessage", {{"k", "v\xff"}});
    const auto written = lines();
    ASSERT_EQ(written.size(), 1u);
    const auto line = json::parse(written[0]);
    EXPECT_EQ(line.text("level"), "debug");
    EXPECT_EQ(line.text("message"), "a \"quoted\"\nmessage");
    EXPECT_EQ(line.text("k"), "v\\xff");
}

TEST_F(Log, KeepsTheOrderOfEachThreadsLines) {
    configure({.path = path_});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < 500; ++i) {
                info("line", {{"thread", t}, {"i", i}});
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    const auto written = lines();
    EXPECT_EQ(written.size(), 2000u);
    std::map<std::string, int> next;
    for (const auto& line : written) {
        const auto thread = line.substr(line.find("thread="), 8);
        const auto number = std::stoi(line.substr(line.rfind('=') + 1));
        EXPECT_EQ(number, next[thread]++);
    }
}

TEST_F(Log, SaysWhichFileItCannotOpen) {
    EXPECT_THROW(configure({.path = "/proc/nowhere/x.log"}), Error);
}

}  // namespace
}  // namespace welkin::log
