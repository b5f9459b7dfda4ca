// policy.yaml files: whatever is in them is taken or refused with a line number, and evaluation
// ends.
#include "core/auth/policy.h"
#include "core/auth/policy_file.h"
#include "core/base/error.h"

using namespace welkin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    auth::Caller caller;
    caller.user_id = UserId("u");
    caller.project_id = ProjectId("p");
    caller.roles = {"member", "reader"};
    const auth::Owner owner{.user = UserId("u"), .project = ProjectId("p"), .domain = {}};
    try {
        auth::Policy policy;
        policy.add(auth::common_rules());
        policy.override_with(text);
        int budget = 16;
        for (const auto& pair : auth::read_policy_file(text)) {
            if (--budget == 0) {
                break;
            }
            policy.allows(pair.name, caller, owner);
        }
    } catch (const Error& error) {
        CHECK(error.fault == Fault::bad_request);
    }
    return 0;
}
