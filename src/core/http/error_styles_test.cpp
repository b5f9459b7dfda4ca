#include "core/http/error_styles.h"

#include <gtest/gtest.h>

#include "core/http/api.h"

namespace welkin::http {
namespace {

Request asking(std::string accept = "*/*") {
    auto request = Request::make(Method::GET, "/");
    request.headers.add("Accept", std::move(accept));
    request.request_id_ = "req-1";
    return request;
}

std::string text(const Reply& reply) { return fmt::format("{} {}", reply.status, reply.text()); }

TEST(ComputeError, NamesTheFaultAsNovaDoes) {
    const auto request = asking();
    EXPECT_EQ(text(compute_error(not_found("No \"{}\".", "x"), request)),
              R"(404 {"itemNotFound":{"code":404,"message":"No \"x\"."}})");
    EXPECT_EQ(text(compute_error(over_limit("Quota."), request)),
              R"(403 {"forbidden":{"code":403,"message":"Quota."}})");
    EXPECT_EQ(
        text(compute_error(too_many_requests("Slow.").with_header("Retry-After", "5"), request)),
        R"(429 {"overLimit":{"code":429,"message":"Slow.","retryAfter":"5"}})");
    EXPECT_EQ(text(compute_error(internal("Oh."), request)),
              R"(500 {"computeFault":{"code":500,"message":"Oh."}})");
}

TEST(NetworkError, HasATypeThatClientsLookAt) {
    const auto request = asking();
    EXPECT_EQ(text(network_error(conflict("Used.").named("PortInUse"), request)),
              R"(409 {"NeutronError":{"type":"PortInUse","message":"Used.","detail":""}})");
    EXPECT_EQ(text(network_error(over_limit("Quota."), request)),
              R"(409 {"NeutronError":{"type":"OverQuota","message":"Quota.","detail":""}})");
}

TEST(IdentityError, HasCodeMessageAndTitle) {
    EXPECT_EQ(text(identity_error(unauthorized("Who?"), asking())),
              R"(401 {"error":{"code":401,"message":"Who?","title":"Unauthorized"}})");
}

TEST(ImageError, IsAPageUnlessJsonIsPreferred) {
    const auto page = image_error(not_found("No <x>."), asking());
    EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=UTF-8");
    EXPECT_NE(page.text().find("<h1>404 Not Found</h1>\n  No &lt;x&gt;.<br />"),
              std::string_view::npos);
    EXPECT_EQ(text(image_error(not_found("No."), asking("application/json"))),
              R"(404 {"message":"No.","code":"404 Not Found","title":"Not Found"})");
    EXPECT_EQ(image_error(not_found("No."), asking("text/html, application/json;q=0.9"))
                  .headers.get("Content-Type"),
              "text/html; charset=UTF-8");
    EXPECT_EQ(image_error(over_limit("Quota."), asking()).status, 413);
}

TEST(PlacementError, ListsErrorsWithTheRequestIdAndTheVersionsOfA406) {
    auto request = asking();
    EXPECT_EQ(
        text(placement_error(conflict("Changed.").named("placement.concurrent_update"), request)),
        R"(409 {"errors":[{"status":409,"title":"Conflict","detail":"Changed.",)"
        R"("code":"placement.concurrent_update","request_id":"req-1"}]})");
    Api api{.versions = between({1, 0}, {1, 39}), .version_service = "placement"};
    request.internals.api = &api;
    const auto reply = placement_error(not_acceptable("No."), request);
    EXPECT_NE(reply.text().find(R"("min_version":"1.0","max_version":"1.39")"),
              std::string_view::npos);
}

}  // namespace
}  // namespace welkin::http
