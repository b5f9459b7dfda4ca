#pragma once
// Reply: status, headers and a body: text, part of a file, a stream, an upgrade, or a kept reply.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/env.h"
#include "core/base/task.h"
#include "core/http/headers.h"
#include "core/json/json.h"

namespace welkin::async {
class Stream;
}

namespace welkin::http {

/// Part of an open file, sent by sendfile where the connection allows it.
struct FileBody {
    std::shared_ptr<File> file;
    uint64_t offset = 0;
    uint64_t length = 0;
};

/// What a streaming body writes to. Waits when the client is slow; throws when it is gone.
class BodyWriter {
public:
    virtual ~BodyWriter() = default;
    virtual Task<void> write(std::string_view bytes) = 0;
};

/// Produced while it is sent: chunked, or with the length if one is known.
struct StreamBody {
    std::function<Task<void>(BodyWriter&)> produce;
    std::optional<uint64_t> length;
};

/// After a 101: the connection belongs to `take`, with bytes that were already read from it.
struct Upgrade {
    std::function<Task<void>(async::Stream& stream, std::string already_read)> take;
};

/// Header lines ("Name: value\r\n" each) and body in wire form, shared by many replies: what the
/// reply cache keeps. Sent beside Reply::headers.
struct Rendered {
    std::string header_lines;
    std::string body;
};
using RenderedBody = std::shared_ptr<const Rendered>;

struct Reply {
    int status = 200;
    Headers headers;
    std::variant<std::string, FileBody, StreamBody, Upgrade, RenderedBody> body;

    /// The body where it is text or kept, else empty.
    std::string_view text() const;
};

/// "Not Found" for 404; "Unknown" for a status nobody registered.
std::string_view reason_phrase(int status);

Reply ok(json::Text body);
Reply ok(const json::Value& body);
Reply created(json::Text body);
Reply accepted(json::Text body);
Reply accepted();
Reply no_content();
Reply json_reply(int status, json::Text body);
Reply text_reply(int status, std::string text,
                 std::string content_type = "text/plain; charset=UTF-8");

}  // namespace welkin::http
