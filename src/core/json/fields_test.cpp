#include "core/json/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace welkin::json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum class Mood { calm, angry };
std::string_view to_text(Mood mood) { return mood == Mood::calm ? "calm" : "angry"; }
std::optional<Mood> enum_from_text(std::string_view text, std::type_identity<Mood>) {
    return text == "calm"    ? std::optional(Mood::calm)
           : text == "angry" ? std::optional(Mood::angry)
                             : std::nullopt;
}

struct Base {
    int64_t generation = 0;
};

struct Cat : Base {
    std::string id;
    std::string name;
    int age = 0;
    uint8_t lives = 9;
    double weight = 0;
    bool indoor = false;
    Mood mood = Mood::calm;
    ProjectId owner;
    std::optional<std::string> nickname;
    std::optional<Time> fed_at;
    Time born_at{};
    std::vector<std::string> tags;
    std::vector<int> kittens;
    std::map<std::string, std::string> metadata;
    std::map<std::string, std::vector<ProjectId>> friends;
    Value extra;
    std::string secret;
    std::string hidden;
    std::string host;
};

const Fields<Cat> cats{
    "cat",
    "cats",
    {
        {"id", &Cat::id, read_only},
        {"name", &Cat::name, required, text(1, 10)},
        {"age", &Cat::age, lenient, range(0, 40), by_default(1)},
        {"lives", &Cat::lives},
        {"weight", &Cat::weight},
        {"indoor", &Cat::indoor, lenient},
        {"mood", &Cat::mood, since(2, 5), one_of({"calm", "angry"})},
        {"owner", &Cat::owner, create_only, column("owner_id")},
        {"nickname", &Cat::nickname, text(2, 8), hidden_when_empty},
        {"fed_at", &Cat::fed_at},
        {"born_at", &Cat::born_at, time_micros, read_only},
        {"tags", &Cat::tags, strings(2, 5), shown_since(2, 3)},
        {"kittens", &Cat::kittens},
        {"metadata", &Cat::metadata, string_map(2, 5, 5)},
        {"friends", &Cat::friends},
        {"extra", &Cat::extra, until(2, 9)},
        {"secret", &Cat::secret, write_only, required_since(2, 7)},
        {"hidden", &Cat::hidden, stored},
        {"host", &Cat::host, admin_only, read_only},
        {"generation", &Cat::generation, read_only},
        {"self", computed<Cat>([](Writer& writer, const Cat& cat, const View& view) {
             writer.string(view.base_url + "/cats/" + cat.id);
         })},
    }};

const Fields<Cat> lax_cats{
    "cat", "cats", {{"id", &Cat::id, read_only}, {"name", &Cat::name}}, Unknown::ignore};

const View v1{Version{2, 1}};

template <class F>
std::string refusal(F function) {
    try {
        function();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::bad_request);
        return error.message;
    }
    ADD_FAILURE() << "accepted";
    return {};
}

std::string refused(std::string_view body, const View& view = v1) {
    return refusal([&] { cats.parse(parse(body), view); });
}

TEST(Fields, ParsesEveryKindOfMember) {
    const auto cat = cats.parse(parse(R"({"name": "Tom", "age": 3, "lives": 7, "weight": 4,
        "indoor": true, "mood": "angry", "owner": "p1", "nickname": null,
        "fed_at": "2026-11-23T18:00:00Z", "tags": ["a", "b"], "kittens": [1, 2],
        "metadata": {"k": "v"}, "friends": {"x": ["p2"]}, "extra": {"any": [1]}})"),
                                View{Version{2, 5}});
    EXPECT_EQ(cat.name, "Tom");
    EXPECT_EQ(cat.age, 3);
    EXPECT_EQ(cat.lives, 7);
    EXPECT_EQ(cat.weight, 4.0);
    EXPECT_TRUE(cat.indoor);
    EXPECT_EQ(cat.mood, Mood::angry);
    EXPECT_EQ(cat.owner, ProjectId("p1"));
    EXPECT_FALSE(cat.nickname);
    EXPECT_EQ(format_time(*cat.fed_at), "2026-11-23T18:00:00Z");
    EXPECT_THAT(cat.tags, ElementsAre("a", "b"));
    EXPECT_THAT(cat.kittens, ElementsAre(1, 2));
    EXPECT_EQ(cat.metadata.at("k"), "v");
    EXPECT_EQ(cat.friends.at("x").front(), ProjectId("p2"));
    EXPECT_EQ(to_string(cat.extra), R"({"any":[1]})");
}

