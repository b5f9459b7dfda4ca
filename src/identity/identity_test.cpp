#include "identity/identity.h"

#include <gtest/gtest.h>

#include "identity/test_cloud.h"

namespace welkin::identity {

using enum http::Method;

class IdentityTest : public testing::Test {
protected:
    async::Loops loops{1};
    TestCloud cloud{loops};

    TestCloud::Answer validate(const std::string& subject, const std::string& token) {
        http::Headers headers;
        headers.add("X-Subject-Token", subject);
        return cloud.send(GET, "/auth/tokens", token, "", headers);
    }

    /// A user with the role member on a project of that name.
    std::string make_member(const std::string& user, const std::string& project) {
        const auto project_id =
            cloud.make("projects", "project", R"({"name": ")" + project + "\"}");
        const auto user_id = cloud.make(
            "users", "user", R"({"name": ")" + user + R"(", "password": "pass-)" + user + "\"}");
        EXPECT_EQ(grant(project_id, user_id, "member"), 204);
        return user_id;
    }
    int grant(const std::string& project_id, const std::string& user_id, const std::string& role) {
        return cloud
            .send(PUT,
                  "/projects/" + project_id + "/users/" + user_id + "/roles/" +
                      cloud.id_of("roles", role),
                  cloud.admin_token())
            .status;
    }
    std::string log_in(const std::string& user, const std::string& project) {
        return TestCloud::token_of(
            cloud.log_in(user, "pass-" + user, TestCloud::in_project(project)));
    }
};

TEST_F(IdentityTest, GivesTheAdminATokenWithRolesAndCatalogue) {
    const auto answer = cloud.log_in("admin", "secret", TestCloud::in_project("admin"));
    ASSERT_EQ(answer.status, 201);
    EXPECT_EQ(answer.headers.get("Vary"), "X-Auth-Token");
    const auto& token = answer.body["token"];
    EXPECT_EQ(token["methods"], json::Value(json::Array{"password"}));
    EXPECT_EQ(token["project"].text("name"), "admin");
    EXPECT_EQ(token["user"]["domain"].text("name"), "Default");
    std::vector<std::string> roles;
    for (const auto& role : token["roles"].as_array()) {
        roles.push_back(role.text("name"));
    }
    EXPECT_EQ(roles, (std::vector<std::string>{"admin", "manager", "member", "reader"}));
    ASSERT_EQ(token["catalog"].as_array().size(), 2U);
    const auto& compute = token["catalog"].as_array()[0];
    EXPECT_EQ(compute["endpoints"].as_array()[0].text("url"), "http://localhost/compute/v2.1");
    EXPECT_EQ(compute["endpoints"].as_array().size(), 3U);
    EXPECT_EQ(token.text("expires_at").size(), std::string("2026-11-23T18:00:00.000000Z").size());
}

TEST_F(IdentityTest, BootstrapsOnceHoweverOftenItRuns) {
    const auto before = cloud.send(GET, "/endpoints", cloud.admin_token()).body["endpoints"];
    loops.run(cloud.identity->bootstrap(
        {.admin_password = "other", .services = {{"compute", "nova", "/compute/v2.1"}}}));
    EXPECT_EQ(cloud.send(GET, "/endpoints", cloud.admin_token()).body["endpoints"], before);
    EXPECT_EQ(cloud.log_in("admin", "other", "\"unscoped\"").status, 401);
}

TEST_F(IdentityTest, RefusesWrongPasswordsUsersAndProjectsAlike) {
    const auto wrong_password = cloud.log_in("admin", "wrong", "\"unscoped\"");
    const auto wrong_user = cloud.log_in("nobody", "secret", "\"unscoped\"");
    const auto wrong_project = cloud.log_in("admin", "secret", TestCloud::in_project("nowhere"));
    EXPECT_EQ(wrong_password.status, 401);
    EXPECT_EQ(wrong_password.body, wrong_user.body);
    EXPECT_EQ(wrong_password.body, wrong_project.body);
    EXPECT_TRUE(wrong_password.headers.has("WWW-Authenticate"));
}

