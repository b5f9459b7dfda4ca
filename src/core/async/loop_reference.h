#pragma once
// LoopReference: how a waiting coroutine remembers its loop without keeping it.
//
// Others may wake the coroutine when its loop is gone; then it will never run, and nothing is done.
#include "core/async/async.h"

namespace welkin::async {

class LoopReference {
public:
    LoopReference() = default;
    explicit LoopReference(Loop& loop) : loop_(&loop), shared_(loop.weak_from_this()) {
        is_shared_ = !shared_.expired();
    }

    /// From any thread. A loop that is not owned by a shared pointer must still be there.
    void post(Job job) const {
        if (!is_shared_) {
            loop_->post(std::move(job));
        } else if (const auto loop = shared_.lock()) {
            loop->post(std::move(job));
        }
    }

private:
    Loop* loop_ = nullptr;
    std::weak_ptr<Loop> shared_;
    bool is_shared_ = false;
};

}  // namespace welkin::async
