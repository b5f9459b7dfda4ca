#pragma once
// Runner: takes workflow rows, runs them, resumes them after a crash, unwinds the ones that failed.
//
// One workflow at a time per object ("server:<id>"), in the order they were started; a workflow
// started with Interrupt::yes asks those before it to unwind at their next step. Rows are leased,
// so that several control processes share the work and a dead one's rows are taken over. The bus is
// only a doorbell: without it the runner still finds its work by polling.
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/env.h"
#include "core/history/history.h"
#include "core/work/kind.h"
#include "core/work/workflow.h"

namespace welkin::work {

enum class Interrupt { no, yes };

struct RunnerOptions {
    std::string owner;  ///< unique per process run
    Duration lease = 30s;
    Duration poll = 1s;         ///< how often rows are looked for without a doorbell
    int parallel = 64;          ///< workflows at once
    Duration first_retry = 1s;  ///< doubles with each attempt, give or take a quarter
    Duration longest_retry = 60s;
};

class Scheduler;

/// start() and interrupted() may be called from any thread; steps, periodic jobs and the rest run
/// on the loop that runs run().
class Runner {
public:
    Runner(sql::Database& database, RunnerOptions options);
    ~Runner();

    /// Declares a kind. All of them before run().
    template <class Context, class Module>
    void add(const Workflow<Context, Module>& workflow, Module& module) {
        add_kind(erase_types(workflow, module));
    }

    /// Commits the start of a workflow with the caller's other changes. `object` is what it works
    /// on.
    template <class Context, class Module>
    void start(sql::Transaction& tx, const Workflow<Context, Module>& workflow,
               std::string_view object, const Context& context, const history::Author& author,
               Interrupt interrupt = Interrupt::no) {
        insert(tx, workflow.kind, object, workflow.fields.save(context), author, interrupt);
    }

    /// True if any workflow waits or runs for the object.
    bool busy(sql::Transaction& tx, std::string_view object);
    /// For steps that wait in small pieces: true once somebody asked this object's work to unwind.
    bool interrupted(std::string_view object) const;

    /// Runs `job` at once and then every `period` from run() until stop(), one at a time per name;
    /// what it throws is logged.
    void every(Duration period, std::string name, std::function<Task<void>()> job);

    /// Serves until stop(); stop() lets running steps end.
    Task<void> run();
    Task<void> stop();
    /// Returns when no workflow is waiting or running: tests and the simulation.
    Task<void> idle();

private:
    void add_kind(Kind kind);
    void insert(sql::Transaction& tx, std::string_view kind, std::string_view object,
                json::Value context, const history::Author& author, Interrupt interrupt);

    std::shared_ptr<Scheduler> scheduler_;
};

/// Tables of workflows (work_workflow), applied before any service's.
std::span<const sql::Migration> migrations();

}  // namespace welkin::work