TEST_F(IdentityTest, RefusesForgedAndExpiredTokens) {
    auto token = cloud.admin_token();
    EXPECT_EQ(cloud.send(GET, "/users", token).status, 200);
    auto forged = token;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(cloud.send(GET, "/users", forged).status, 401);
    EXPECT_EQ(cloud.send(GET, "/users", "no-token").status, 401);
    cloud.env.shift = 2h;
    EXPECT_EQ(cloud.send(GET, "/users", token).status, 401);
}

TEST_F(IdentityTest, ShowsExpiredTokensToServicesThatAllowThem) {
    const auto subject = cloud.admin_token();
    cloud.env.shift = 2h;
    const auto token = cloud.admin_token();
    EXPECT_EQ(validate(subject, token).status, 404);
    http::Headers headers;
    headers.add("X-Subject-Token", subject);
    EXPECT_EQ(cloud.send(GET, "/auth/tokens?allow_expired=1", token, "", headers).status, 200);
    cloud.env.shift = 72h;
    EXPECT_EQ(
        cloud.send(GET, "/auth/tokens?allow_expired=1", cloud.admin_token(), "", headers).status,
        404);
}

TEST_F(IdentityTest, RevokesOneTokenAndNoOther) {
    const auto first = cloud.admin_token();
    const auto second = cloud.admin_token();
    http::Headers headers;
    headers.add("X-Subject-Token", first);
    EXPECT_EQ(cloud.send(DELETE, "/auth/tokens", second, "", headers).status, 204);
    EXPECT_EQ(validate(first, second).status, 404);
    EXPECT_EQ(cloud.send(GET, "/users", first).status, 401);
    EXPECT_EQ(cloud.send(GET, "/users", second).status, 200);
}

TEST_F(IdentityTest, VoidsAUsersTokensWhenTheUserIsDisabledOrGetsANewPassword) {
    const auto user = make_member("ann", "red");
    auto token = log_in("ann", "red");
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 200);
    const auto set = [&](const std::string& what) {
        return cloud.send(PATCH, "/users/" + user, cloud.admin_token(), R"({"user": )" + what + "}")
            .status;
    };
    EXPECT_EQ(set(R"({"enabled": false})"), 200);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);
    EXPECT_EQ(set(R"({"enabled": true})"), 200);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);

    token = log_in("ann", "red");
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 200);
    EXPECT_EQ(cloud
                  .send(POST, "/users/" + user + "/password", "",
                        R"({"user": {"original_password": "pass-ann", "password": "new"}})")
                  .status,
              204);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);
    EXPECT_EQ(cloud.log_in("ann", "pass-ann", "\"unscoped\"").status, 401);
    EXPECT_EQ(cloud.log_in("ann", "new", "\"unscoped\"").status, 201);
}

TEST_F(IdentityTest, VoidsTokensOfADisabledOrDeletedProject) {
    make_member("ann", "red");
    const auto project = cloud.id_of("projects", "red");
    auto token = log_in("ann", "red");
    EXPECT_EQ(cloud
                  .send(PATCH, "/projects/" + project, cloud.admin_token(),
                        R"({"project": {"enabled": false}})")
                  .status,
              200);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);
    cloud.send(PATCH, "/projects/" + project, cloud.admin_token(),
               R"({"project": {"enabled": true}})");
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);
    token = log_in("ann", "red");
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 200);
    EXPECT_EQ(cloud.send(DELETE, "/projects/" + project, cloud.admin_token()).status, 204);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);
    const auto left =
        cloud.send(GET, "/role_assignments?scope.project.id=" + project, cloud.admin_token());
    EXPECT_TRUE(left.body["role_assignments"].as_array().empty());
}

