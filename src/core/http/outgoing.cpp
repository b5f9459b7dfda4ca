#include "core/http/outgoing.h"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/observe/log.h"

namespace welkin::http {

namespace {

constexpr uint64_t small_file = 64 * 1024;
constexpr size_t copied_chunk = 16 * 1024;

/// The Date header's line, made once a second on each thread.
std::string_view date_line() {
    thread_local int64_t made_at = -1;
    thread_local std::string line;
    // The wall clock itself: HTTP wants real time here even where a test's clock is another.
    const auto now =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now.time_since_epoch().count() != made_at) {
        made_at = now.time_since_epoch().count();
        line = "Date: " + format_http_date(now) + "\r\n";
    }
    return line;
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_length(std::string& out, uint64_t length) {
    out += "Content-Length: ";
    out += fmt::format_int(length).c_str();
    out += "\r\n";
}

/// The length that the header names: the body's, unless there will be none and the handler knows.
void append_length_for(std::string& out, const Reply& reply, const SendOptions& options,
                       uint64_t length) {
    if (!has_body(reply.status)) {
        return;
    }
    if (options.head_request && length == 0) {
        if (const auto told = reply.headers.find("Content-Length")) {
            length = static_cast<uint64_t>(text::to_integer(*told).value_or(0));
        }
    }
    append_length(out, length);
}

/// Writes a StreamBody. The header goes out with the first piece.
class StreamWriter : public BodyWriter {
public:
    StreamWriter(async::Stream& stream, std::string& head, std::optional<uint64_t> length,
                 bool chunked, Duration timeout)
        : stream_(stream), pending_(head), left_(length), chunked_(chunked), timeout_(timeout) {}

    Task<void> write(std::string_view bytes) override {
        if (bytes.empty()) {
            co_return;
        }
        if (left_) {
            if (bytes.size() > *left_) {
                throw internal("A streamed body is longer than the length announced.");
            }
            *left_ -= bytes.size();
        }
        started_ = true;
        if (!chunked_) {
            co_await stream_.write(pending_, bytes, timeout_);
            pending_.clear();
            co_return;
        }
        fmt::format_to(std::back_inserter(pending_), "{:x}\r\n", bytes.size());
        if (bytes.size() <= copied_chunk) {
            pending_.append(bytes).append("\r\n");
            co_await stream_.write(pending_, {}, timeout_);
            pending_.clear();
        } else {
            co_await stream_.write(pending_, bytes, timeout_);
            pending_ = "\r\n";
        }
    }

    Task<void> finish() {
        if (left_.value_or(0) > 0) {
            throw internal("A streamed body is shorter than the length announced.");
        }
        if (chunked_) {
            pending_ += "0\r\n\r\n";
        }
        if (!pending_.empty()) {
            co_await stream_.write(pending_, {}, timeout_);
        }
    }

