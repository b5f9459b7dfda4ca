#include "core/http/message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/base/text.h"

namespace welkin::http {

namespace {

constexpr auto token_characters = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return token_characters[static_cast<unsigned char>(c)];
    });
}

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

std::string_view trim_blanks(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// The next line without its CRLF, which HeadScanner has seen to be there.
std::string_view take_line(std::string_view& block) {
    const auto end = block.find("\r\n");
    if (end == std::string_view::npos) {
        throw Refusal{400, "The header is not complete."};
    }
    const auto line = block.substr(0, end);
    block.remove_prefix(end + 2);
    return line;
}

void add_field(std::string_view line, Headers& headers, const HeadLimits& limits) {
    if (line.front() == ' ' || line.front() == '\t') {
        throw Refusal{400, "A header line is folded; it must be one line."};
    }
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name)) {
        throw Refusal{400, "A header line is not of the form 'Name: value'."};
    }
    const auto value = trim_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) {
        throw Refusal{400, "A header value contains a control character."};
    }
    if (headers.size() >= limits.fields) {
        throw Refusal{431, "The request has too many header lines."};
    }
    headers.add(std::string(name), std::string(value));
}

Headers parse_fields(std::string_view block, const HeadLimits& limits) {
    Headers headers;
    headers.reserve(12);
    for (auto line = take_line(block); !line.empty(); line = take_line(block)) {
        add_field(line, headers, limits);
    }
    return headers;
}

std::optional<uint64_t> content_length(const Headers& headers) {
    std::optional<std::string_view> seen;
    for (const auto value : headers.all("Content-Length")) {
        if (seen && *seen != value) {
            throw Refusal{400, "There are several Content-Length headers that differ."};
        }
        seen = value;
    }
    if (!seen) {
        return std::nullopt;
    }
    uint64_t length = 0;
    const auto* end = seen->data() + seen->size();
    const auto [stop, error] = std::from_chars(seen->data(), end, length);
    // Signs are none of from_chars' business for unsigned types, so only digits get here whole.
    if (error != std::errc{} || stop != end || length > INT64_MAX) {
        throw Refusal{400, "The Content-Length header must be a decimal number."};
    }
    return length;
}

/// Whether the body is chunked; any other coding is refused.
bool is_chunked(const Headers& headers) {
    const auto codings = headers.all("Transfer-Encoding");
    if (codings.empty()) {
        return false;
    }
    if (headers.has("Content-Length")) {
        throw Refusal{400, "A message must not have both Content-Length and Transfer-Encoding."};
    }
    if (codings.size() > 1 || !text::equal_ignoring_case(codings[0], "chunked")) {
        throw Refusal{501, "The only transfer coding known here is 'chunked'."};
    }
    return true;
}

bool keeps_alive(const Headers& headers, int minor_version) {
    if (has_token(headers, "Connection", "close")) {
        return false;
    }
    return minor_version >= 1 || has_token(headers, "Connection", "keep-alive");
}

int parse_version_text(std::string_view version) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.starts_with("HTTP/") || !digit(version[5]) ||
        version[6] != '.' || !digit(version[7])) {
        throw Refusal{400, "The request line does not end with an HTTP version."};
    }
    if (version[5] != '1') {
        throw Refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
    }
    return version[7] == '0' ? 0 : 1;
}

void parse_target(std::string_view target, RequestHead& head, const HeadLimits& limits) {
    if (target.size() > limits.target_bytes) {
        throw Refusal{414, "The request target is too long."};
    }
    const bool clean = std::all_of(target.begin(), target.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f && byte != '#';
    });
    if (!clean) {
        throw Refusal{400, "The request target contains a character that must be escaped."};
    }
    if (target.starts_with('/') || (target == "*" && head.method == Method::OPTIONS)) {
        head.target = target;
        return;
    }
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.size() > scheme.size() &&
            text::equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
            const auto rest = target.substr(scheme.size());
            const auto slash = rest.find_first_of("/?");
            head.host = rest.substr(0, slash);
            const auto path = slash == std::string_view::npos ? "" : rest.substr(slash);
            head.target = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
            return;
        }
    }
    throw Refusal{400, "The request target must begin with '/'."};
}

