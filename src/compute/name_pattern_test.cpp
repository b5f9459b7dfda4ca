#include "compute/name_pattern.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::compute {
namespace {

bool found(std::string_view pattern, std::string_view text) {
    return NamePattern(pattern).found_in(text);
}

TEST(NamePattern, PlainTextIsFoundAnywhereInEitherCase) {
    EXPECT_TRUE(found("web", "my-Web-1"));
    EXPECT_TRUE(found("", "anything"));
    EXPECT_FALSE(found("web", "we-b"));
}

TEST(NamePattern, AnchorsClassesRepeatsAndChoicesWork) {
    EXPECT_TRUE(found("^.*\\-instance\\-[0-9]+$", "tempest-instance-12345"));
    EXPECT_FALSE(found("^.*\\-instance\\-[0-9]+$", "tempest-instance-x"));
    EXPECT_TRUE(found("^(a|bc)+d?$", "abcabc"));
    EXPECT_FALSE(found("^(a|bc)+d?$", "abb"));
    EXPECT_TRUE(found("^[^x]*$", "abc"));
    EXPECT_FALSE(found("^[^x]*$", "axc"));
    EXPECT_TRUE(found("10\\.0\\.0\\.\\d+", "10.0.0.17"));
    EXPECT_FALSE(found("10\\.0\\.0\\.\\d+", "10a0.0.1"));
    EXPECT_TRUE(found("[]x]", "]"));
}

TEST(NamePattern, WhatIsNoPatternIsRefused) {
    for (const char* bad : {"(", ")", "[a", "*a", "a\\", "a|*"}) {
        EXPECT_THROW(NamePattern{bad}, Error) << bad;
    }
    EXPECT_THROW(NamePattern{std::string(256, 'a')}, Error);
    EXPECT_THROW(NamePattern{std::string(100, '(')}, Error);
}

TEST(NamePattern, NestedRepeatsStayFast) {
    EXPECT_FALSE(found("^((a*)*)*b$", std::string(255, 'a')));
}

}  // namespace
}  // namespace welkin::compute
