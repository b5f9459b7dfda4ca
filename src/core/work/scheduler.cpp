#include "core/work/scheduler.h"

#include "core/observe/log.h"
#include "core/work/execution.h"

namespace welkin::work {

Scheduler::Scheduler(sql::Database& database, RunnerOptions options)
    : database_(database), options_(std::move(options)) {
    CHECK(!options_.owner.empty() && options_.parallel > 0);
}

void Scheduler::add_kind(Kind kind) {
    const auto label = fmt::format("kind=\"{}\"", kind.name);
    auto name = kind.name;
    const auto added = kinds_.try_emplace(
        std::move(name),
        KnownKind{
            std::move(kind),
            metrics::gauge("welkin_workflows_running", "Workflows held by this process.", label),
            metrics::counter("welkin_workflows_failed_total", "Workflows undone.", label),
            metrics::histogram("welkin_workflow_seconds",
                               "From the start of a workflow to its finish.", label)});
    CHECK(added.second);
}

void Scheduler::on_loop(std::function<void(Scheduler&)> action) {
    std::lock_guard lock(mutex_);
    if (loop_ != nullptr) {
        loop_->post([self = shared_from_this(), action = std::move(action)] { action(*self); });
    }
}

void Scheduler::hand_over(WorkflowRow row) {
    on_loop([row = std::move(row)](Scheduler& self) { self.adopt(row, true); });
}

void Scheduler::wake() {
    on_loop([](Scheduler& self) {
        self.more_waiting_ = true;
        if (self.has_room()) {
            self.wake_.set();
        }
    });
}

void Scheduler::interrupt(std::string object, int64_t before) {
    on_loop([object = std::move(object), before](Scheduler& self) {
        auto found = self.held_.find(object);
        // Those it was meant for may have ended meanwhile, and the one that interrupts runs.
        if (found == self.held_.end() || found->second->row.id >= before) {
            return;
        }
        auto active = found->second;
        self.note_interrupted(*active);
        if (active->row.direction == Direction::undoing) {
            return;
        }
        if (auto waiting = self.delayed_.find(active->row.id); waiting != self.delayed_.end()) {
            waiting->second.cancel();
            self.delayed_.erase(waiting);
            self.ready_.push_back(std::move(active));
            self.pump();
        }
    });
}

void Scheduler::note_interrupted(Active& active) {
    active.interrupted = true;
    std::lock_guard lock(mutex_);
    interrupted_objects_.insert(active.row.object);
}

bool Scheduler::interrupted(std::string_view object) const {
    std::lock_guard lock(mutex_);
    return interrupted_objects_.contains(object);
}

void Scheduler::adopt(WorkflowRow row, bool fresh) {
    if (stopping_ || held_.contains(row.object)) {
        return;
    }
    // A row that cannot be run here is left alone: its lease runs out, and it is looked at again.
    const auto known = kinds_.find(row.kind);
    if (known == kinds_.end()) {
        log::error("workflow of an unknown kind", {{"kind", row.kind}, {"object", row.object}});
        return;
    }
    auto active = std::make_shared<Active>();
    active->known = &known->second;
    try {
        active->context = known->second.kind.load(json::parse(row.context));
    } catch (...) {
        log::error("workflow whose context cannot be read",
                   {{"kind", row.kind},
                    {"object", row.object},
                    {"cause", describe(std::current_exception())}});
        return;
    }
    active->begun = !fresh;
    active->row = std::move(row);
    const auto steps = static_cast<int>(known->second.kind.steps.size());
    active->row.step = std::min(active->row.step, steps);
    if (active->row.direction == Direction::undoing) {
        active->row.step = known->second.kind.last_undo(std::min(active->row.step, steps - 1));
    }
    if (active->row.interrupted) {
        note_interrupted(*active);
    }
    held_.emplace(active->row.object, active);
    held_count_ = held_.size();
    known->second.running.add(1);
    ready_.push_back(std::move(active));
    pump();
}

void Scheduler::forget(const Active& active) {
    active.known->running.add(-1);
    held_.erase(active.row.object);
    held_count_ = held_.size();
    {
        std::lock_guard lock(mutex_);
        interrupted_objects_.erase(active.row.object);
    }
    changed_.set();
}

void Scheduler::pump() {
    while (!stopping_ && running_ < options_.parallel && !ready_.empty()) {
        auto active = std::move(ready_.front());
        ready_.pop_front();
        ++running_;
        async::spawn(execute(shared_from_this(), std::move(active)), "workflow");
    }
    if (more_waiting_ && ready_.size() < static_cast<size_t>(options_.parallel)) {
        wake_.set();
    }
}

Task<void> Scheduler::execute(std::shared_ptr<Scheduler> self, std::shared_ptr<Active> active) {
    auto outcome = Execution::Outcome::ended;
    std::optional<WorkflowRow> successor;
    try {
        Execution execution(*self, active);
        outcome = co_await execution.run();
        successor = execution.take_successor();
    } catch (...) {
        log::error("workflow was let go; it is taken up again when its lease has run out",
                   {{"kind", active->row.kind},
                    {"object", active->row.object},
                    {"cause", describe(std::current_exception())}});
    }
    --self->running_;
    if (outcome == Execution::Outcome::ended) {
        self->forget(*active);
    }
    if (successor) {
        self->adopt(std::move(*successor), false);
    }
    self->pump();
    self->changed_.set();
}

void Scheduler::delay(std::shared_ptr<Active> active, Duration delay) {
    const auto id = active->row.id;
    if (active->interrupted && active->row.direction == Direction::forward) {
        delay = Duration::zero();
    }
    auto cancel = async::Loop::current().after(delay, [self = shared_from_this(), id] {
        auto found = self->delayed_.find(id);
        if (found != self->delayed_.end()) {
            self->ready_.push_back(std::move(found->second.active));
            self->delayed_.erase(found);
            self->pump();
        }
    });
    delayed_.insert_or_assign(id, Delayed{std::move(active), std::move(cancel)});
}

Task<void> Scheduler::pause(Duration delay) { co_await stop_.wait(delay); }

Task<void> Scheduler::poll() {
    more_waiting_ = false;
    const auto limit = max_held();
    if (held_.size() >= limit) {
        more_waiting_ = true;
        co_return;
    }
    const auto room = limit - held_.size();
    auto rows = co_await database_.read(
        [room](sql::Transaction& tx) { return rows::due(tx, static_cast<int>(room)); });
    const bool full = rows.size() == room;
    std::erase_if(rows, [&](const WorkflowRow& row) { return held_.contains(row.object); });
    if (rows.empty()) {
        co_return;
    }
    more_waiting_ = full;
    auto taken = co_await database_.write([this, &rows](sql::Transaction& tx) {
        const auto lease = lease_from(tx.now());
        std::vector<WorkflowRow> mine;
        for (auto row : rows) {
            if (rows::take(tx, row, lease)) {
                mine.push_back(std::move(row));
            }
        }
        return mine;
    });
    for (auto& row : taken) {
        adopt(std::move(row), false);
    }
}

Task<void> Scheduler::heartbeat() {
    std::vector<int64_t> ids;
    for (const auto& [object, active] : held_) {
        ids.push_back(active->row.id);
    }
    if (ids.empty()) {
        co_return;
    }
    co_await database_.write([this, &ids](sql::Transaction& tx) {
        const auto lease = lease_from(tx.now());
        for (const auto id : ids) {
            rows::renew(tx, id, lease);
        }
    });
}

Task<void> Scheduler::keep_leases(std::shared_ptr<Scheduler> self) {
    while (!co_await self->stop_.wait(self->options_.lease / 3)) {
        try {
            co_await self->heartbeat();
        } catch (...) {
            log::error("leases of workflows could not be renewed",
                       {{"cause", describe(std::current_exception())}});
        }
    }
    --self->background_;
    self->changed_.set();
}

Task<void> Scheduler::repeat(std::shared_ptr<Scheduler> self, PeriodicJob job) {
    do {
        try {
            co_await job.job();
        } catch (...) {
            log::error("periodic job failed",
                       {{"job", job.name}, {"cause", describe(std::current_exception())}});
        }
    } while (!co_await self->stop_.wait(job.period));
    --self->background_;
    self->changed_.set();
}

void Scheduler::start_job(PeriodicJob job) {
    ++background_;
    async::spawn(repeat(shared_from_this(), std::move(job)), "periodic job");
}

void Scheduler::every(Duration period, std::string name, std::function<Task<void>()> job) {
    PeriodicJob made{period, std::move(name), std::move(job)};
    {
        std::lock_guard lock(mutex_);
        if (loop_ == nullptr) {
            jobs_.push_back(std::move(made));
            return;
        }
    }
    on_loop([made = std::move(made)](Scheduler& self) {
        if (!self.stopping_) {
            self.start_job(made);
        }
    });
}

Task<void> Scheduler::run() {
    std::vector<PeriodicJob> jobs;
    {
        std::lock_guard lock(mutex_);
        loop_ = &async::Loop::current();
        keep_loop_ = loop_->weak_from_this().lock();
        jobs = std::move(jobs_);
    }
    if (database_.exclusive()) {
        // Whoever held these leases is gone, since the database is ours alone.
        try {
            co_await database_.write(
                [this](sql::Transaction& tx) { rows::release_of_others(tx, options_.owner); });
        } catch (...) {
            log::warning("leases of an earlier process could not be ended; they will run out",
                         {{"cause", describe(std::current_exception())}});
        }
    }
    accepting_ = true;
    ++background_;
    async::spawn(keep_leases(shared_from_this()), "workflow leases");
    for (auto& job : jobs) {
        start_job(std::move(job));
    }
    while (!stopping_) {
        try {
            co_await poll();
        } catch (...) {
            log::error("workflows could not be looked for",
                       {{"cause", describe(std::current_exception())}});
        }
        co_await wake_.wait(options_.poll);
        wake_.clear();
    }
    co_await wind_up();
}

Task<void> Scheduler::wind_up() {
    accepting_ = false;
    for (auto& [id, waiting] : delayed_) {
        waiting.cancel();
    }
    delayed_.clear();
    ready_.clear();
    while (running_ > 0 || background_ > 0) {
        changed_.clear();
        co_await changed_.wait(1s);
    }
    for (const auto& [object, active] : held_) {
        active->known->running.add(-1);
    }
    held_.clear();
    held_count_ = 0;
    try {
        co_await database_.write(
            [this](sql::Transaction& tx) { rows::release_of(tx, options_.owner); });
    } catch (...) {
        log::warning("leases of workflows could not be given back",
                     {{"cause", describe(std::current_exception())}});
    }
    {
        std::lock_guard lock(mutex_);
        loop_ = nullptr;
    }
    done_.set();
}

Task<void> Scheduler::stop() {
    stopping_ = true;
    {
        std::lock_guard lock(mutex_);
        if (loop_ == nullptr) {
            co_return;
        }
    }
    stop_.set();
    wake_.set();
    co_await done_.wait();
}

Task<void> Scheduler::idle() {
    while (true) {
        changed_.clear();
        const bool busy =
            co_await database_.read([](sql::Transaction& tx) { return rows::any(tx); });
        if (!busy && held_count_ == 0) {
            co_return;
        }
        co_await changed_.wait(100ms);
    }
}

}  // namespace welkin::work