    bool started() const { return started_; }

private:
    async::Stream& stream_;
    std::string& pending_;
    std::optional<uint64_t> left_;
    bool chunked_;
    bool started_ = false;
    Duration timeout_;
};

Task<Connection> send_stream(async::Stream& stream, const Reply& reply, const StreamBody& body,
                             SendOptions options, std::string& out) {
    const bool chunked = !body.length && options.minor_version >= 1;
    if (!body.length && !chunked) {
        options.keep_alive = false;
    }
    append_head(out, reply, options);
    if (body.length) {
        append_length_for(out, reply, options, *body.length);
    } else if (chunked && has_body(reply.status)) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    out += "\r\n";
    if (options.head_request || !has_body(reply.status)) {
        co_await stream.write(out, {}, options.stall_timeout);
    } else {
        StreamWriter writer(stream, out, body.length, chunked, options.stall_timeout);
        co_await body.produce(writer);
        co_await writer.finish();
    }
    co_return options.keep_alive ? Connection::keep : Connection::close;
}

/// Where there is no descriptor to hand to the kernel.
Task<void> copy_file(async::Stream& stream, const FileBody& body, Duration timeout) {
    std::string piece(std::min<uint64_t>(body.length, small_file), '\0');
    for (uint64_t sent = 0; sent < body.length;) {
        const auto wanted = std::min<uint64_t>(piece.size(), body.length - sent);
        const auto count = body.file->read_at(body.offset + sent, {piece.data(), wanted});
        if (count == 0) {
            throw internal("A file ended {} bytes before what was announced.", body.length - sent);
        }
        co_await stream.write(std::string_view(piece).substr(0, count), {}, timeout);
        sent += count;
    }
}

Task<void> send_file(async::Stream& stream, const Reply& reply, const FileBody& body,
                     const SendOptions& options, std::string& out) {
    append_head(out, reply, options);
    append_length_for(out, reply, options, body.length);
    out += "\r\n";
    if (options.head_request || body.length == 0 || !has_body(reply.status)) {
        co_await stream.write(out, {}, options.stall_timeout);
    } else if (body.length <= small_file) {
        const auto head_size = out.size();
        out.resize(head_size + body.length);
        const auto count =
            body.file->read_at(body.offset, {out.data() + head_size, size_t(body.length)});
        if (count < body.length) {
            throw internal("A file ended {} bytes before what was announced.", body.length - count);
        }
        co_await stream.write(out, {}, options.stall_timeout);
    } else {
        co_await stream.write(out, {}, options.stall_timeout);
        if (const int descriptor = body.file->descriptor(); descriptor >= 0) {
            co_await stream.write_file(descriptor, body.offset, body.length, options.stall_timeout);
        } else {
            co_await copy_file(stream, body, options.stall_timeout);
        }
    }
}

}  // namespace

void append_header_line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    const auto start = out.size();
    out.append(value);
    for (auto i = start; i < out.size(); ++i) {
        if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') {
            out[i] = ' ';
        }
    }
    out += "\r\n";
}

void append_head(std::string& out, const Reply& reply, const SendOptions& options) {
    if (reply.status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out.append("HTTP/1.1 ").append(fmt::format_int(reply.status).c_str()).append(" ");
        out.append(reason_phrase(reply.status)).append("\r\n");
    }
    out += date_line();
    for (const auto& [name, value] : reply.headers) {
        if (!text::equal_ignoring_case(name, "Content-Length") &&
            !text::equal_ignoring_case(name, "Transfer-Encoding")) {
            append_header_line(out, name, value);
        }
    }
    if (std::holds_alternative<Upgrade>(reply.body)) {
        return;
    }
    if (!options.keep_alive) {
        out += "Connection: close\r\n";
    } else if (options.minor_version == 0) {
        out += "Connection: keep-alive\r\n";
    }
}

Task<Connection> send_reply(async::Stream& stream, const Reply& reply, const SendOptions& options,
                            std::string& scratch) {
    scratch.clear();
    if (const auto* file = std::get_if<FileBody>(&reply.body)) {
        co_await send_file(stream, reply, *file, options, scratch);
    } else if (const auto* produced = std::get_if<StreamBody>(&reply.body)) {
        co_return co_await send_stream(stream, reply, *produced, options, scratch);
    } else if (std::holds_alternative<Upgrade>(reply.body)) {
        append_head(scratch, reply, options);
        scratch += "\r\n";
        co_await stream.write(scratch, {}, options.stall_timeout);
        co_return Connection::close;
    } else {
        const auto body = reply.text();
        append_head(scratch, reply, options);
        if (const auto* kept = std::get_if<RenderedBody>(&reply.body)) {
            scratch += (*kept)->header_lines;
        }
        append_length_for(scratch, reply, options, body.size());
        scratch += "\r\n";
        const bool silent = options.head_request || !has_body(reply.status);
        co_await stream.write(scratch, silent ? std::string_view{} : body, options.stall_timeout);
    }
    co_return options.keep_alive ? Connection::keep : Connection::close;
}

}  // namespace welkin::http
