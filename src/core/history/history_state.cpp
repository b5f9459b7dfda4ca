#include "core/history/history_state.h"

#include "core/sql/database.h"

namespace welkin::sql {

void HistoryState::load(Transaction& transaction) {
    const auto table = transaction.query(
        "SELECT name FROM core_migration WHERE module = 'core' AND name = '0001_history'");
    if (!table.empty()) {
        const auto last = transaction.query("SELECT MAX(sequence) FROM history_entry");
        committed(last.front().integer(0));
    }
}

void HistoryState::subscribe(std::string service, Listener listener) {
    std::lock_guard lock(mutex_);
    auto changed = std::make_shared<Subscriptions>(*subscriptions_);
    changed->push_back({std::move(service), std::move(listener)});
    listeners_count_.store(changed->size(), std::memory_order_release);
    subscriptions_ = std::move(changed);
}

void HistoryState::committed(int64_t sequence) {
    auto known = sequence_.load(std::memory_order_relaxed);
    while (known < sequence &&
           !sequence_.compare_exchange_weak(known, sequence, std::memory_order_release)) {
    }
}

void HistoryState::tell(const history::Change& change) const {
    std::shared_ptr<const Subscriptions> subscriptions;
    {
        std::lock_guard lock(mutex_);
        subscriptions = subscriptions_;
    }
    for (const auto& subscription : *subscriptions) {
        if (subscription.service.empty() || subscription.service == change.service) {
            subscription.listener(change);
        }
    }
}

}  // namespace welkin::sql