void parse_request_line(std::string_view line, RequestHead& head, const HeadLimits& limits) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        throw Refusal{400, "The request line is not of the form 'METHOD target HTTP/1.1'."};
    }
    const auto method = line.substr(0, first);
    if (!is_token(method)) {
        throw Refusal{400, "The request method contains a character that is not allowed."};
    }
    head.minor_version = parse_version_text(line.substr(last + 1));
    const auto known = method_from_text(method);
    if (!known) {
        throw Refusal{501, "The request method is not known here."};
    }
    head.method = *known;
    parse_target(line.substr(first + 1, last - first - 1), head, limits);
}

void parse_host(RequestHead& head) {
    const auto hosts = head.headers.all("Host");
    if (hosts.size() > 1 || (hosts.empty() && head.minor_version >= 1)) {
        throw Refusal{400, "A request must have exactly one Host header."};
    }
    if (head.host.empty() && !hosts.empty()) {
        head.host = hosts[0];
    }
    if ((!head.host.empty() && !is_valid_host(head.host)) ||
        (!hosts.empty() && !hosts[0].empty() && !is_valid_host(hosts[0]))) {
        throw Refusal{400, "The Host header is not a host name or address with an optional port."};
    }
}

}  // namespace

size_t HeadScanner::find_end(std::string_view buffer, const HeadLimits& limits) {
    while (scanned_ < buffer.size()) {
        const auto* from = buffer.data() + scanned_;
        const auto* found =
            static_cast<const char*>(std::memchr(from, '\n', buffer.size() - scanned_));
        if (!found) {
            scanned_ = buffer.size();
            break;
        }
        const auto at = static_cast<size_t>(found - buffer.data());
        if (at == 0 || buffer[at - 1] != '\r') {
            throw Refusal{400, "A line ends with a line feed alone; it must end with CR LF."};
        }
        scanned_ = at + 1;
        if (at + 1 > limits.bytes) {
            break;
        }
        if (at == line_start_ + 1) {
            return at + 1;
        }
        line_start_ = at + 1;
    }
    if (scanned_ > limits.bytes) {
        const bool in_first_line = line_start_ == 0;
        throw Refusal{in_first_line ? 414 : 431, in_first_line ? "The request target is too long."
                                                               : "The header is too long."};
    }
    return 0;
}

RequestHead parse_request_head(std::string_view block, const HeadLimits& limits) {
    RequestHead head;
    parse_request_line(take_line(block), head, limits);
    head.headers = parse_fields(block, limits);
    parse_host(head);
    if (is_chunked(head.headers)) {
        if (head.minor_version == 0) {
            throw Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
        }
        head.framing = Framing::chunked;
    } else if (const auto length = content_length(head.headers); length && *length > 0) {
        head.framing = Framing::length;
        head.length = *length;
    }
    head.keep_alive = keeps_alive(head.headers, head.minor_version);
    for (const auto expectation : head.headers.all("Expect")) {
        if (!text::equal_ignoring_case(expectation, "100-continue")) {
            throw Refusal{417, "The only expectation that can be met is '100-continue'."};
        }
        // Without a body there is nothing to wait for, and HTTP/1.0 has no interim answers.
        head.expects_continue = head.minor_version >= 1 && head.framing != Framing::none;
    }
    return head;
}

ResponseHead parse_response_head(std::string_view block, Method asked, const HeadLimits& limits) {
    ResponseHead head;
    const auto line = take_line(block);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (line.size() < 12 || line[8] != ' ' || !digit(line[9]) || !digit(line[10]) ||
        !digit(line[11]) || (line.size() > 12 && line[12] != ' ')) {
        throw Refusal{502, "The answer does not begin with an HTTP status line."};
    }
    const int minor_version = parse_version_text(line.substr(0, 8));
    head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    head.headers = parse_fields(block, limits);
    head.keep_alive = keeps_alive(head.headers, minor_version);
    if (asked == Method::HEAD || head.status < 200 || head.status == 204 || head.status == 304) {
        return head;
    }
    if (is_chunked(head.headers)) {
        head.framing = Framing::chunked;
    } else if (const auto length = content_length(head.headers)) {
        head.framing = *length > 0 ? Framing::length : Framing::none;
        head.length = *length;
    } else {
        head.framing = Framing::until_close;
        head.keep_alive = false;
    }
    return head;
}

