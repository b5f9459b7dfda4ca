#pragma once
// HistoryState: what one process knows of the change log of one database: the last sequence and who
// listens. Owned by the Database; used through history.h.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/history/history.h"

namespace welkin::sql {

/// May be used from any thread.
class HistoryState {
public:
    using Listener = std::function<void(const history::Change&)>;

    /// Takes the last sequence from the table, if that is there yet.
    void load(Transaction& transaction);

    int64_t sequence() const { return sequence_.load(std::memory_order_acquire); }
    void subscribe(std::string service, Listener listener);
    bool anyone_listens() const { return listeners_count_.load(std::memory_order_acquire) > 0; }

    /// After the commit of an entry.
    void committed(int64_t sequence);
    void tell(const history::Change& change) const;

private:
    struct Subscription {
        std::string service;
        Listener listener;
    };
    using Subscriptions = std::vector<Subscription>;

    std::atomic<int64_t> sequence_{0};
    std::atomic<size_t> listeners_count_{0};
    mutable std::mutex mutex_;
    std::shared_ptr<const Subscriptions> subscriptions_ = std::make_shared<Subscriptions>();
};

}  // namespace welkin::sql
