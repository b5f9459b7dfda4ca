#pragma once
// Scheduler: which workflows this process holds, which of them run, wait or are due. Internal to
// core/work; the Runner is its face, Execution (execution.h) runs one workflow.
//
// A row comes here by its start (handed over after the commit, never read again), by its
// predecessor's end, or by polling. It is held, and its lease renewed, until it ends. All state but
// the few members marked so belongs to the loop of run().
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/async/async.h"
#include "core/observe/metrics.h"
#include "core/work/runner.h"
#include "core/work/workflow_row.h"

namespace welkin::work {

/// A kind and its numbers.
struct KnownKind {
    Kind kind;
    metrics::Gauge& running;
    metrics::Counter& failed;
    metrics::Histogram& seconds;
};

/// A workflow held by this process.
struct Active {
    WorkflowRow row;
    const KnownKind* known = nullptr;
    std::shared_ptr<void> context;
    bool begun = false;  ///< the step at row.step may have begun, here or elsewhere
    bool interrupted = false;
};

class Scheduler : public std::enable_shared_from_this<Scheduler> {
public:
    Scheduler(sql::Database& database, RunnerOptions options);

    void add_kind(Kind kind);
    void every(Duration period, std::string name, std::function<Task<void>()> job);
    Task<void> run();
    Task<void> stop();
    Task<void> idle();

    // From any thread:
    bool interrupted(std::string_view object) const;
    /// True if another row may be leased for this process.
    bool has_room() const { return accepting_ && held_count_ < max_held(); }
    Lease lease_from(Time now) const { return {options_.owner, now + options_.lease}; }
    /// After the commit that leased the row for this process.
    void hand_over(WorkflowRow row);
    /// After the commit of a row that was not leased: there may be something to take.
    void wake();
    /// After the commit that interrupted the object's workflows that are older than `before`.
    void interrupt(std::string object, int64_t before);

    // For Execution:
    sql::Database& database() { return database_; }
    const RunnerOptions& options() const { return options_; }
    bool stopping() const { return stopping_; }
    void adopt(WorkflowRow row, bool fresh);
    void note_interrupted(Active& active);
    /// Runs it again after `delay`; it stays held.
    void delay(std::shared_ptr<Active> active, Duration delay);
    void forget(const Active& active);
    /// Sleeps, but not beyond stop().
    Task<void> pause(Duration delay);

private:
    struct PeriodicJob {
        Duration period;
        std::string name;
        std::function<Task<void>()> job;
    };
    struct Delayed {
        std::shared_ptr<Active> active;
        async::Job cancel;
    };

    size_t max_held() const { return static_cast<size_t>(options_.parallel) * 4; }
    void on_loop(std::function<void(Scheduler&)> action);
    void pump();
    Task<void> poll();
    Task<void> heartbeat();
    Task<void> wind_up();
    void start_job(PeriodicJob job);
    static Task<void> execute(std::shared_ptr<Scheduler> self, std::shared_ptr<Active> active);
    static Task<void> keep_leases(std::shared_ptr<Scheduler> self);
    static Task<void> repeat(std::shared_ptr<Scheduler> self, PeriodicJob job);

    sql::Database& database_;
    RunnerOptions options_;
    std::map<std::string, KnownKind, std::less<>> kinds_;

    // Any thread:
    std::atomic<bool> accepting_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<size_t> held_count_{0};
    mutable std::mutex mutex_;
    async::Loop* loop_ = nullptr;                             // guarded by mutex_
    std::shared_ptr<async::Loop> keep_loop_;                  // guarded by mutex_
    std::set<std::string, std::less<>> interrupted_objects_;  // guarded by mutex_
    std::vector<PeriodicJob> jobs_;                           // guarded by mutex_
    async::Event wake_;
    async::Event stop_;
    async::Event changed_;
    async::Event done_;

    // The loop:
    std::unordered_map<std::string, std::shared_ptr<Active>> held_;  // by object
    std::deque<std::shared_ptr<Active>> ready_;
    std::map<int64_t, Delayed> delayed_;  // by row id
    int running_ = 0;
    int background_ = 0;         // periodic jobs and the heartbeat
    bool more_waiting_ = false;  // the database has due rows that had no room here
};

}  // namespace welkin::work