uint64_t ChunkedDecoder::parse_size(std::string_view line) const {
    const auto digits = line.substr(0, line.find(';'));
    const auto extension = line.substr(digits.size());
    uint64_t size = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, size, 16);
    if (digits.empty() || digits.size() > 15 || error != std::errc{} || stop != end ||
        !is_field_value(extension)) {
        throw Refusal{400, "A chunk does not begin with its size in hexadecimal."};
    }
    return size;
}

ChunkedDecoder::Step ChunkedDecoder::step(std::string_view bytes) {
    constexpr size_t longest_line = 1024;
    constexpr size_t longest_trailer = 8 * 1024;
    Step step;
    while (state_ != State::finished) {
        const auto rest = bytes.substr(step.skip);
        if (state_ == State::data) {
            step.data = static_cast<size_t>(std::min<uint64_t>(left_, rest.size()));
            left_ -= step.data;
            if (left_ == 0) {
                state_ = State::data_end;
            }
            return step;
        }
        const auto feed = rest.find('\n');
        if (feed == std::string_view::npos ? rest.size() > longest_line : feed > longest_line) {
            throw Refusal{400, "A line of the chunked coding is too long."};
        }
        if (feed == std::string_view::npos) {
            return step;
        }
        if (feed == 0 || rest[feed - 1] != '\r') {
            throw Refusal{400, "A line of the chunked coding does not end with CR LF."};
        }
        const auto line = rest.substr(0, feed - 1);
        step.skip += feed + 1;
        if (state_ == State::size) {
            left_ = parse_size(line);
            state_ = left_ == 0 ? State::trailer : State::data;
        } else if (state_ == State::data_end) {
            if (!line.empty()) {
                throw Refusal{400, "A chunk is longer than its size says."};
            }
            state_ = State::size;
        } else if (line.empty()) {
            state_ = State::finished;
        } else {
            trailer_bytes_ += line.size() + 2;
            Headers discarded;
            add_field(line, discarded, HeadLimits{});
            if (trailer_bytes_ > longest_trailer) {
                throw Refusal{431, "The trailer is too long."};
            }
        }
    }
    return step;
}

bool has_token(const Headers& headers, std::string_view name, std::string_view token) {
    for (const auto& [key, value] : headers) {
        if (key.size() != name.size() || !text::equal_ignoring_case(key, name)) {
            continue;
        }
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            if (text::equal_ignoring_case(trim_blanks(rest.substr(0, comma)), token)) {
                return true;
            }
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return false;
}

bool is_valid_host(std::string_view host) {
    auto port_at = host.rfind(':');
    if (host.starts_with('[')) {
        const auto bracket = host.find(']');
        if (bracket == std::string_view::npos || bracket < 3) {
            return false;
        }
        const auto inside = host.substr(1, bracket - 1);
        if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) {
            return false;
        }
        port_at = bracket + 1 < host.size() ? bracket + 1 : std::string_view::npos;
        if (port_at != std::string_view::npos && host[port_at] != ':') {
            return false;
        }
    } else {
        const auto name = host.substr(0, port_at);
        const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   c == '.' || c == '-' || c == '_';
        });
        if (name.empty() || name.size() > 255 || !clean) {
            return false;
        }
    }
    if (port_at == std::string_view::npos) {
        return true;
    }
    const auto port = text::to_integer(host.substr(port_at + 1));
    return host.substr(port_at + 1).find_first_not_of("0123456789") == std::string_view::npos &&
           port && *port > 0 && *port < 65536;
}

}  // namespace welkin::http
