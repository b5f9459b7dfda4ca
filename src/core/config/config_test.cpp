#include "core/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Option options[] = {
    {"database", Type::text, "", "Where the database is."},
    {"compute.driver", Type::text, "qemu", "Which hypervisor runs servers."},
    {"compute.workers", Type::integer, "16", "How many at a time."},
    {"compute.nested", Type::boolean, "false", "Whether guests may be hosts."},
    {"http.idle", Type::duration_ms, "30s", "How long a connection may rest."},
    {"http.body", Type::size_bytes, "1MiB", "How large a body may be."},
    {"object.devices", Type::list, "", "Which devices to use."},
};

Config declared() {
    Config config;
    config.declare(options);
    return config;
}

std::string refusal(std::string_view toml) {
    auto config = declared();
    try {
        config.load_text(toml, "w.toml");
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::bad_request);
        return error.message;
    }
    ADD_FAILURE() << "accepted: " << toml;
    return {};
}

TEST(Config, HasDefaults) {
    const auto config = declared();
    EXPECT_EQ(config.text("compute.driver"), "qemu");
    EXPECT_EQ(config.integer("compute.workers"), 16);
    EXPECT_FALSE(config.boolean("compute.nested"));
    EXPECT_EQ(config.milliseconds("http.idle"), 30'000);
    EXPECT_EQ(config.bytes("http.body"), 1 << 20);
    EXPECT_TRUE(config.list("object.devices").empty());
}

TEST(Config, ReadsAFileAndLetsAssignmentsWin) {
    auto config = declared();
    config.load_text(R"(
        database = "postgresql://x"
        [compute]
        driver = "fake"
        workers = 4
        nested = true
        [http]
        idle = "500ms"
        body = 4096
        [object]
        devices = ["/a", "/b"]
    )",
                     "w.toml");
    EXPECT_EQ(config.text("database"), "postgresql://x");
    EXPECT_EQ(config.text("compute.driver"), "fake");
    EXPECT_EQ(config.integer("compute.workers"), 4);
    EXPECT_TRUE(config.boolean("compute.nested"));
    EXPECT_EQ(config.milliseconds("http.idle"), 500);
    EXPECT_EQ(config.bytes("http.body"), 4096);
    EXPECT_THAT(config.list("object.devices"), ElementsAre("/a", "/b"));
    config.set("http.idle=5m");
    config.set("object.devices=/x, /y,/z");
    config.set("database=a=b");
    EXPECT_EQ(config.milliseconds("http.idle"), 300'000);
    EXPECT_THAT(config.list("object.devices"), ElementsAre("/x", "/y", "/z"));
    EXPECT_EQ(config.text("database"), "a=b");
}

TEST(Config, NamesFileLineOptionAndWhatIsValid) {
    EXPECT_EQ(refusal("\n[compute]\ndiver = \"x\"\n"),
              "w.toml:3: there is no option 'compute.diver'; did you mean 'compute.driver'?");
    EXPECT_EQ(refusal("zzzzzzzzzzzz = 1"),
              "w.toml:1: there is no option 'zzzzzzzzzzzz'; `welkin config list` shows them all.");
    EXPECT_EQ(refusal("[compute]\nworkers = \"4\""),
              "w.toml:2: 'compute.workers' must be an integer.");
    EXPECT_EQ(refusal("[http]\nidle = \"30\""),
              "w.toml:2: 'http.idle' must be a duration such as \"500ms\", \"30s\", \"5m\", "
              "\"2h\" or \"1d\", not '30'.");
    EXPECT_THAT(refusal("[http]\nbody = \"1GB\""), HasSubstr("must be a size such as"));
    EXPECT_THAT(refusal("[http]\nbody = \"9000000000000GiB\""), HasSubstr("'http.body'"));
    EXPECT_THAT(refusal("[http]\nidle = \"-5s\""), HasSubstr("'http.idle'"));
    EXPECT_THAT(refusal("[object]\ndevices = [1.5]"), HasSubstr("a list of texts"));
    EXPECT_THAT(refusal("[compute]\ndriver = 5"), HasSubstr("a text in quotes"));
    EXPECT_THAT(refusal("a = = 1"), HasSubstr("w.toml:1: this is not TOML"));
    EXPECT_THAT(refusal("compute = 5"), HasSubstr("there is no option 'compute'"));
}

TEST(Config, RefusesBrokenAssignmentsAndMissingFiles) {
    auto config = declared();
    EXPECT_THROW(config.set("compute.driver"), Error);
    EXPECT_THROW(config.set("=x"), Error);
    EXPECT_THROW(config.set("compute.workers=many"), Error);
    EXPECT_THROW(config.load_file("/nonexistent/welkin.toml"), Error);
    EXPECT_EQ(config.integer("compute.workers"), 16);
}

TEST(Config, DescribesEveryOptionWithItsValue) {
    auto config = declared();
    config.set("compute.driver=fake");
    const auto described = config.describe();
    ASSERT_EQ(described.size(), std::size(options));
    EXPECT_STREQ(described[0].option.name, "compute.driver");
    EXPECT_EQ(described[0].value, "fake");
    EXPECT_FALSE(described[0].is_default);
    EXPECT_TRUE(described[1].is_default);
}

TEST(ConfigDeathTest, StopsAtOptionsThatCodeGotWrong) {
    auto config = declared();
    EXPECT_DEATH(static_cast<void>(config.text("compute.nothing")), "check failed");
    EXPECT_DEATH(static_cast<void>(config.text("compute.workers")), "check failed");
    EXPECT_DEATH(config.declare(options), "check failed");
}

}  // namespace
}  // namespace welkin::config
