#include "core/auth/policy.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::auth {
namespace {

Caller caller_with(std::vector<std::string> roles) {
    Caller caller;
    caller.user_id = UserId("me");
    caller.project_id = ProjectId("mine");
    caller.roles = std::move(roles);
    return caller;
}

const Owner my_project{.user = UserId("me"), .project = ProjectId("mine"), .domain = {}};
const Owner other_project{.user = UserId("you"), .project = ProjectId("yours"), .domain = {}};

/// Whether the check, as a rule of its own, lets the caller at the owner's thing.
bool allows(const char* check, const Caller& caller, const Owner& owner = my_project) {
    Policy policy;
    policy.add(common_rules());
    const PolicyRule rule{"tried", check, ""};
    policy.add({&rule, 1});
    return policy.allows("tried", caller, owner);
}

TEST(Policy, KnowsTheChecksOfTheLanguage) {
    const auto member = caller_with({"member", "reader"});
    EXPECT_TRUE(allows("", member));
    EXPECT_TRUE(allows("@", member));
    EXPECT_FALSE(allows("!", member));
    EXPECT_TRUE(allows("role:member", member));
    EXPECT_TRUE(allows("role:Member", member));
    EXPECT_FALSE(allows("role:admin", member));
    EXPECT_TRUE(allows("rule:project_member_api", member));
    EXPECT_FALSE(allows("rule:context_is_admin", member));
    EXPECT_FALSE(allows("rule:nobody_gave_this", member));
    EXPECT_TRUE(allows("project_id:%(project_id)s", member));
    EXPECT_TRUE(allows("tenant_id:%(tenant_id)s", member));
    EXPECT_FALSE(allows("project_id:%(project_id)s", member, other_project));
    EXPECT_TRUE(allows("user_id:%(user_id)s", member));
    EXPECT_TRUE(allows("user_id:me", member));
    EXPECT_TRUE(allows("is_admin:False", member));
    EXPECT_TRUE(allows("is_admin:1", caller_with({"admin"})));
    EXPECT_FALSE(allows("system_scope:all", member));
    auto auditor = caller_with({"reader"});
    auditor.system = true;
    EXPECT_TRUE(allows("rule:system_reader", auditor));
}

TEST(Policy, ComparesLiteralsWithTheTarget) {
    const auto member = caller_with({"member"});
    const Owner image{.user = {},
                      .project = {},
                      .domain = {},
                      .extra = {{"visibility", "public"},
                                {"shared", "True"},
                                {"device_owner", "network:dhcp"},
                                {"target.role.name", "member"}}};
    EXPECT_TRUE(allows("'public':%(visibility)s", member, image));
    EXPECT_FALSE(allows("'private':%(visibility)s", member, image));
    EXPECT_TRUE(allows("True:%(shared)s", member, image));
    EXPECT_TRUE(allows("role:%(target.role.name)s", member, image));
    EXPECT_TRUE(allows("field:networks:shared=True", member, image));
    EXPECT_TRUE(allows("field:port:device_owner=~^network:", member, image));
    EXPECT_FALSE(allows("field:port:device_owner=~^compute:", member, image));
    EXPECT_FALSE(allows("field:networks:router:external=True", member, image));
}

TEST(Policy, MatchesNothingWithWhatIsUnset) {
    auto unscoped = caller_with({"member"});
    unscoped.project_id = {};
    EXPECT_FALSE(allows("project_id:%(project_id)s", unscoped, Owner{}));
    EXPECT_FALSE(allows("project_id:%(project_id)s", caller_with({}), Owner{}));
    EXPECT_FALSE(allows("domain_id:%(domain_id)s", caller_with({}), Owner{}));
    EXPECT_FALSE(allows("nonsense:%(project_id)s", caller_with({})));
    EXPECT_FALSE(allows("'':%(nonsense)s", caller_with({})));
    EXPECT_FALSE(allows("role:%(nonsense)s", caller_with({""})));
}

TEST(Policy, BindsAndTighterThanOrAndNotTightest) {
    const auto nobody = caller_with({});
    EXPECT_TRUE(allows("@ or @ and !", nobody));
    EXPECT_TRUE(allows("! and ! or @", nobody));
    EXPECT_FALSE(allows("(@ or @) and !", nobody));
    EXPECT_FALSE(allows("! and (! or @)", nobody));
    EXPECT_FALSE(allows("not @ and !", nobody));
    EXPECT_TRUE(allows("not ! and @", nobody));
    EXPECT_TRUE(allows("not (@ and !)", nobody));
    EXPECT_TRUE(allows("not not @", nobody));
    EXPECT_TRUE(allows("NOT ! AND (@ OR !)", nobody));
    EXPECT_TRUE(allows("((@))", nobody));
    EXPECT_TRUE(allows("! or ! or ! or @", nobody));
}

TEST(Policy, KeepsParenthesesOfTargetNamesApartFromThoseThatGroup) {
    const auto member = caller_with({"member"});
    EXPECT_TRUE(allows("(role:member and project_id:%(project_id)s)", member));
    EXPECT_TRUE(allows("(project_id:%(project_id)s)", member));
    EXPECT_TRUE(allows("(user_id:%(user_id)s and (role:member))or !", member));
}

TEST(Policy, GivesThePersonasTheirShare) {
    Policy policy;
    policy.add(common_rules());
    const auto reader = caller_with({"reader"});
    const auto member = caller_with({"member", "reader"});
    const auto admin = caller_with({"admin", "manager", "member", "reader"});
    EXPECT_TRUE(policy.allows("project_reader_or_admin", reader, my_project));
    EXPECT_FALSE(policy.allows("project_member_or_admin", reader, my_project));
    EXPECT_TRUE(policy.allows("project_member_or_admin", member, my_project));
    EXPECT_FALSE(policy.allows("project_member_or_admin", member, other_project));
    EXPECT_TRUE(policy.allows("project_member_or_admin", admin, other_project));
    EXPECT_FALSE(policy.allows("project_manager_api", member, my_project));
    EXPECT_TRUE(policy.allows("project_manager_api", admin, my_project));
    EXPECT_FALSE(policy.allows("project_member_or_admin", Caller{}, Owner{}));
    EXPECT_FALSE(policy.allows("service_api", admin, my_project));
}

TEST(Policy, LetsAnOperatorOverrideARuleForAllThatReferToIt) {
    Policy policy;
    policy.add(common_rules());
    const auto member = caller_with({"member"});
    policy.override_with("# ours\n\"context_is_admin\": \"role:boss\"\nextra: rule:admin_api\n");
    EXPECT_TRUE(policy.allows("project_member_or_admin", caller_with({"boss"}), other_project));
    EXPECT_FALSE(policy.allows("project_member_or_admin", caller_with({"admin"}), other_project));
    policy.override_with("legacy: is_admin:True");
    EXPECT_TRUE(policy.allows("legacy", caller_with({"boss"}), other_project));
    EXPECT_FALSE(policy.allows("legacy", caller_with({"admin"}), other_project));
    EXPECT_TRUE(policy.knows("extra"));
    EXPECT_FALSE(policy.knows("default"));
    EXPECT_FALSE(policy.allows("unheard_of", member, my_project));
    policy.override_with("default: role:member");
    EXPECT_TRUE(policy.allows("unheard_of", member, my_project));
    EXPECT_FALSE(policy.allows("unheard_of", caller_with({}), my_project));
}

TEST(Policy, SurvivesRulesThatReferToEachOtherInACircle) {
    Policy policy;
    policy.override_with("a: rule:b\nb: rule:a\nc: not rule:c\n");
    EXPECT_FALSE(policy.allows("a", caller_with({"admin"}), my_project));
    policy.allows("c", caller_with({"admin"}), my_project);
}

TEST(Policy, RefusesChecksThatDoNotParseAndNamesTheLine) {
    for (const auto* check : {"and", "@ and", "@ @", "(@", "@)", "()", "not", "role", ":x", "or @",
                              "@ or or @", "role:x and)", "'a:%(b)s", "x:%(y", "http://elsewhere/",
                              "field:x", "field:a:b", "field:a:b=~x.*"}) {
        Policy policy;
        try {
            policy.override_with(fmt::format("fine: \"@\"\n\nbroken: \"{}\"\n", check));
            ADD_FAILURE() << check;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::bad_request);
            EXPECT_NE(error.message.find("Line 3"), std::string::npos) << error.message;
        }
    }
    Policy policy;
    std::string deep;
    for (int i = 0; i < 10'000; ++i) {
        deep += "(";
    }
    EXPECT_THROW(policy.override_with("deep: \"" + deep + "\""), Error);
}

}  // namespace
}  // namespace welkin::auth
