// Header blocks and chunked bodies from anybody: nothing crashes, and what is read does not depend
// on how the bytes were cut into pieces.
#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/http/message.h"

using namespace welkin::http;

namespace {

/// What the message says, or why it is refused. Fed in pieces of the given size.
std::string read_in_pieces(std::string_view input, size_t piece) {
    const HeadLimits limits{.bytes = 4096, .target_bytes = 1024, .fields = 32};
    std::string told;
    try {
        HeadScanner scanner;
        size_t size = 0;
        for (size_t have = 0; size == 0 && have < input.size();) {
            have = std::min(have + piece, input.size());
            size = scanner.find_end(input.substr(0, have), limits);
        }
        if (size == 0) {
            return "unfinished";
        }
        const auto head = parse_request_head(input.substr(0, size), limits);
        CHECK(head.target.starts_with('/') || head.target == "*");
        CHECK(head.host.empty() || is_valid_host(head.host));
        told = fmt::format("{} {} {} {} {}", to_text(head.method), head.target,
                           static_cast<int>(head.framing), head.length, head.keep_alive);
        input.remove_prefix(size);
        if (head.framing != Framing::chunked) {
            return told;
        }
        ChunkedDecoder decoder;
        std::string buffer;
        while (!decoder.finished()) {
            const auto step = decoder.step(buffer);
            CHECK(step.skip + step.data <= buffer.size());
            told.append(buffer, step.skip, step.data);
            buffer.erase(0, step.skip + step.data);
            if (step.data == 0 && !decoder.finished()) {
                if (input.empty()) {
                    return told + " unfinished";
                }
                buffer += input.substr(0, piece);
                input.remove_prefix(std::min(piece, input.size()));
            }
        }
    } catch (const Refusal& refusal) {
        CHECK(refusal.status >= 400);
        return "refused";
    }
    return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto bytewise = read_in_pieces(input, 1);
    for (const size_t piece : {size_t{2}, size_t{7}, std::max<size_t>(size, 1)}) {
        const auto other = read_in_pieces(input, piece);
        // A whole buffer may be refused for what is behind the point where single bytes stop.
        CHECK(other == bytewise || other == "refused" || bytewise == "refused");
    }
    try {
        parse_response_head(input, Method::GET, HeadLimits{});
    } catch (const Refusal&) {
        return 0;
    }
    return 0;
}