TEST(Fields, TakesDefaultsForWhatIsNotGiven) {
    EXPECT_EQ(cats.parse(parse(R"({"name":"x"})"), v1).age, 1);
    Cat initial;
    initial.owner = ProjectId("mine");
    EXPECT_EQ(cats.parse(parse(R"({"name":"x"})"), v1, initial).owner, ProjectId("mine"));
}

TEST(Fields, RefusesBodiesThatAreNoObject) {
    EXPECT_EQ(refused("[1]"), "'cat' must be an object, not a list.");
    EXPECT_EQ(refused("null"), "'cat' must be an object, not null.");
}

TEST(Fields, RefusesUnknownFieldsAndThoseOfOtherVersions) {
    EXPECT_THAT(refused(R"({"name":"x","colour":1})"),
                HasSubstr("Additional properties are not allowed ('colour' was unexpected)"));
    EXPECT_THAT(refused(R"({"name":"x","mood":"calm"})"), HasSubstr("'mood' was unexpected"));
    EXPECT_THAT(refused(R"({"name":"x","secret":"s","extra":1})", View{Version{2, 10}}),
                HasSubstr("'extra' was unexpected"));
    EXPECT_THAT(refused(R"({"name":"x","hidden":"h"})"), HasSubstr("'hidden' was unexpected"));
    EXPECT_EQ(lax_cats.parse(parse(R"({"name":"x","id":"y","z":1})")).id, "");
}

TEST(Fields, RefusesReadOnlyFields) {
    EXPECT_EQ(refused(R"({"name":"x","id":"y"})"), "'id' is read-only and cannot be set.");
    EXPECT_EQ(refused(R"({"name":"x","self":"y"})"), "'self' is read-only and cannot be set.");
    // Who may not see a field does not learn that it is there.
    EXPECT_THAT(refused(R"({"name":"x","host":"y"})"), HasSubstr("'host' was unexpected"));
}

TEST(Fields, AsksForRequiredFields) {
    EXPECT_EQ(refused("{}"), "'name' is a required property.");
    EXPECT_EQ(refused(R"({"name":"x"})", View{Version{2, 7}}), "'secret' is a required property.");
}

TEST(Fields, NamesTheFieldAndWhatIsWrongWithIt) {
    EXPECT_EQ(refused(R"({"name":5})"), "'name' must be a string, not 5.");
    EXPECT_EQ(refused(R"({"name":null})"), "'name' must be a string, not null.");
    EXPECT_EQ(refused(R"({"name":""})"),
              "'name' is too short: it has 0 characters, at least 1 are needed.");
    EXPECT_THAT(refused(R"({"name":"äääääääääää"})"), HasSubstr("it has 11 characters"));
    EXPECT_EQ(refused(R"({"name":"x","lives":256})"),
              "'lives' must be an integer from 0 to 255, not 256.");
    EXPECT_EQ(refused(R"({"name":"x","lives":"7"})"),
              "'lives' must be an integer, not the string '7'.");
    EXPECT_EQ(refused(R"({"name":"x","lives":7.0})"), "'lives' must be an integer, not 7.0.");
    EXPECT_EQ(refused(R"({"name":"x","age":41})"), "'age' must be a number from 0 to 40, not 41.");
    EXPECT_EQ(refused(R"({"name":"x","mood":"odd"})", View{Version{2, 5}}),
              "'mood' must be one of calm, angry; not the string 'odd'.");
    EXPECT_THAT(refused(R"({"name":"x","fed_at":"noon"})"), HasSubstr("must be a time such as"));
    EXPECT_THAT(refused(R"({"name":"x","tags":["a","b","c"]})"), HasSubstr("at most 2"));
    EXPECT_THAT(refused(R"({"name":"x","tags":[1]})"), HasSubstr("'tags[]' must be a string"));
    EXPECT_THAT(refused(R"({"name":"x","kittens":["1"]})"), HasSubstr("'kittens[]' must be an"));
    EXPECT_THAT(refused(R"({"name":"x","metadata":{"k":1}})"), HasSubstr("'metadata.k' must be"));
    EXPECT_THAT(refused(R"({"name":"x","metadata":[]})"), HasSubstr("not a list"));
}

