#include "core/work/execution.h"

#include "core/bus/message_error.h"
#include "core/observe/log.h"

namespace welkin::work {

namespace {

/// Thrown inside a transaction to roll it back when the row is not ours any more.
struct LostLease {};

Error as_error(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Error& error) {
        return error;
    } catch (...) {
        return internal("The operation failed unexpectedly.").because(describe(thrown));
    }
}

std::string cause_of(const Error& error) { return describe(std::make_exception_ptr(error)); }

Duration retry_delay(Env& env, const RunnerOptions& options, int attempt) {
    const auto doubled = options.first_retry * (int64_t{1} << std::min(attempt, 20));
    const auto delay = std::min(doubled, options.longest_retry);
    const auto jitter = static_cast<int64_t>(env.random_number() % 512);  // 3/4 to 5/4
    return delay * (768 + jitter) / 1024;
}

}  // namespace

void Execution::crash_point(std::string_view where) {
    scheduler_.database().env().crash_point(fmt::format("{}/{}", kind().name, where));
}

Task<Execution::Outcome> Execution::run() {
    const auto& row = active_->row;
    if (row.direction == Direction::forward && row.step == 0 && row.attempt == 0) {
        crash_point("start/after");
    }
    auto outcome = Outcome::more;
    while (outcome == Outcome::more && !scheduler_.stopping()) {
        if (active_->row.direction == Direction::forward) {
            outcome = co_await forward();
        } else {
            outcome = co_await backward();
        }
    }
    co_return outcome;
}

Task<Execution::Outcome> Execution::forward() {
    auto& row = active_->row;
    const auto count = static_cast<int>(kind().steps.size());
    if (active_->interrupted) {
        auto why = conflict("The operation on {} was interrupted by a later one.", row.object)
                       .named(interrupted_type);
        co_return co_await unwind(std::move(why), active_->begun ? row.step : row.step - 1);
    }
    Effects effects;
    if (row.step < count) {
        crash_point(step().name + "/before");
        active_->begun = true;
        std::exception_ptr failure;
        try {
            effects = co_await step().run(active_->context.get());
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure) {
            co_return co_await step_failed(as_error(failure));
        }
        crash_point(step().name + "/acted");
    }
    const bool last = row.step + 1 >= count;
    if (last) {
        crash_point("finish/before");
    }
    auto next = row;
    next.step += 1;
    next.attempt = 0;
    const auto change = [&](sql::Transaction& tx) {
        if (effects) {
            effects(tx);
        }
        if (last && kind().finish) {
            kind().finish(tx, active_->context.get());
        }
    };
    const auto name = row.step < count ? step().name : std::string("finish");
    switch (co_await commit(change, std::move(next), last)) {
        case Result::committed:
            break;
        case Result::lost:
            co_return Outcome::ended;
        case Result::refused:
            co_return co_await step_failed(as_error(refusal_));
    }
    active_->begun = false;
    crash_point(name + "/after");
    if (!last) {
        co_return Outcome::more;
    }
    crash_point("finish/after");
    const std::chrono::duration<double> taken = scheduler_.database().env().now() - row.created_at;
    active_->known->seconds.observe(taken.count());
    co_return Outcome::ended;
}

Task<Execution::Outcome> Execution::step_failed(Error why) {
    const auto& row = active_->row;
    if (DriverError::worth_retrying(why) && row.attempt + 1 < kind().max_attempts) {
        co_return co_await retry_later(std::move(why), false);
    }
    const auto count = static_cast<int>(kind().steps.size());
    log::warning("workflow failed and is undone",
                 {{"kind", row.kind},
                  {"object", row.object},
                  {"step", row.step < count ? step().name : std::string("finish")},
                  {"cause", cause_of(why)},
                  {"request", row.request_id}});
    const int from = std::min(row.step, count - 1);
    co_return co_await unwind(std::move(why), from);
}

Task<Execution::Outcome> Execution::unwind(Error why, int from) {
    auto next = active_->row;
    next.direction = Direction::undoing;
    next.step = kind().last_undo(from);
    next.attempt = 0;
    next.error = json::to_string(bus::error_to_json(std::make_exception_ptr(why)));
    if (next.step < 0) {
        active_->row = std::move(next);
        co_return Outcome::more;
    }
    const auto result = co_await commit({}, std::move(next), false);
    co_return result == Result::committed ? Outcome::more : Outcome::ended;
}

