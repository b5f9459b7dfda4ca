#pragma once
// Workflow: what a request starts and what outlives it, as a list of named steps with their undo.
//
// The request commits the new state and a workflow row in one transaction. The runner (runner.h)
// runs the steps in order, saving the context after each; after a crash it resumes at the step that
// had not been saved, so a step must be safe to run twice. A step returns its database effects;
// they commit together with the progress, so they happen exactly once.
//
//   struct BuildServer { ServerId server_id; ... };               // context: plain data
//   const json::Fields<BuildServer> build_server_fields = {...};   // how it is saved
//   const work::Workflow<BuildServer, Compute> build_server = {
//       .kind = "compute.build_server",
//       .fields = build_server_fields,
//       .steps = {{"disk",  make_disk,  remove_disk},
//                 {"ports", plug_ports, unplug_ports},
//                 {"start", start_guest, stop_guest}},
//       .finish = [](sql::Transaction& tx, BuildServer& context, Compute& compute) {...},  //
//       ACTIVE .fail   = [](sql::Transaction& tx, BuildServer& context, Compute& compute,
//                    const Error& why) {...},                                            // ERROR
//   };
//
// A step that throws DriverError{retry} is tried again with growing delays (max_attempts); any
// other exception unwinds: the undo of the failed step and of all before it, in reverse, each
// retried until it succeeds, then `fail`. finish and fail commit with the removal of the workflow
// row.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/task.h"
#include "core/json/fields.h"
#include "core/sql/database.h"

namespace welkin::work {

/// Database effects of a step: committed with its progress. Empty for none. They may refer to the
/// step's context and change it: it outlives them and is saved behind them.
using Effects = std::function<void(sql::Transaction&)>;

/// Trouble on a host. `retry`: passing, worth another attempt; otherwise the step fails for good.
/// The kind is in Error::type too, so that it survives a trip over the bus as a plain Error.
struct DriverError : Error {
    enum class Kind { retry, fatal };
    DriverError(Kind how, std::string sentence)
        : Error(Fault::internal, std::move(sentence)), kind(how) {
        type = how == Kind::retry ? "DriverRetry" : "DriverFatal";
    }
    static bool worth_retrying(const Error& error) { return error.type == "DriverRetry"; }
    Kind kind;
};

/// Error::type of what `fail` is given when the workflow was interrupted by a later one.
inline constexpr const char* interrupted_type = "Interrupted";

template <class Context, class Module>
struct Step {
    const char* name;
    Task<Effects> (*run)(Context&, Module&);
    /// Makes as if run() had never begun; must succeed when run() did nothing or only half.
    Task<Effects> (*undo)(Context&, Module&) = nullptr;
};

template <class Context, class Module>
struct Workflow {
    const char* kind;
    const json::Fields<Context>& fields;
    std::vector<Step<Context, Module>> steps;
    void (*finish)(sql::Transaction&, Context&, Module&) = nullptr;
    void (*fail)(sql::Transaction&, Context&, Module&, const Error&) = nullptr;
    int max_attempts = 5;  ///< of one step, for DriverError{retry}
};

}  // namespace welkin::work