TEST_F(IdentityTest, VoidsTokensWithoutAnyRoleLeft) {
    const auto user = make_member("ann", "red");
    const auto project = cloud.id_of("projects", "red");
    const auto token = log_in("ann", "red");
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 200);
    EXPECT_EQ(cloud
                  .send(DELETE,
                        "/projects/" + project + "/users/" + user + "/roles/" +
                            cloud.id_of("roles", "member"),
                        cloud.admin_token())
                  .status,
              204);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", token).status, 401);
}

TEST_F(IdentityTest, RescopesATokenWithoutLengtheningItsLife) {
    make_member("ann", "red");
    const auto unscoped = cloud.log_in("ann", "pass-ann", "\"unscoped\"");
    ASSERT_EQ(unscoped.status, 201);
    EXPECT_EQ(unscoped.body["token"].find("roles"), nullptr);
    EXPECT_EQ(unscoped.body["token"].find("catalog"), nullptr);
    cloud.env.shift = 1min;
    const auto scoped =
        cloud.send(POST, "/auth/tokens", "",
                   R"({"auth": {"identity": {"methods": ["token"], "token": {"id": ")" +
                       TestCloud::token_of(unscoped) + R"("}}, "scope": )" +
                       TestCloud::in_project("red") + "}}");
    ASSERT_EQ(scoped.status, 201);
    EXPECT_EQ(scoped.body["token"].text("expires_at"), unscoped.body["token"].text("expires_at"));
    EXPECT_EQ(scoped.body["token"]["methods"], json::Value(json::Array{"password", "token"}));
    EXPECT_EQ(scoped.body["token"]["audit_ids"].as_array()[1],
              unscoped.body["token"]["audit_ids"].as_array()[0]);
}

TEST_F(IdentityTest, ScopesToTheSystemAndToDomainsOnlyForThoseWithARoleThere) {
    make_member("ann", "red");
    const std::string system = R"({"system": {"all": true}})";
    const std::string domain = R"({"domain": {"id": "default"}})";
    const auto answer = cloud.log_in("admin", "secret", system);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body["token"]["system"].boolean("all"), true);
    EXPECT_EQ(cloud.log_in("ann", "pass-ann", system).status, 401);
    EXPECT_EQ(cloud.log_in("ann", "pass-ann", domain).status, 401);
    EXPECT_EQ(cloud.log_in("admin", "secret", domain).status, 401);
}

TEST_F(IdentityTest, KeepsOrdinaryUsersToWhatIsTheirs) {
    const auto ann = make_member("ann", "red");
    const auto bob = make_member("bob", "blue");
    const auto token = log_in("ann", "red");
    const auto blue = cloud.id_of("projects", "blue");
    EXPECT_EQ(cloud.send(GET, "/users/" + ann, token).status, 200);
    EXPECT_EQ(cloud.send(GET, "/users/" + bob, token).status, 403);
    EXPECT_EQ(cloud.send(GET, "/users/" + bob + "/projects", token).status, 403);
    EXPECT_EQ(cloud.send(GET, "/users/" + ann + "/projects", token).status, 200);
    EXPECT_EQ(cloud.send(GET, "/projects/" + blue, token).status, 403);
    EXPECT_EQ(cloud.send(GET, "/projects/" + cloud.id_of("projects", "red"), token).status, 200);
    for (const auto* path : {"/users", "/projects", "/domains", "/groups", "/role_assignments",
                             "/services", "/endpoints"}) {
        EXPECT_EQ(cloud.send(GET, path, token).status, 403) << path;
    }
    EXPECT_EQ(cloud.send(PATCH, "/users/" + ann, token, R"({"user": {"enabled": false}})").status,
              403);
    EXPECT_EQ(
        cloud
            .send(PUT,
                  "/projects/" + blue + "/users/" + ann + "/roles/" + cloud.id_of("roles", "admin"),
                  token)
            .status,
        403);
    EXPECT_EQ(validate(log_in("bob", "blue"), token).status, 403);
    EXPECT_EQ(validate(token, token).status, 200);
    EXPECT_EQ(cloud.send(GET, "/users").status, 401);
}

