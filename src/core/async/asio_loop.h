#pragma once
// AsioLoop: one of the real event loops, for the sources of core/async alone.
#include "core/async/async.h"

namespace boost::asio {
class io_context;
}

namespace welkin::async {

class BlockingPool;

/// Owned by shared pointers: streams and waiting coroutines may keep it past ~Loops, when it takes
/// jobs but never runs them.
class AsioLoop final : public Loop {
public:
    explicit AsioLoop(std::shared_ptr<BlockingPool> pool);
    ~AsioLoop() override;

    void post(Job job) override;
    Job after(Duration delay, Job job) override;
    void post_blocking(Job job) override;
    Steady::time_point now() override { return Steady::now(); }

    /// Serves the loop on the calling thread until stop().
    void run();
    void stop();  ///< from any thread
    /// Drops the jobs left when run() has returned.
    void drop_jobs();

    boost::asio::io_context& context();
    /// The current loop, which must be one of these: sockets exist in real loops only.
    static AsioLoop& current();

private:
    void run_jobs();
    struct State;
    std::unique_ptr<State> state_;
    std::shared_ptr<BlockingPool> pool_;
};

}  // namespace welkin::async
