#include "core/observe/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "core/base/error.h"
#include "core/json/json.h"
#include "core/observe/log_writer.h"

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

TEST_F(Log, SaysHowManyLinesItDroppedWhenItCouldNotKeepUp) {
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
    const int reader = open(path_.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    configure({.path = path_});
    const std::string long_text(100'000, 'x');
    const size_t lines = 3 * LogWriter::max_waiting_bytes / long_text.size();
    for (size_t i = 0; i < lines; ++i) {
        info(long_text);
    }
    std::string all;
    std::jthread flushing([] { flush(); });
    char buffer[65536];
    while (!all.contains("log lines dropped") || all.back() != '\n') {
        pollfd waiting{reader, POLLIN, 0};
        ASSERT_EQ(poll(&waiting, 1, 10'000), 1);
        if (const auto count = read(reader, buffer, sizeof buffer); count > 0) {
            all.append(buffer, static_cast<size_t>(count));
        }
    }
    const auto written = static_cast<size_t>(std::ranges::count(all, '\n')) - 1;
    EXPECT_LT(written, lines);
    EXPECT_NE(all.find(fmt::format(" WARNING log lines dropped: the log could not be written fast "
                                   "enough lines={}\n",
                                   lines - written)),
              std::string::npos)
        << all.substr(all.find("WARNING"));
    flushing.join();
    configure({});
    close(reader);
}

TEST_F(Log, SaysWhichFileItCannotOpen) {
    EXPECT_THROW(configure({.path = "/proc/nowhere/x.log"}), Error);
}

}  // namespace
}  // namespace welkin::log