TEST_F(IdentityTest, NeverShowsAPasswordButKeepsExtraAttributes) {
    const auto answer =
        cloud.send(POST, "/users", cloud.admin_token(),
                   R"({"user": {"name": "ann", "password": "x", "email": "ann@example.org"}})");
    ASSERT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body["user"].find("password"), nullptr);
    EXPECT_EQ(answer.body["user"].text("email"), "ann@example.org");
    const auto id = answer.body["user"].text("id");
    const auto changed = cloud.send(PATCH, "/users/" + id, cloud.admin_token(),
                                    R"({"user": {"email": "a@example.org", "description": "d"}})");
    EXPECT_EQ(changed.body["user"].text("email"), "a@example.org");
    EXPECT_EQ(changed.body["user"].text("description"), "d");
    EXPECT_EQ(cloud.send(GET, "/users/" + id, cloud.admin_token()).body, changed.body);
}

TEST_F(IdentityTest, GivesRolesThroughGroupsAndInheritance) {
    const auto ann = make_member("ann", "red");
    const auto blue = cloud.make("projects", "project", R"({"name": "blue"})");
    const auto green =
        cloud.make("projects", "project", R"({"name": "green", "parent_id": ")" + blue + "\"}");
    const auto group = cloud.make("groups", "group", R"({"name": "staff"})");
    const auto admin = cloud.admin_token();
    EXPECT_EQ(cloud.send(PUT, "/groups/" + group + "/users/" + ann, admin).status, 204);
    EXPECT_EQ(cloud
                  .send(PUT,
                        "/OS-INHERIT/projects/" + blue + "/groups/" + group + "/roles/" +
                            cloud.id_of("roles", "reader") + "/inherited_to_projects",
                        admin)
                  .status,
              204);
    EXPECT_EQ(log_in("ann", "blue"), "");
    const auto token = log_in("ann", "green");
    const auto mine = cloud.send(GET, "/auth/projects", token).body["projects"];
    ASSERT_EQ(mine.as_array().size(), 2U);
    EXPECT_EQ(mine.as_array()[0].text("name"), "green");
    const auto effective = cloud.send(
        GET,
        "/role_assignments?effective&include_names&user.id=" + ann + "&scope.project.id=" + green,
        admin);
    ASSERT_EQ(effective.body["role_assignments"].as_array().size(), 1U);
    const auto& shown = effective.body["role_assignments"].as_array()[0];
    EXPECT_EQ(shown["role"].text("name"), "reader");
    EXPECT_EQ(shown["user"]["domain"].text("name"), "Default");
    EXPECT_EQ(shown["scope"].text("OS-INHERIT:inherited_to"), "projects");
}

class ApplicationCredentialTest : public IdentityTest {
protected:
    std::string user = make_member("ann", "red");
    std::string token = log_in("ann", "red");

    std::string url() { return "/users/" + user + "/application_credentials"; }
    json::Value make(const std::string& attributes) {
        const auto answer =
            cloud.send(POST, url(), token, R"({"application_credential": )" + attributes + "}");
        EXPECT_EQ(answer.status, 201);
        return answer.body["application_credential"];
    }
    TestCloud::Answer log_in_by(const json::Value& credential, const std::string& more = "") {
        return cloud.send(POST, "/auth/tokens", "",
                          R"({"auth": {"identity": {"methods": ["application_credential"], )"
                          R"("application_credential": {"id": ")" +
                              credential.text("id") + R"(", "secret": ")" +
                              credential.text("secret") + R"("}})" + more + "}}");
    }
};