Task<Execution::Outcome> Execution::backward() {
    auto& row = active_->row;
    Effects effects;
    std::string name;
    if (row.step >= 0) {
        name = step().name;
        crash_point(name + "/undo/before");
        std::exception_ptr failure;
        try {
            effects = co_await step().undo(active_->context.get());
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure) {
            co_return co_await retry_later(as_error(failure), true);
        }
        crash_point(name + "/undo/acted");
    }
    auto next = row;
    next.step = kind().last_undo(row.step - 1);
    next.attempt = 0;
    const bool last = next.step < 0;
    const auto why = bus::error_from_json(json::parse(row.error));
    const auto change = [&](sql::Transaction& tx) {
        if (effects) {
            effects(tx);
        }
        if (last && kind().fail) {
            kind().fail(tx, active_->context.get(), why);
        }
    };
    switch (co_await commit(change, std::move(next), last)) {
        case Result::committed:
            break;
        case Result::lost:
            co_return Outcome::ended;
        case Result::refused:
            co_return co_await retry_later(as_error(refusal_), true);
    }
    if (!name.empty()) {
        crash_point(name + "/undo/after");
    }
    if (!last) {
        co_return Outcome::more;
    }
    active_->known->failed.add();
    co_return Outcome::ended;
}

Task<Execution::Outcome> Execution::retry_later(Error why, bool undoing) {
    auto& env = scheduler_.database().env();
    auto next = active_->row;
    const auto delay = retry_delay(env, scheduler_.options(), next.attempt);
    next.attempt += 1;
    next.not_before = env.now() + delay;
    log::warning(undoing ? "undoing a workflow step failed; it is tried again"
                         : "workflow step failed; it is tried again",
                 {{"kind", next.kind},
                  {"object", next.object},
                  {"step", next.step < 0 ? std::string("fail") : step().name},
                  {"attempt", next.attempt},
                  {"cause", cause_of(why)},
                  {"request", next.request_id}});
    if (co_await commit({}, std::move(next), false) != Result::committed) {
        co_return Outcome::ended;
    }
    scheduler_.delay(active_, delay);
    co_return Outcome::later;
}

Task<Execution::Result> Execution::commit(std::function<void(sql::Transaction&)> change,
                                          WorkflowRow next, bool last) {
    for (int failures = 0;; ++failures) {
        std::exception_ptr trouble;
        try {
            co_await scheduler_.database().write([&](sql::Transaction& tx) {
                refusal_ = nullptr;
                successor_.reset();
                try {
                    if (change) {
                        change(tx);
                    }
                } catch (...) {
                    refusal_ = std::current_exception();
                    throw;
                }
                commit_in(tx, next, last);
            });
            active_->row = std::move(next);
            if (active_->row.interrupted) {
                scheduler_.note_interrupted(*active_);
            }
            co_return Result::committed;
        } catch (const LostLease&) {
            log::warning("workflow was taken over by another process",
                         {{"kind", next.kind}, {"object", next.object}});
            co_return Result::lost;
        } catch (...) {
            if (refusal_) {
                co_return Result::refused;
            }
            trouble = std::current_exception();
        }
        log::error("the progress of a workflow could not be saved; it is tried again",
                   {{"kind", next.kind}, {"object", next.object}, {"cause", describe(trouble)}});
        if (scheduler_.stopping()) {
            co_return Result::lost;
        }
        co_await scheduler_.pause(
            retry_delay(scheduler_.database().env(), scheduler_.options(), failures));
    }
}

void Execution::commit_in(sql::Transaction& tx, WorkflowRow& next, bool last) {
    const auto lease = scheduler_.lease_from(tx.now());
    if (!last) {
        next.context = json::to_string(kind().save(active_->context.get()));
        next.lease_until = lease.until;
        if (!rows::save(tx, next)) {
            throw LostLease{};
        }
        return;
    }
    if (!rows::erase(tx, next)) {
        throw LostLease{};
    }
    if (auto successor = rows::due_of_object(tx, next.object);
        successor && rows::take(tx, *successor, lease)) {
        successor_ = std::move(successor);
    }
}

}  // namespace welkin::work
