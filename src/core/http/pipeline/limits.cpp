#include "core/http/pipeline/stages.h"

namespace welkin::http {

void set_deadline(Request& request, Env& env) {
    constexpr auto longest_request = 60s;
    if (request.deadline == std::chrono::steady_clock::time_point{}) {
        request.deadline = env.steady_now() + longest_request;
    }
}

void check_announced_length(const Request& request, uint64_t max_bytes) {
    const auto length = request.internals.body ? request.internals.body->length() : std::nullopt;
    if (length && *length > max_bytes) {
        throw too_large("The request body has {} bytes; at most {} are allowed.", *length,
                        max_bytes);
    }
}

}  // namespace welkin::http
