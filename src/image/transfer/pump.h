#pragma once
// Pump: bytes on their way from a connection to several consumers that block (a disk, digests).
//
// The event loop fills buffers of a bounded ring; each consumer takes them in order on a blocking
// thread, one buffer at a time, independent of the others. A thread is held only while there is
// something to do, so a slow client costs no thread, and memory stays what the ring has.
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/task.h"

namespace welkin::image::transfer {

/// Runs on a blocking thread. What it throws ends the transfer.
using Consumer = std::function<void(std::string_view bytes)>;

class Pump {
public:
    /// Consumers live as long as a buffer is on its way to one, which may be longer than the Pump.
    explicit Pump(std::vector<Consumer> consumers);
    ~Pump();

    /// Room for the next bytes, at least one; waits while the ring is full. Throws what a consumer
    /// threw.
    Task<std::span<char>> space();
    /// The first `count` bytes of that room are there.
    void filled(size_t count);
    /// Hands over the rest and returns when all consumers have had everything. Throws likewise.
    Task<void> finish();
    /// Returns when no consumer is at work; hands over nothing more and does not throw.
    Task<void> settle();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace welkin::image::transfer
