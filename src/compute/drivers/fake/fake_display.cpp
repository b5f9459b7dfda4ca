#include "compute/drivers/fake/fake_display.h"

#include <algorithm>

#include "core/base/error.h"

namespace welkin::compute {
namespace {

constexpr std::string_view greeting = "RFB 003.008\n";
constexpr std::string_view security_types("\x01\x01", 2);  // one, and that is "none"
constexpr std::string_view security_result("\0\0\0\0", 4);
constexpr std::string_view size_and_format(
    "\0\x01\0\x01"  // 1 x 1
    "\x20\x18\0\x01\0\xFF\0\xFF\0\xFF\x10\x08\0\0\0\0",
    20);  // 32 bits, true colour, 8 each

std::string server_init(std::string_view name) {
    const auto length = static_cast<uint32_t>(name.size());
    std::string message(size_and_format);
    for (const int shift : {24, 16, 8, 0}) {
        message += static_cast<char>(length >> shift & 0xFF);
    }
    return message.append(name);
}

class FakeDisplay : public async::Stream {
public:
    explicit FakeDisplay(std::string name) : name_(std::move(name)) { say(greeting); }

    Task<size_t> read(std::span<char> into, Duration timeout) override {
        if (!changed_.is_set() && !co_await changed_.wait(timeout)) {
            throw request_timeout("The fake display has nothing to say.");
        }
        const auto count = std::min(into.size(), outgoing_.size());
        std::ranges::copy_n(outgoing_.begin(), static_cast<std::ptrdiff_t>(count), into.begin());
        outgoing_.erase(0, count);
        if (outgoing_.empty() && !closed_) {
            changed_.clear();
        }
        co_return count;
    }
    Task<void> write(std::string_view first, std::string_view second, Duration) override {
        if (closed_) {
            throw unavailable("The fake display is closed.");
        }
        take(first.size() + second.size());
        co_return;
    }
    Task<void> write_file(int, uint64_t, uint64_t length, Duration) override {
        take(length);
        co_return;
    }
    void shutdown_write() override {}
    void close() override {
        closed_ = true;
        changed_.set();
    }
    async::Address peer() const override { return {"unix", 0}; }
    async::Address local() const override { return {"unix", 0}; }

private:
    void say(std::string_view bytes) {
        outgoing_ += bytes;
        changed_.set();
    }

    /// What the client says matters little: it chooses what there is. Its lengths tell the steps
    /// of the handshake apart, and what comes after is not answered.
    void take(uint64_t count) {
        received_ += count;
        if (step_ == 0 && received_ >= greeting.size()) {
            ++step_;
            say(security_types);
        }
        if (step_ == 1 && received_ >= greeting.size() + 1) {
            ++step_;
            say(security_result);
        }
        if (step_ == 2 && received_ >= greeting.size() + 2) {
            ++step_;
            say(server_init(name_));
        }
    }

    std::string name_;
    std::string outgoing_;
    uint64_t received_ = 0;
    int step_ = 0;
    bool closed_ = false;
    async::Event changed_;
};

}  // namespace

std::unique_ptr<async::Stream> make_fake_display(std::string name) {
    return std::make_unique<FakeDisplay>(std::move(name));
}

}  // namespace welkin::compute
