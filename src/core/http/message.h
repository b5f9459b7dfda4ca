#pragma once
// Message: the header block of an HTTP/1.1 message, read strictly (RFC 9112).
//
// Whatever two implementations could read differently is refused rather than repaired, since that
// is how requests are smuggled past a proxy: bare line feeds, folded lines, space before a colon,
// Content-Length beside Transfer-Encoding, repeated lengths that differ, codings but "chunked".
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/http/headers.h"
#include "core/http/request.h"

namespace welkin::http {

/// Thrown for a message that must be refused: the status to answer with and a sentence.
struct Refusal {
    int status = 400;
    std::string sentence;
};

struct HeadLimits {
    size_t bytes = 64 * 1024;
    size_t target_bytes = 16 * 1024;
    size_t fields = 128;
};

/// How the end of a body is known.
enum class Framing { none, length, chunked, until_close };

/// Finds the end of a header block in a buffer that grows, looking at each byte once.
class HeadScanner {
public:
    /// Bytes of the block with its empty line, or 0 if more are needed. Throws Refusal for a bare
    /// line feed or a block that is too long.
    size_t find_end(std::string_view buffer, const HeadLimits& limits);
    void reset() { scanned_ = line_start_ = 0; }

private:
    size_t scanned_ = 0;
    size_t line_start_ = 0;
};

struct RequestHead {
    Method method = Method::GET;
    std::string target;     ///< origin form: path and query, or "*"
    std::string host;       ///< host[:port] from Host or the absolute form; may be empty for 1.0
    int minor_version = 1;  ///< HTTP/1.0 or HTTP/1.1
    Headers headers;
    Framing framing = Framing::none;
    uint64_t length = 0;  ///< with Framing::length
    bool keep_alive = true;
    bool expects_continue = false;
};

struct ResponseHead {
    int status = 0;
    Headers headers;
    Framing framing = Framing::none;
    uint64_t length = 0;
    bool keep_alive = true;
};

/// `block` ends with its empty line. Throws Refusal.
RequestHead parse_request_head(std::string_view block, const HeadLimits& limits);
/// `asked` tells whether a body follows. Throws Refusal.
ResponseHead parse_response_head(std::string_view block, Method asked, const HeadLimits& limits);

/// Takes the chunked coding apart without copying.
class ChunkedDecoder {
public:
    struct Step {
        size_t skip = 0;  ///< bytes of framing to pass over
        size_t data = 0;  ///< bytes of body right behind them
    };
    /// Looks at what is at hand; data of 0 means more is needed, or that it is finished().
    /// Throws Refusal for broken framing.
    Step step(std::string_view bytes);
    bool finished() const { return state_ == State::finished; }

private:
    enum class State { size, data, data_end, trailer, finished };
    uint64_t parse_size(std::string_view line) const;
    State state_ = State::size;
    uint64_t left_ = 0;
    size_t trailer_bytes_ = 0;
};

/// A list member of a header such as "Connection: keep-alive, Upgrade", without regard to case.
bool has_token(const Headers& headers, std::string_view name, std::string_view token);

/// host, host:port or [v6]:port, and nothing that could break out of a URL.
bool is_valid_host(std::string_view host);

}  // namespace welkin::http