TEST_F(ApplicationCredentialTest, LogsInToItsProjectWithItsRolesOnly) {
    const auto made = make(R"({"name": "ci", "roles": [{"name": "reader"}]})");
    EXPECT_FALSE(made.text("secret").empty());
    const auto shown = cloud.send(GET, url() + "/" + made.text("id"), token);
    EXPECT_EQ(shown.body["application_credential"].find("secret"), nullptr);
    const auto answer = log_in_by(made);
    ASSERT_EQ(answer.status, 201);
    const auto& given = answer.body["token"];
    EXPECT_EQ(given["project"].text("name"), "red");
    ASSERT_EQ(given["roles"].as_array().size(), 1U);
    EXPECT_EQ(given["roles"].as_array()[0].text("name"), "reader");
    EXPECT_EQ(given["application_credential"].boolean("restricted"), true);
    EXPECT_EQ(log_in_by(made, R"(, "scope": "unscoped")").status, 401);
}

TEST_F(ApplicationCredentialTest, CannotReachBeyondWhatItsUserHas) {
    const auto answer =
        cloud.send(POST, url(), token,
                   R"({"application_credential": {"name": "ci", "roles": [{"name": "admin"}]}})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(
        cloud
            .send(POST, url(), cloud.admin_token(), R"({"application_credential": {"name": "ci"}})")
            .status,
        403);
}

TEST_F(ApplicationCredentialTest, MakesNoOthersAndIsNotExchangedWhileRestricted) {
    const auto of_program = TestCloud::token_of(log_in_by(make(R"({"name": "ci"})")));
    EXPECT_EQ(
        cloud.send(POST, url(), of_program, R"({"application_credential": {"name": "x"}})").status,
        403);
    EXPECT_EQ(cloud
                  .send(POST, "/users/" + user + "/credentials/OS-EC2", of_program,
                        R"({"tenant_id": "x"})")
                  .status,
              403);
    EXPECT_EQ(cloud
                  .send(POST, "/auth/tokens", "",
                        R"({"auth": {"identity": {"methods": ["token"], "token": {"id": ")" +
                            of_program + R"("}}, "scope": "unscoped"}})")
                  .status,
              401);
}

TEST_F(ApplicationCredentialTest, IsVoidOnceExpiredOrDeleted) {
    const auto expiring = make(R"({"name": "a", "expires_at": ")" +
                               format_time_bare(cloud.env.now() + 10min) + "\"}");
    const auto deleted = make(R"({"name": "b"})");
    const auto of_deleted = TestCloud::token_of(log_in_by(deleted));
    EXPECT_EQ(cloud.send(GET, "/auth/projects", of_deleted).status, 200);
    EXPECT_EQ(cloud.send(DELETE, url() + "/" + deleted.text("id"), token).status, 204);
    EXPECT_EQ(cloud.send(GET, "/auth/projects", of_deleted).status, 401);
    const auto of_expiring = TestCloud::token_of(log_in_by(expiring));
    cloud.env.shift = 11min;
    EXPECT_EQ(cloud.send(GET, "/auth/projects", of_expiring).status, 401);
    EXPECT_EQ(log_in_by(expiring).status, 401);
}

TEST_F(IdentityTest, KeepsCredentialsSealedAndToTheirOwners) {
    const auto ann = make_member("ann", "red");
    make_member("bob", "blue");
    const auto token = log_in("ann", "red");
    const auto red = cloud.id_of("projects", "red");
    const auto made = cloud.send(POST, "/users/" + ann + "/credentials/OS-EC2", token,
                                 R"({"tenant_id": ")" + red + "\"}");
    ASSERT_EQ(made.status, 201);
    const auto secret = made.body["credential"].text("secret");
    const auto path =
        "/users/" + ann + "/credentials/OS-EC2/" + made.body["credential"].text("access");
    EXPECT_EQ(cloud.send(GET, path, token).body["credential"].text("secret"), secret);
    EXPECT_EQ(cloud.send(GET, path, log_in("bob", "blue")).status, 403);
    EXPECT_TRUE(cloud.send(GET, "/credentials", log_in("bob", "blue"))
                    .body["credentials"]
                    .as_array()
                    .empty());
    const auto stored = loops.get(cloud.database->read([](sql::Transaction& tx) {
        return tx.query_one("SELECT blob_sealed FROM identity_credential")->text(0);
    }));
    EXPECT_EQ(stored.find(secret), std::string::npos);
    EXPECT_EQ(cloud.send(DELETE, path, token).status, 204);
    EXPECT_EQ(cloud.send(GET, path, token).status, 404);
}

