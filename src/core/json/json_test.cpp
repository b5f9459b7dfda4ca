#include "core/json/json.h"

#include <gtest/gtest.h>

#include <random>

#include "core/base/error.h"

namespace welkin::json {
namespace {

std::string refusal(std::string_view text) {
    try {
        parse(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::bad_request);
        return error.message;
    }
    ADD_FAILURE() << "accepted: " << text;
    return {};
}

TEST(JsonReader, ReadsEveryKindOfValue) {
    const auto value = parse(
        R"( {"n":null,"t":true,"f":false,"i":-12,"d":1.5,"s":"x","a":[1,[2]],"o":{"k":{}}} )");
    ASSERT_TRUE(value.is_object());
    EXPECT_TRUE(value["n"].is_null());
    EXPECT_TRUE(value["t"].as_bool());
    EXPECT_FALSE(value["f"].as_bool());
    EXPECT_EQ(value["i"].as_integer(), -12);
    EXPECT_DOUBLE_EQ(value["d"].as_number(), 1.5);
    EXPECT_EQ(value["s"].as_string(), "x");
    EXPECT_EQ(value["a"].as_array()[1].as_array()[0].as_integer(), 2);
    EXPECT_TRUE(value["o"]["k"].is_object());
    EXPECT_TRUE(value["missing"]["deeper"].is_null());
}

TEST(JsonReader, KeepsTheOrderOfMembers) {
    EXPECT_EQ(to_string(parse(R"({"z":1,"a":2,"m":3})")), R"({"z":1,"a":2,"m":3})");
}

TEST(JsonReader, KeepsTheLastOfRepeatedMembers) {
    EXPECT_EQ(to_string(parse(R"({"a":1,"b":2,"a":3})")), R"({"b":2,"a":3})");
    std::string many = "{";
    for (int i = 0; i < 100; ++i) {
        many += fmt::format("\"k{}\":{},", i % 50, i);
    }
    many.back() = '}';
    const auto value = parse(many);
    EXPECT_EQ(value.as_object().size(), 50u);
    EXPECT_EQ(value["k7"].as_integer(), 57);
}

TEST(JsonReader, UnderstandsEscapes) {
    EXPECT_EQ(parse(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")").as_string(),
              "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80");
    EXPECT_EQ(parse(R"({"\u0061":1})")["a"].as_integer(), 1);
}

TEST(JsonReader, KeepsIntegersOf64BitsAndMakesLargerOnesNumbers) {
    EXPECT_EQ(parse("9223372036854775807").as_integer(), INT64_MAX);
    EXPECT_EQ(parse("-9223372036854775808").as_integer(), INT64_MIN);
    EXPECT_FALSE(parse("9223372036854775808").is_integer());
    EXPECT_DOUBLE_EQ(parse("9223372036854775808").as_number(), 9223372036854775808.0);
    EXPECT_DOUBLE_EQ(parse("-1e300").as_number(), -1e300);
    EXPECT_DOUBLE_EQ(parse("1e-999").as_number(), 0.0);
    EXPECT_FALSE(parse("1.0").is_integer());
}

TEST(JsonReader, RefusesWhatIsNotJsonAndSaysWhere) {
    EXPECT_EQ(refusal("{\"a\": x}"), "Malformed JSON at byte 6: 'x' was not expected here.");
    EXPECT_EQ(refusal("[1,2"), "Malformed JSON at byte 4: the text ends too early.");
    EXPECT_EQ(refusal(""), "Malformed JSON at byte 0: the text ends too early.");
    EXPECT_EQ(refusal("1 2"),
              "Malformed JSON at byte 2: there is more after the end of the value.");
    for (const auto* bad : {"[1,]", "{\"a\":1,}", "{'a':1}", "01", "+1", ".5", "1.", "nul", "NaN",
                            "// x\n1", "[1 2]", "\"a\nb\"", "\"\\x\"", "\"\\ud800\"", "1e999"}) {
        refusal(bad);
    }
}

TEST(JsonReader, RefusesTextThatIsNotUtf8) {
    EXPECT_NE(refusal("\"a\xff\"").find("UTF-8"), std::string::npos);
    EXPECT_NE(refusal("\"\xc0\xaf\"").find("UTF-8"), std::string::npos);
    refusal("\"\xed\xa0\x80\"");
}

TEST(JsonReader, BoundsItsDepth) {
    const auto nested = [](size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(parse(nested(64)).is_array());
    EXPECT_NE(refusal(nested(65)).find("64 deep"), std::string::npos);
    refusal(std::string(1'000'000, '['));
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    std::string out;
    Writer writer(out);
    writer.begin_object().member("a", 1).member("b", "x").key("c").begin_array();
    writer.integer(1).null().boolean(true).begin_object().end_object().raw("[7]").end_array();
    writer.member_null("d").key("e").begin_array().end_array().end_object();
    EXPECT_EQ(out, R"({"a":1,"b":"x","c":[1,null,true,{},[7]],"d":null,"e":[]})");
    EXPECT_TRUE(parse(out).is_object());
}

TEST(JsonWriter, EscapesWhatMustBeEscaped) {
    std::string all;
    for (int c = 0; c < 0x80; ++c) {
        all.push_back(static_cast<char>(c));
    }
    all += "é\u2028😀";
    const auto text = to_string(Value(all));
    EXPECT_EQ(parse(text).as_string(), all);
    EXPECT_NE(text.find("\\u0000"), std::string::npos);
    EXPECT_NE(text.find("\\u001f"), std::string::npos);
    EXPECT_NE(text.find("\\n"), std::string::npos);
}

TEST(JsonWriter, WritesNumbersShortAndExact) {
    EXPECT_EQ(to_string(Value(1.0)), "1.0");
    EXPECT_EQ(to_string(Value(0.1)), "0.1");
    EXPECT_EQ(to_string(Value(1e300)), "1e+300");
    EXPECT_EQ(to_string(Value(std::numeric_limits<double>::infinity())), "null");
    EXPECT_EQ(to_string(Value(INT64_MIN)), "-9223372036854775808");
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        const auto number = std::bit_cast<double>(random());
        if (std::isfinite(number)) {
            const auto back = parse(to_string(Value(number)));
            ASSERT_FALSE(back.is_integer());
            ASSERT_EQ(back.as_number(), number) << to_string(Value(number));
        }
    }
}

Value random_value(std::mt19937_64& random, int depth) {
    switch (random() % (depth > 0 ? 7 : 5)) {
        case 0:
            return {};
        case 1:
            return random() % 2 == 0;
        case 2:
            return static_cast<int64_t>(random());
        case 3:
            return static_cast<double>(random()) / 1e7;
        case 4: {
            std::string text;
            for (size_t i = random() % 12; i > 0; --i) {
                text += std::array{"a", "\"", "\\", "\n", "é", "😀", "\x01", " "}[random() % 8];
            }
            return text;
        }
        case 5: {
            Array array;
            for (size_t i = random() % 5; i > 0; --i) {
                array.push_back(random_value(random, depth - 1));
            }
            return array;
        }
        default: {
            Value object{Object{}};
            for (size_t i = random() % 5; i > 0; --i) {
                object.set(fmt::format("k{}", random() % 9), random_value(random, depth - 1));
            }
            return object;
        }
    }
}

TEST(Json, ComesBackAsItWas) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 2'000; ++i) {
        const auto value = random_value(random, 5);
        ASSERT_EQ(parse(to_string(value)), value) << to_string(value);
    }
}

TEST(JsonValue, SetsReplacesAndErasesMembers) {
    Value value;
    value.set("a", 1);
    value.set("b", "x");
    value.set("a", 2);
    EXPECT_EQ(to_string(value), R"({"a":2,"b":"x"})");
    value.erase("a");
    EXPECT_EQ(value.find("a"), nullptr);
    EXPECT_EQ(value.text("b"), "x");
    EXPECT_EQ(value.text("a", "none"), "none");
    EXPECT_EQ(value.integer("b", 7), 7);
    EXPECT_TRUE(value.boolean("b", true));
}

}  // namespace
}  // namespace welkin::json
