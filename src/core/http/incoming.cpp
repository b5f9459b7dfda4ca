#include "core/http/incoming.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace welkin::http {

namespace {

constexpr size_t first_buffer = 4 * 1024;
constexpr size_t chunk_buffer = 64 * 1024;
constexpr size_t largest_piece = 512 * 1024;
constexpr int64_t least_bytes_per_second = 1024;

}  // namespace

void InputBuffer::make_room(size_t most) {
    const auto unused = end_ - begin_;
    if (begin_ > 0) {
        std::memmove(data_.get(), data_.get() + begin_, unused);
        begin_ = 0;
        end_ = unused;
    }
    if (end_ < capacity_) {
        return;
    }
    capacity_ = std::max(capacity_ + 1, std::min(std::max(capacity_ * 2, first_buffer), most));
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (unused > 0) {
        std::memcpy(larger.get(), data_.get(), unused);
    }
    data_ = std::move(larger);
}

Task<bool> InputBuffer::fill(async::Stream& stream, size_t most, Duration timeout) {
    make_room(most);
    const auto count = co_await stream.read({data_.get() + end_, capacity_ - end_}, timeout);
    end_ += count;
    co_return count > 0;
}

std::string InputBuffer::take() {
    std::string rest(view());
    begin_ = end_;
    return rest;
}

void InputBuffer::shrink() {
    if (begin_ == end_ && capacity_ > 2 * first_buffer) {
        data_.reset();
        capacity_ = begin_ = end_ = 0;
    }
}

IncomingBody::IncomingBody(async::Stream& stream, InputBuffer& input, Framing framing,
                           uint64_t length, Duration stall_timeout)
    : stream_(stream),
      input_(input),
      framing_(framing),
      length_(length),
      left_(length),
      stall_timeout_(stall_timeout),
      finished_(framing == Framing::none) {}

Error IncomingBody::ended_early() const {
    return bad_request("The body ended {} bytes before its Content-Length.", left_);
}

std::optional<uint64_t> IncomingBody::length() const {
    if (framing_ == Framing::none) {
        return 0;
    }
    return framing_ == Framing::length ? std::optional(length_) : std::nullopt;
}

std::optional<uint64_t> IncomingBody::left() const {
    if (finished_) {
        return 0;
    }
    return framing_ == Framing::length && !broken_ ? std::optional(left_) : std::nullopt;
}

Task<std::string_view> IncomingBody::read() {
    release();
    if (finished_) {
        co_return std::string_view{};
    }
    if (broken_) {
        throw bad_request("The request body was broken off.");
    }
    // Whatever throws below leaves it broken: nothing after it on this connection can be trusted.
    broken_ = true;
    std::string_view piece;
    try {
        if (std::exchange(continue_pending_, false)) {
            co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n", {}, stall_timeout_);
        }
        piece = co_await next();
    } catch (const Refusal& refusal) {
        throw bad_request("{}", refusal.sentence);
    }
    broken_ = false;
    finished_ = piece.empty();
    if (framing_ == Framing::length && left_ == 0) {
        finished_ = true;
    }
    co_return piece;
}

Task<size_t> IncomingBody::read_into(std::span<char> into) {
    release();
    const bool direct = framing_ == Framing::length && !finished_ && !broken_ &&
                        !continue_pending_ && input_.view().empty() && rest_.empty();
    if (!direct) {
        co_return co_await BodyReader::read_into(into);
    }
    broken_ = true;
    const auto wanted = std::min<uint64_t>(left_, into.size());
    const auto asked = async::Loop::current().now();
    const auto count = co_await stream_.read(into.first(wanted), patience());
    note(asked, count);
    if (count == 0) {
        throw ended_early();
    }
    broken_ = false;
    left_ -= count;
    finished_ = left_ == 0;
    co_return count;
}

Duration IncomingBody::patience() const {
    const Duration earned = std::chrono::seconds(received_ / least_bytes_per_second);
    return std::clamp<Duration>(stall_timeout_ + earned - waited_, 1ms, stall_timeout_);
}

void IncomingBody::note(async::Steady::time_point asked, size_t count) {
    waited_ += std::chrono::duration_cast<Duration>(async::Loop::current().now() - asked);
    received_ += static_cast<int64_t>(count);
}

Task<std::string_view> IncomingBody::next() {
    switch (framing_) {
        case Framing::length:
            return next_of_length();
        case Framing::chunked:
            return next_chunk();
        case Framing::until_close:
            return next_until_close();
        case Framing::none:
            break;
    }
    return []() -> Task<std::string_view> { co_return std::string_view{}; }();
}

Task<std::string_view> IncomingBody::next_of_length() {
    if (const auto at_hand = input_.view(); !at_hand.empty()) {
        lent_ = static_cast<size_t>(std::min<uint64_t>(left_, at_hand.size()));
        left_ -= lent_;
        co_return at_hand.substr(0, lent_);
    }
    if (!piece_) {
        piece_size_ = static_cast<size_t>(std::min<uint64_t>(left_, largest_piece));
        piece_ = std::make_unique_for_overwrite<char[]>(piece_size_);
    }
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(left_, piece_size_));
    const auto asked = async::Loop::current().now();
    const auto count = co_await stream_.read({piece_.get(), wanted}, patience());
    note(asked, count);
    if (count == 0) {
        throw ended_early();
    }
    left_ -= count;
    co_return std::string_view(piece_.get(), count);
}

Task<std::string_view> IncomingBody::next_chunk() {
    while (true) {
        const auto step = chunks_.step(input_.view());
        input_.consume(step.skip);
        if (step.data > 0) {
            lent_ = step.data;
            co_return input_.view().substr(0, step.data);
        }
        if (chunks_.finished()) {
            co_return std::string_view{};
        }
        const auto asked = async::Loop::current().now();
        const auto before = input_.view().size();
        if (!co_await input_.fill(stream_, chunk_buffer, patience())) {
            throw bad_request("The chunked body ended before its last chunk.");
        }
        note(asked, input_.view().size() - before);
    }
}

Task<std::string_view> IncomingBody::next_until_close() {
    if (const auto at_hand = input_.view(); !at_hand.empty()) {
        lent_ = at_hand.size();
        co_return at_hand;
    }
    if (!piece_) {
        piece_size_ = chunk_buffer;
        piece_ = std::make_unique_for_overwrite<char[]>(piece_size_);
    }
    const auto count = co_await stream_.read({piece_.get(), piece_size_}, stall_timeout_);
    co_return std::string_view(piece_.get(), count);
}

}  // namespace welkin::http
