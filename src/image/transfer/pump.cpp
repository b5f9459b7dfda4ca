#include "image/transfer/pump.h"

#include <deque>
#include <mutex>

#include "core/async/async.h"
#include "core/base/error.h"

namespace welkin::image::transfer {

namespace {

constexpr size_t buffer_bytes = 1 << 20;
constexpr size_t ring_buffers = 6;

struct Buffer {
    std::unique_ptr<char[]> bytes = std::make_unique_for_overwrite<char[]>(buffer_bytes);
    size_t used = 0;
    size_t takers = 0;  ///< consumers that still need it
};

/// One consumer and the buffers it has not had yet.
struct Lane {
    Consumer consume;
    std::deque<Buffer*> waiting;
    bool running = false;
};

}  // namespace

struct Pump::State : std::enable_shared_from_this<State> {
    std::mutex mutex;
    std::vector<std::unique_ptr<Buffer>> ring;  ///< made as they are needed
    std::vector<Buffer*> idle;
    std::vector<Lane> lanes;
    Buffer* filling = nullptr;  ///< the loop's own
    std::exception_ptr error;   ///< the first
    async::Event progress;

    /// An idle buffer, or null while all are on their way.
    Buffer* take_idle() {
        const std::scoped_lock lock(mutex);
        if (error) {
            std::rethrow_exception(error);
        }
        if (!idle.empty()) {
            auto* buffer = idle.back();
            idle.pop_back();
            return buffer;
        }
        if (ring.size() < ring_buffers) {
            return ring.emplace_back(std::make_unique<Buffer>()).get();
        }
        return nullptr;
    }

    void hand_over() {
        auto* buffer = std::exchange(filling, nullptr);
        std::vector<size_t> starting;
        {
            const std::scoped_lock lock(mutex);
            buffer->takers = lanes.size();
            for (size_t i = 0; i < lanes.size(); ++i) {
                lanes[i].waiting.push_back(buffer);
                if (!std::exchange(lanes[i].running, true)) {
                    starting.push_back(i);
                }
            }
        }
        for (const auto i : starting) {
            async::Loop::current().post_blocking([self = shared_from_this(), i] { self->run(i); });
        }
    }

    void run(size_t index) {
        std::unique_lock lock(mutex);
        auto& lane = lanes[index];
        while (!lane.waiting.empty()) {
            auto* buffer = lane.waiting.front();
            lane.waiting.pop_front();
            if (!error) {
                lock.unlock();
                auto thrown = consume(lane, *buffer);
                lock.lock();
                if (thrown && !error) {
                    error = std::move(thrown);
                }
            }
            if (--buffer->takers == 0) {
                buffer->used = 0;
                idle.push_back(buffer);
                progress.set();
            }
        }
        lane.running = false;
        progress.set();
    }

    static std::exception_ptr consume(Lane& lane, const Buffer& buffer) {
        try {
            lane.consume({buffer.bytes.get(), buffer.used});
            return nullptr;
        } catch (...) {
            return std::current_exception();
        }
    }

    bool settled() {
        const std::scoped_lock lock(mutex);
        return std::ranges::none_of(lanes, &Lane::running);
    }
};

Pump::Pump(std::vector<Consumer> consumers) : state_(std::make_shared<State>()) {
    for (auto& consumer : consumers) {
        state_->lanes.push_back({.consume = std::move(consumer)});
    }
}

Pump::~Pump() = default;

Task<std::span<char>> Pump::space() {
    auto& state = *state_;
    while (state.filling == nullptr) {
        state.progress.clear();
        state.filling = state.take_idle();
        if (state.filling == nullptr) {
            co_await state.progress.wait();
        }
    }
    auto& buffer = *state.filling;
    co_return std::span(buffer.bytes.get() + buffer.used, buffer_bytes - buffer.used);
}

void Pump::filled(size_t count) {
    auto& buffer = *state_->filling;
    buffer.used += count;
    CHECK(buffer.used <= buffer_bytes);
    if (buffer.used == buffer_bytes) {
        state_->hand_over();
    }
}

Task<void> Pump::finish() {
    if (state_->filling != nullptr && state_->filling->used > 0) {
        state_->hand_over();
    }
    co_await settle();
    const std::scoped_lock lock(state_->mutex);
    if (state_->error) {
        std::rethrow_exception(state_->error);
    }
}

Task<void> Pump::settle() {
    auto& state = *state_;
    while (true) {
        state.progress.clear();
        if (state.settled()) {
            co_return;
        }
        co_await state.progress.wait();
    }
}

}  // namespace welkin::image::transfer