TEST(Fields, LenientRowsTakeOtherSpellings) {
    const auto cat = cats.parse(parse(R"({"name":"x","age":"7","indoor":"True"})"), v1);
    EXPECT_EQ(cat.age, 7);
    EXPECT_TRUE(cat.indoor);
    EXPECT_TRUE(cats.parse(parse(R"({"name":"x","indoor":1})"), v1).indoor);
    EXPECT_EQ(refused(R"({"name":"x","age":"7x"})"),
              "'age' must be a number from 0 to 40, not the string '7x'.");
    EXPECT_THAT(refused(R"({"name":"x","age":"99"})"), HasSubstr("from 0 to 40"));
}

TEST(Fields, UpdatesOnlyWhatIsGivenAndTellsTheColumns) {
    Cat cat;
    cat.name = "Tom";
    cat.age = 5;
    const auto columns = cats.update(cat, parse(R"({"age":6,"nickname":"Tommy"})"), v1);
    EXPECT_THAT(columns, ElementsAre("age", "nickname"));
    EXPECT_EQ(cat.name, "Tom");
    EXPECT_EQ(cat.age, 6);
    EXPECT_EQ(cat.nickname, "Tommy");
}

TEST(Fields, AnUpdateThatIsRefusedChangesNothing) {
    Cat cat;
    cat.name = "Tom";
    EXPECT_EQ(refusal([&] { cats.update(cat, parse(R"({"name":"Tim","owner":"p"})"), v1); }),
              "'owner' cannot be changed once it is created.");
    EXPECT_EQ(cat.name, "Tom");
}

Cat tom() {
    Cat cat;
    cat.id = "c1";
    cat.name = "Tom";
    cat.born_at = from_micros(1'000'001);
    cat.secret = "s";
    cat.hidden = "h";
    cat.host = "node1";
    cat.tags = {"t"};
    return cat;
}