TEST_F(IdentityTest, DeletesADomainWithAllThatIsInItOnceItIsDisabled) {
    const auto domain = cloud.make("domains", "domain", R"({"name": "acme"})");
    const auto in_it = R"("domain_id": ")" + domain + "\"}";
    const auto project = cloud.make("projects", "project", R"({"name": "p", )" + in_it);
    const auto user = cloud.make("users", "user", R"({"name": "u", )" + in_it);
    const auto admin = cloud.admin_token();
    EXPECT_EQ(cloud.send(DELETE, "/domains/" + domain, admin).status, 403);
    EXPECT_EQ(
        cloud.send(PATCH, "/domains/" + domain, admin, R"({"domain": {"enabled": false}})").status,
        200);
    EXPECT_EQ(cloud.send(DELETE, "/domains/" + domain, admin).status, 204);
    EXPECT_EQ(cloud.send(GET, "/projects/" + project, admin).status, 404);
    EXPECT_EQ(cloud.send(GET, "/users/" + user, admin).status, 404);
}

TEST_F(IdentityTest, PagesAndFiltersLists) {
    for (const auto* name : {"aa", "ab", "ba"}) {
        cloud.make("users", "user", std::string(R"({"name": ")") + name + "\"}");
    }
    const auto admin = cloud.admin_token();
    const auto names = [&](const TestCloud::Answer& answer) {
        std::vector<std::string> found;
        for (const auto& user : answer.body["users"].as_array()) {
            found.push_back(user.text("name"));
        }
        return found;
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(names(cloud.send(GET, "/users?name__startswith=a", admin)),
              (Names{"aa", "ab", "admin"}));
    EXPECT_EQ(names(cloud.send(GET, "/users?name__contains=b", admin)), (Names{"ab", "ba"}));
    EXPECT_EQ(names(cloud.send(GET, "/users?enabled=False", admin)), Names{});
    const auto first = cloud.send(GET, "/users?limit=3", admin);
    EXPECT_EQ(names(first), (Names{"aa", "ab", "admin"}));
    auto next = first.body["links"].text("next");
    next = next.substr(next.find("/users"));
    EXPECT_EQ(names(cloud.send(GET, next, admin)), Names{"ba"});
}

TEST_F(IdentityTest, RefusesBadInputWithTheRightStatus) {
    const auto admin = cloud.admin_token();
    const auto post = [&](const std::string& path, const std::string& body) {
        return cloud.send(POST, path, admin, body).status;
    };
    EXPECT_EQ(post("/projects", R"({"project": {"name": ""}})"), 400);
    EXPECT_EQ(post("/projects", R"({"project": {"name": ")" + std::string(65, 'a') + "\"}}"), 400);
    EXPECT_EQ(post("/projects", R"({"project": {"name": "admin"}})"), 409);
    EXPECT_EQ(post("/users", R"({"user": {"name": "u", "enabled": "yes"}})"), 400);
    EXPECT_EQ(post("/users", R"({"user": {"name": "u", "domain_id": "nowhere"}})"), 404);
    EXPECT_EQ(post("/users", R"({"name": "u"})"), 400);
    EXPECT_EQ(post("/roles", R"({"role": {"name": "admin"}})"), 409);
    EXPECT_EQ(post("/endpoints", R"({"endpoint": {"interface": "public"}})"), 400);
    EXPECT_EQ(post("/auth/tokens", R"({"auth": {}})"), 400);
    EXPECT_EQ(post("/auth/tokens", R"({"auth": {"identity": {"methods": ["magic"]}}})"), 401);
    EXPECT_EQ(cloud.send(GET, "/nothing", admin).status, 404);
    EXPECT_EQ(cloud.send(DELETE, "/users", admin).status, 405);
}

}  // namespace welkin::identity
