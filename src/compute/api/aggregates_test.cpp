#include "compute/compute_world.h"

namespace welkin::compute {
namespace {

using Aggregates = ComputeWorld;

TEST_F(Aggregates, KeepTheirNumbersToThemselves) {
    const auto add = [&](const char* body) {
        const auto made = post("/os-aggregates", body, admin);
        EXPECT_EQ(made.status, 200) << made.body;
        return made.json()["aggregate"].integer("id");
    };
    const auto first = add(R"({"aggregate": {"name": "a", "availability_zone": "z"}})");
    EXPECT_EQ(erase("/os-aggregates/" + std::to_string(first), admin).status, 200);
    EXPECT_NE(add(R"({"aggregate": {"name": "b"}})"), first);
}

}  // namespace
}  // namespace welkin::compute
