#include "identity/tokens/payload.h"

#include <gtest/gtest.h>

namespace welkin::identity {

namespace {

Payload sample() {
    return {.methods = 3,
            .scope = ScopeKind::project,
            .user_id = UserId("0123456789abcdef0123456789abcdef"),
            .scope_id = "default",
            .application_credential_id = "",
            .issued_at = from_micros(1'700'000'000'123'456),
            .expires_at = from_micros(1'700'003'600'000'000),
            .user_epoch = 0,
            .scope_epoch = 1'000'000,
            .audit_ids = {std::string(16, 'a'), std::string(16, '\0')}};
}

}  // namespace

TEST(Payload, ComesBackAsItWas) {
    const auto bytes = encode(sample());
    EXPECT_LT(bytes.size(), 100U);
    EXPECT_EQ(decode(bytes), sample());
    auto other = sample();
    other.user_id = UserId("0123456789ABCDEF0123456789ABCDEF");
    other.scope = ScopeKind::none;
    other.scope_id = "";
    other.audit_ids.pop_back();
    EXPECT_EQ(decode(encode(other)), other);
}

TEST(Payload, IsRefusedWhenCutOffOrTooLong) {
    const auto bytes = encode(sample());
    for (size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_EQ(decode(bytes.substr(0, length)), std::nullopt) << length;
    }
    EXPECT_EQ(decode(bytes + "x"), std::nullopt);
}

TEST(Payload, ShowsAuditIdsWithoutPadding) {
    EXPECT_EQ(audit_id_text(std::string(16, '\0')), "AAAAAAAAAAAAAAAAAAAAAA");
}

}  // namespace welkin::identity
