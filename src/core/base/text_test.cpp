#include "core/base/text.h"

#include <gtest/gtest.h>

namespace welkin {
namespace {

using text::from_base64;
using text::from_base64url;
using text::from_hex;

TEST(Text, SplitKeepsEmptyParts) {
    EXPECT_EQ(text::split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
    EXPECT_EQ(text::split("", ','), std::vector<std::string>{""});
    EXPECT_EQ(text::join({"a", "", "b"}, ", "), "a, , b");
}

TEST(Text, TrimLowerAndReplace) {
    EXPECT_EQ(text::trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(text::trim("  "), "");
    EXPECT_EQ(text::lower("X-Auth-TOKEN é"), "x-auth-token é");
    EXPECT_TRUE(text::equal_ignoring_case("Content-Type", "content-tYPE"));
    EXPECT_FALSE(text::equal_ignoring_case("ab", "abc"));
    EXPECT_EQ(text::replace_all("aXbXX", "X", "--"), "a--b----");
    EXPECT_EQ(text::replace_all("abc", "", "x"), "abc");
}

TEST(Text, HexGoesBothWaysAndRefusesTheRest) {
    EXPECT_EQ(text::to_hex(std::string_view("\x00\xff\x1a", 3)), "00ff1a");
    EXPECT_EQ(from_hex("00FF1a"), std::string("\x00\xff\x1a", 3));
    EXPECT_EQ(from_hex("0"), std::nullopt);
    EXPECT_EQ(from_hex("zz"), std::nullopt);
}

TEST(Text, Base64MatchesTheVectorsOfRfc4648) {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [raw, encoded] : vectors) {
        EXPECT_EQ(text::to_base64(raw), encoded);
        EXPECT_EQ(from_base64(encoded), raw);
        EXPECT_EQ(from_base64url(encoded), raw);
    }
    EXPECT_EQ(text::to_base64("\xfb\xff\xfe"), "+//+");
    EXPECT_EQ(text::to_base64url("\xfb\xff\xfe"), "-__-");
    EXPECT_EQ(from_base64url("Zg"), "f");
    EXPECT_EQ(from_base64url("Zm8"), "fo");
}

TEST(Text, Base64RefusesWhatIsNotCanonical) {
    for (const auto* wrong :
         {"Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "-__-", "Zh==", "===="}) {
        EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
    }
    for (const auto* wrong : {"Z", "Zg=", "+//+", "Zm9v=", "Zh"}) {
        EXPECT_EQ(from_base64url(wrong), std::nullopt) << wrong;
    }
}

TEST(Text, PercentEncodingKeepsOnlyUnreservedCharacters) {
    EXPECT_EQ(text::percent_encode("a b/ü~-._"), "a%20b%2F%C3%BC~-._");
    EXPECT_EQ(text::percent_encode("a/b c", "/"), "a/b%20c");
    EXPECT_EQ(text::percent_decode("a%20b%2f+"), "a b/+");
    EXPECT_EQ(text::percent_decode("a+b%2B", true), "a b+");
    for (const auto* wrong : {"%", "%4", "a%zz", "%4g"}) {
        EXPECT_EQ(text::percent_decode(wrong), std::nullopt) << wrong;
    }
}

TEST(Text, Utf8IsCheckedAsRfc3629Says) {
    for (const auto* good : {"", "abc", "\u00fc", "\u20ac", "\U0001F600", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(text::is_utf8(good)) << good;
    }
    for (const auto* bad : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80",
                            "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xff", "a\xe2\x82"}) {
        EXPECT_FALSE(text::is_utf8(bad)) << text::to_hex(std::string_view(bad));
    }
    EXPECT_EQ(text::count_characters("a\u00fc\u20ac\U0001F600"), 4U);
    EXPECT_TRUE(text::has_control_characters("a\nb"));
    EXPECT_FALSE(text::has_control_characters("a b\u00fc"));
}

TEST(Text, IntegersAndBooleansAreTheWholeTextOrNothing) {
    EXPECT_EQ(text::to_integer("-12"), -12);
    EXPECT_EQ(text::to_integer("9223372036854775807"), INT64_MAX);
    for (const auto* wrong : {"", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808"}) {
        EXPECT_EQ(text::to_integer(wrong), std::nullopt) << wrong;
    }
    EXPECT_EQ(text::to_boolean("YES"), true);
    EXPECT_EQ(text::to_boolean("off"), false);
    EXPECT_EQ(text::to_boolean("2"), std::nullopt);
}

TEST(Text, ConstantTimeComparisonComparesAll) {
    EXPECT_TRUE(text::equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(text::equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(text::equal_in_constant_time("secret", "secret "));
}

}  // namespace
}  // namespace welkin
