#pragma once
// Incoming: bytes read from a stream and not yet used, and the body that follows a header block.
// Shared by server and client. Internal to core/http.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/async/stream.h"
#include "core/http/message.h"
#include "core/http/request.h"

namespace welkin::http {

class InputBuffer {
public:
    std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
    void consume(size_t count) { begin_ += count; }
    /// Reads more behind what is there, growing up to `most` bytes unused at a time; false at the
    /// end of input. Earlier views are void.
    Task<bool> fill(async::Stream& stream, size_t most, Duration timeout);
    /// The unused bytes, which leave the buffer.
    std::string take();
    /// Gives back the memory of a large buffer that is empty: for connections that wait.
    void shrink();

private:
    void make_room(size_t most);
    std::unique_ptr<char[]> data_;
    size_t capacity_ = 0;
    size_t begin_ = 0;
    size_t end_ = 0;
};

class IncomingBody : public BodyReader {
public:
    IncomingBody(async::Stream& stream, InputBuffer& input, Framing framing, uint64_t length,
                 Duration stall_timeout);

    Task<std::string_view> read() override;
    Task<size_t> read_into(std::span<char> into) override;
    std::optional<uint64_t> length() const override;

    /// The client waits for "100 Continue" before it sends: sent when the body is first read.
    void expect_continue() { continue_pending_ = true; }
    bool continue_pending() const { return continue_pending_; }
    bool finished() const { return finished_; }
    /// At most this many bytes are still to come; nothing if unknown or the framing broke.
    std::optional<uint64_t> left() const;
    /// Gives the piece that read() lent back to the buffer's reader.
    void release() { input_.consume(std::exchange(lent_, 0)); }

private:
    Error ended_early() const;
    Task<std::string_view> next();
    Task<std::string_view> next_of_length();
    Task<std::string_view> next_chunk();
    Task<std::string_view> next_until_close();
    /// How long the next piece may take: the stall timeout, and less for a sender that has used it
    /// up bit by bit without earning more by sending.
    Duration patience() const;
    void note(async::Steady::time_point asked, size_t count);

    async::Stream& stream_;
    InputBuffer& input_;
    Framing framing_;
    uint64_t length_;
    uint64_t left_;
    Duration stall_timeout_;
    Duration waited_{};     ///< in all, for bytes from the stream
    int64_t received_ = 0;  ///< from the stream
    ChunkedDecoder chunks_;
    std::unique_ptr<char[]> piece_;
    size_t piece_size_ = 0;
    size_t lent_ = 0;
    bool continue_pending_ = false;
    bool finished_ = false;
    bool broken_ = false;
};

}  // namespace welkin::http