TEST(Fields, ShowsWhatTheViewAllows) {
    auto view = v1;
    view.base_url = "http://x";
    EXPECT_EQ(
        cats.show(tom(), view).value,
        R"({"cat":{"id":"c1","name":"Tom","age":0,"lives":9,"weight":0.0,"indoor":false,)"
        R"("owner":"","fed_at":null,"born_at":"1970-01-01T00:00:01.000001Z","kittens":[],)"
        R"("metadata":{},"friends":{},"extra":null,"generation":0,"self":"http://x/cats/c1"}})");
    view.version = {2, 5};
    view.admin = true;
    view.only = {"mood", "host", "tags", "secret", "hidden"};
    EXPECT_EQ(cats.show(tom(), view).value,
              R"({"cat":{"mood":"calm","tags":["t"],"host":"node1"}})");
}

TEST(Fields, ListsWithWhatTheTailAppends) {
    View view;
    view.only = {"id"};
    const std::vector<Cat> both(2, tom());
    EXPECT_EQ(cats.list(both, view).value, R"({"cats":[{"id":"c1"},{"id":"c1"}]})");
    EXPECT_EQ(cats.list({}, view, [](Writer& w) { w.member("total", 0); }).value,
              R"({"cats":[],"total":0})");
}

TEST(Fields, SavesAndLoadsEverythingButWhatIsComputed) {
    auto cat = tom();
    cat.fed_at = from_micros(1'700'000'000'123'456);
    cat.mood = Mood::angry;
    cat.extra = parse(R"({"a":[1,null]})");
    cat.friends["x"] = {ProjectId("p")};
    cat.kittens = {3};
    cat.generation = 12;
    const auto saved = cats.save(cat);
    EXPECT_EQ(saved.find("self"), nullptr);
    const auto back = cats.load(parse(to_string(saved)));
    EXPECT_EQ(back.born_at, cat.born_at);
    EXPECT_EQ(back.fed_at, cat.fed_at);
    EXPECT_EQ(back.secret, "s");
    EXPECT_EQ(back.hidden, "h");
    EXPECT_EQ(back.generation, 12);
    EXPECT_EQ(cats.save(back), saved);
}

TEST(Fields, LoadsWhatAnotherVersionSaved) {
    const auto cat = cats.load(parse(R"({"name":"Tom","from_the_future":1})"));
    EXPECT_EQ(cat.name, "Tom");
    EXPECT_EQ(cat.lives, 9);
    EXPECT_THROW(cats.load(parse(R"({"name":5})")), Error);
}

TEST(FieldChecks, KnowAddressesNetworksAndPatterns) {
    const auto takes = [](const Check& check, const Value& value) {
        try {
            check.check("x", value);
            return true;
        } catch (const Error&) {
            return false;
        }
    };
    EXPECT_TRUE(takes(ip_address(), "10.0.0.1") && takes(ip_address(), "fe80::1"));
    EXPECT_FALSE(takes(ip_address(), "10.0.0.256") || takes(ip_address(), "10.0.0.1/8"));
    EXPECT_TRUE(takes(cidr(), "10.0.0.0/24") && takes(cidr(), "2001:db8::/64"));
    EXPECT_FALSE(takes(cidr(), "10.0.0.0/33") || takes(cidr(), "10.0.0.0") ||
                 takes(cidr(), "10.0.0.0/") || takes(cidr(), "10.0.0.0/-1"));
    EXPECT_TRUE(takes(mac_address(), "fa:16:3e:00:00:Ff"));
    EXPECT_FALSE(takes(mac_address(), "fa-16-3e-00-00-01") || takes(mac_address(), "fa:16"));
    EXPECT_TRUE(takes(uuid(), "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"));
    EXPECT_FALSE(takes(uuid(), "f81d4fae") || takes(uuid(), 5));
    EXPECT_TRUE(takes(pattern("[a-z]+", "letters"), "abc"));
    EXPECT_FALSE(takes(pattern("[a-z]+", "letters"), "abc1") ||
                 takes(pattern("a*", "letters"), std::string(100'000, 'a')));
    EXPECT_TRUE(takes(printable_name(5), "a b"));
    EXPECT_FALSE(takes(printable_name(5), " ab") || takes(printable_name(5), "a\nb") ||
                 takes(printable_name(5), "abcdef") || takes(printable_name(5), ""));
    EXPECT_FALSE(takes(text(0, 5), std::string("a\0b", 3)));
}

// ---- paging
// ------------------------------------------------------------------------------------------

sql::Page page_of(std::string_view query, const PageRules& rules = {}, const View& view = v1) {
    return cats.page(http::Query(query), rules, view);
}

std::string page_refusal(std::string_view query, const PageRules& rules = {}) {
    return refusal([&] { page_of(query, rules); });
}

TEST(FieldsPage, BoundsTheLimit) {
    const PageRules rules{.default_limit = 20, .max_limit = 100};
    EXPECT_EQ(page_of("", rules).limit, 20);
    EXPECT_EQ(page_of("limit=7", rules).limit, 7);
    EXPECT_EQ(page_of("limit=0", rules).limit, 20);
    EXPECT_EQ(page_of("limit=99999999999999999999999", rules).limit, 100);
    EXPECT_EQ(page_refusal("limit=-1"), "'limit' must be a non-negative integer, not '-1'.");
    page_refusal("limit=");
    page_refusal("limit=ten");
    EXPECT_EQ(page_of("marker=m1&page_reverse=True").marker, "m1");
    EXPECT_TRUE(page_of("marker=m1&page_reverse=True").backwards);
}

std::string sort_text(const sql::Page& page) {
    std::string text;
    for (const auto& key : page.sort) {
        text += key.column + (key.descending ? "- " : "+ ");
    }
    return text;
}

TEST(FieldsPage, PairsSortKeysAndDirections) {
    const PageRules rules{.default_sort = {{"created_at", true}, {"id", true}}};
    EXPECT_EQ(sort_text(page_of("", rules)), "created_at- id- ");
    EXPECT_EQ(sort_text(page_of("sort_key=owner&sort_key=id&sort_dir=desc&sort_dir=asc", rules)),
              "owner_id- id+ created_at- ");
    EXPECT_EQ(sort_text(page_of("sort_key=name&sort_key=age&sort_dir=desc")), "name- age- ");
    EXPECT_EQ(sort_text(page_of("sort_key=name", {.descending_by_default = true})), "name- ");
    EXPECT_EQ(sort_text(page_of("sort_dir=asc", rules)), "created_at+ id+ ");
    EXPECT_THAT(page_refusal("sort_key=colour"), HasSubstr("'colour' is not a sort key"));
    page_refusal("sort_key=tags");
    page_refusal("sort_key=host");
    page_refusal("sort_key=name&sort_dir=up");
    page_refusal("sort_key=name&sort_dir=asc&sort_dir=asc");
}

TEST(FieldsPage, ReadsJoinedSortKeys) {
    const PageRules rules{.sort_keys_joined = true};
    EXPECT_EQ(sort_text(page_of("sort=name:asc,id:desc", rules)), "name+ id- ");
    page_refusal("sort=name:up", rules);
    page_refusal("sort=name&sort_key=id", rules);
}

TEST(FieldsPage, FiltersByTheRowsTypes) {
    const auto page = page_of("name=a&name=b&indoor=false&age=3&owner=p&limit=1&fields=id&odd=1");
    ASSERT_EQ(page.conditions.size(), 4u);
    EXPECT_EQ(page.conditions[0].column, "name");
    EXPECT_THAT(page.conditions[0].values,
                ElementsAre(sql::Value(std::string("a")), sql::Value(std::string("b"))));
    EXPECT_EQ(page.conditions[1].values[0], sql::Value(int64_t{0}));
    EXPECT_EQ(page.conditions[2].values[0], sql::Value(int64_t{3}));
    EXPECT_EQ(page.conditions[3].column, "owner_id");
    page_refusal("age=old");
    page_refusal("indoor=perhaps");
    EXPECT_EQ(page_refusal("odd=1", {.refuse_unknown = true}),
              "The query parameter 'odd' is not known.");
    EXPECT_TRUE(page_of("odd=1", {.refuse_unknown = true, .known = {"odd"}}).conditions.empty());
}

TEST(FieldsPage, FiltersByHiddenFieldsForNobodyAndByAdminFieldsForAdmins) {
    EXPECT_TRUE(page_of("secret=s&hidden=h&host=n&mood=calm").conditions.empty());
    View admin = v1;
    admin.admin = true;
    EXPECT_EQ(page_of("host=n", {}, admin).conditions.size(), 1u);
}

TEST(FieldsPage, ReadsImageOperators) {
    const PageRules rules{.in_prefix = true};
    const auto in = page_of("name=in:a,%22b,c%22", rules).conditions;
    ASSERT_EQ(in.size(), 1u);
    EXPECT_THAT(in[0].values,
                ElementsAre(sql::Value(std::string("a")), sql::Value(std::string("b,c"))));
    const auto later = page_of("born_at=gt:2026-01-01T00:00:00Z&name=gt:x", rules).conditions;
    EXPECT_EQ(later[0].op, sql::Condition::Op::greater);
    EXPECT_EQ(later[1].values[0], sql::Value(std::string("gt:x")));
    page_refusal("name=in:%22a", rules);
}

}  // namespace
}  // namespace welkin::json
