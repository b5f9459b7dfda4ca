#pragma once
// Kind: a Workflow with its types erased, as the runner keeps it.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/work/workflow.h"

namespace welkin::work {

/// Contexts are kept as they are from the first step to the last and saved as JSON with each
/// commit.
struct Kind {
    struct Step {
        std::string name;
        std::function<Task<Effects>(void* context)> run;
        std::function<Task<Effects>(void* context)> undo;  ///< may be empty
    };

    std::string name;
    int max_attempts = 5;
    std::vector<Step> steps;
    std::function<std::shared_ptr<void>(const json::Value& saved)> load;
    std::function<json::Value(const void* context)> save;
    std::function<void(sql::Transaction&, void* context)> finish;              ///< may be empty
    std::function<void(sql::Transaction&, void* context, const Error&)> fail;  ///< may be empty

    /// The last step at or below `step` that has an undo; -1 for none.
    int last_undo(int step) const {
        while (step >= 0 && !steps[static_cast<size_t>(step)].undo) {
            --step;
        }
        return step;
    }
};

template <class Context, class Module>
Kind erase_types(const Workflow<Context, Module>& workflow, Module& module) {
    Kind kind{.name = workflow.kind, .max_attempts = workflow.max_attempts};
    const auto bound = [&module](Task<Effects> (*function)(Context&, Module&)) {
        std::function<Task<Effects>(void*)> erased;
        if (function != nullptr) {
            erased = [function, &module](void* context) {
                return function(*static_cast<Context*>(context), module);
            };
        }
        return erased;
    };
    for (const auto& step : workflow.steps) {
        kind.steps.push_back({step.name, bound(step.run), bound(step.undo)});
    }
    kind.load = [fields = &workflow.fields](const json::Value& saved) -> std::shared_ptr<void> {
        return std::make_shared<Context>(fields->load(saved));
    };
    kind.save = [fields = &workflow.fields](const void* context) {
        return fields->save(*static_cast<const Context*>(context));
    };
    if (workflow.finish != nullptr) {
        kind.finish = [finish = workflow.finish, &module](sql::Transaction& tx, void* context) {
            finish(tx, *static_cast<Context*>(context), module);
        };
    }
    if (workflow.fail != nullptr) {
        kind.fail = [fail = workflow.fail, &module](sql::Transaction& tx, void* context,
                                                    const Error& why) {
            fail(tx, *static_cast<Context*>(context), module, why);
        };
    }
    return kind;
}

}  // namespace welkin::work
