#include "core/http/router.h"

#include <gtest/gtest.h>

namespace welkin::http {
namespace {

Handler nothing() {
    return [](Request&) -> Task<Reply> { co_return Reply{}; };
}

class RouterTest : public testing::Test {
protected:
    RouterTest() {
        add(Method::GET, "/servers");
        add(Method::POST, "/servers");
        add(Method::GET, "/servers/detail");
        add(Method::GET, "/servers/{id}");
        add(Method::DELETE, "/servers/{id}");
        add(Method::GET, "/servers/{server_id}/os-interface/{port_id}");
        add(Method::POST, "/servers/{id}/action", "os-start");
        add(Method::POST, "/servers/{id}/action", "os-stop");
        object_.name = "object";
        object_.prefix = "/object/v1";
        router_.add(object_, {.method = Method::PUT, .path = "/{account}/{rest*}", .rule = "o"},
                    nothing());
        router_.add(object_, {.method = Method::PUT, .path = "/{account}", .rule = "a"}, nothing());
    }

    void add(Method method, std::string path, std::string action = "", VersionRange versions = {}) {
        compute_.name = "compute";
        compute_.prefix = "/compute/v2.1";
        router_.add(
            compute_,
            {.method = method, .path = path, .rule = "x", .versions = versions, .action = action},
            nothing());
    }
    /// "path of the row: name=value ...", or the fault.
    std::string find(Method method, std::string target) {
        request_ = Request();
        request_.method = method;
        request_.target = std::move(target);
        try {
            const auto found = router_.find(request_);
            auto text = found.front()->info.path + ":";
            for (const auto& [name, value] : request_.internals.path_parts) {
                text += fmt::format(" {}={}", name, value);
            }
            return text;
        } catch (const Error& error) {
            error_ = error;
            return fmt::format("{}", http_status(error.fault));
        }
    }

    Api compute_;
    Api object_;
    Router router_;
    Request request_;
    Error error_{Fault::internal, ""};
};

TEST_F(RouterTest, FindsTheRowAndItsPathParts) {
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers"), "/servers:");
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers/abc"), "/servers/{id}: id=abc");
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers/a/os-interface/b"),
              "/servers/{server_id}/os-interface/{port_id}: server_id=a port_id=b");
    EXPECT_EQ(request_.path, "/servers/a/os-interface/b");
    EXPECT_EQ(request_.internals.api->name, "compute");
}

TEST_F(RouterTest, PrefersLiteralPartsAndComesBackFromThemForAnotherMethod) {
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers/detail"), "/servers/detail:");
    EXPECT_EQ(find(Method::DELETE, "/compute/v2.1/servers/detail"), "/servers/{id}: id=detail");
}

TEST_F(RouterTest, ToleratesATrailingSlash) {
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers/"), "/servers:");
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers/abc/"), "/servers/{id}: id=abc");
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers//"), "404");
    EXPECT_EQ(find(Method::GET, "/compute/v2.1//servers"), "404");
}

TEST_F(RouterTest, DecodesEachPartSoThatAnEscapedSlashDoesNotSplit) {
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers/a%2Fb%20c"), "/servers/{id}: id=a/b c");
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/%73ervers"), "/servers:");
}

TEST_F(RouterTest, RefusesPathsThatAreNoText) {
    for (const auto* part : {"%00", "%ff", "%c3%28", "%ed%a0%80", "%", "%zz", "%2"}) {
        EXPECT_EQ(find(Method::GET, fmt::format("/compute/v2.1/servers/{}", part)), "400") << part;
        EXPECT_EQ(request_.internals.api->name, "compute");
    }
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/servers?name=%ff"), "400");
}

TEST_F(RouterTest, NamesTheMethodsThereAre) {
    EXPECT_EQ(find(Method::PUT, "/compute/v2.1/servers/abc"), "405");
    EXPECT_EQ(error_.headers.front().second, "GET, HEAD, DELETE");
    EXPECT_EQ(find(Method::DELETE, "/compute/v2.1/servers/"), "404");  // an item without an id
    EXPECT_EQ(find(Method::PATCH, "/compute/v2.1/servers/detail"), "405");
    EXPECT_EQ(error_.headers.front().second, "GET, HEAD, DELETE");
}

TEST_F(RouterTest, AnswersHeadWithTheRowForGet) {
    EXPECT_EQ(find(Method::HEAD, "/compute/v2.1/servers"), "/servers:");
}

TEST_F(RouterTest, KnowsTheServiceOfAPathItDoesNotKnow) {
    EXPECT_EQ(find(Method::GET, "/compute/v2.1/nonsense"), "404");
    EXPECT_EQ(request_.internals.api->name, "compute");
    EXPECT_EQ(find(Method::GET, "/nonsense"), "404");
    EXPECT_EQ(request_.internals.api, nullptr);
}

TEST_F(RouterTest, GivesARestAsItWasSentWithItsSlashes) {
    EXPECT_EQ(find(Method::PUT, "/object/v1/acc/box/a//b%2fc/"),
              "/{account}/{rest*}: account=acc rest=box/a//b/c/");
    EXPECT_EQ(find(Method::PUT, "/object/v1/acc/"), "/{account}: account=acc");
}

TEST_F(RouterTest, GivesEveryCandidateThatVersionOrActionMayChoose) {
    find(Method::POST, "/compute/v2.1/servers/x/action");
    EXPECT_EQ(router_.find(request_).size(), 2u);
    add(Method::GET, "/keys", "", until(2, 9));
    add(Method::GET, "/keys", "", since(2, 10));
    find(Method::GET, "/compute/v2.1/keys");
    EXPECT_EQ(router_.find(request_).size(), 2u);
}

TEST_F(RouterTest, DiesOfTwoRowsThatCannotBeToldApart) {
    EXPECT_DEATH(add(Method::GET, "/servers/{other}"), "overlap");
    EXPECT_DEATH(add(Method::POST, "/servers/{id}/action", "os-stop", since(2, 5)), "overlap");
}

}  // namespace
}  // namespace welkin::http
