#include "core/http/pipeline/stages.h"

namespace welkin::http {

Task<void> identify_caller(Request& request, bool is_public, auth::TokenVerifier& tokens) {
    const auto token = request.headers.get("X-Auth-Token");
    if (token.empty()) {
        if (!is_public) {
            throw unauthorized("The request needs a token in the header X-Auth-Token.");
        }
        co_return;
    }
    bool refused = false;
    try {
        request.caller_ = co_await tokens.verify(token);
        request.caller_.token = token;
    } catch (const Error& error) {
        // On a public route a bad token is as good as none.
        refused = is_public && error.fault == Fault::unauthorized;
        if (!refused) {
            throw;
        }
    }
    if (refused) {
        request.caller_ = {};
    }
}

}  // namespace welkin::http
