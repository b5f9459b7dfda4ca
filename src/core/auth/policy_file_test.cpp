#include "core/auth/policy_file.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::auth {
namespace {

std::string read(std::string_view text) {
    std::string out;
    for (const auto& [line, name, check] : read_policy_file(text)) {
        out += fmt::format("{}|{}|{};", line, name, check);
    }
    return out;
}

TEST(PolicyFile, ReadsWhatSampleGeneratorsWrite) {
    EXPECT_EQ(
        read("# Comment\n#\"off\": \"role:x\"\n\n\"os_compute_api:servers:start\": \"rule:a\"\n"
             "'single': 'it''s:%(x)s'  # why\nbare:name: role:a or role:b # c\n"
             "\"empty\": \"\"\nnothing:\r\n---\n"),
        "4|os_compute_api:servers:start|rule:a;5|single|it's:%(x)s;"
        "6|bare:name|role:a or role:b;7|empty|;8|nothing|;");
    EXPECT_EQ(read("x: \"a \\\"b\\\" # c\""), "1|x|a \"b\" # c;");
    EXPECT_EQ(read(""), "");
    EXPECT_EQ(read("{\"a\": \"role:b\"}"), "1|a|role:b;");
}

TEST(PolicyFile, RefusesTheRestOfYaml) {
    for (const auto* text :
         {"a", "a b", ": x", "a: \"b", "a: [b]", "a: >\n  b", "a: |\n  b", " a: b", "- a: b",
          "a: \"b\" \"c\"", "a: b\na: c", "{\"a\": 1}", "{\"a\"", "a: *b", "\"a\" x"}) {
        EXPECT_THROW(read(text), Error) << text;
    }
}

}  // namespace
}  // namespace welkin::auth
