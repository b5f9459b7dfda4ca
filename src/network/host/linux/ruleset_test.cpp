#include "network/host/linux/ruleset.h"

#include <gtest/gtest.h>

namespace welkin::network {
namespace {

Table small() {
    Table table{.family = "inet", .name = "t"};
    table.chains["base"] = {"type filter hook forward priority 0; policy accept;",
                            {"iifname vmap @ports"}};
    table.chains["one"] = {"", {"tcp dport 22 accept", "drop"}};
    table.maps["ports"] = {"ifname", {{"tap1", "jump one"}}};
    table.sets["members"] = {"ipv4_addr", {"10.0.0.1", "10.0.0.2"}};
    return table;
}

/// Where `part` is in `text`; the end if it is not there.
size_t at(const std::string& text, const std::string& part) {
    const auto found = text.find(part);
    return found == std::string::npos ? text.size() : found;
}

TEST(Ruleset, LoadsFromNothingInAnOrderThatTheKernelCanFollow) {
    const auto script = load_script(small());
    EXPECT_LT(at(script, "delete table inet t"), at(script, "add chain inet t one"));
    EXPECT_LT(at(script, "add map inet t ports"), at(script, "add rule inet t base"));
    EXPECT_LT(at(script, "add chain inet t one"), at(script, "add element inet t ports"));
    EXPECT_LT(at(script, "add element inet t members { 10.0.0.1, 10.0.0.2 }"), script.size());
}

TEST(Ruleset, SaysNothingWhenNothingDiffers) { EXPECT_EQ(change_script(small(), small()), ""); }

TEST(Ruleset, SendsOnlyTheChainThatChanged) {
    auto wanted = small();
    wanted.chains["one"].rules = {"drop"};
    EXPECT_EQ(change_script(small(), wanted), "flush chain inet t one\nadd rule inet t one drop\n");
}

TEST(Ruleset, TakesAwayWhatRefersBeforeWhatIsReferredTo) {
    auto wanted = small();
    wanted.maps["ports"].elements.clear();
    wanted.chains.erase("one");
    wanted.sets["members"].elements.erase("10.0.0.2");
    EXPECT_EQ(change_script(small(), wanted),
              "flush chain inet t one\n"
              "delete element inet t members { 10.0.0.2 }\n"
              "delete element inet t ports { tap1 }\n"
              "delete chain inet t one\n");
}

}  // namespace
}  // namespace welkin::network
