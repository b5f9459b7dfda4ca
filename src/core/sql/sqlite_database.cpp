#include "core/sql/sqlite_database.h"

#include <fcntl.h>
#include <sys/file.h>

#include <thread>

#include "core/history/history_state.h"
#include "core/observe/metrics.h"
#include "core/sql/connection_transaction.h"
#include "core/sql/dialect.h"
#include "core/sql/group_commit.h"
#include "core/sql/migrations.h"
#include "core/sql/sqlite_connection.h"

namespace welkin::sql {

namespace {

constexpr int writer_cache_kib = 64 * 1024;

/// False if another process keeps the lock. One that was killed while it started a program has left
/// a child which holds the lock too, until a moment later it becomes that program.
bool lock_soon(int descriptor) {
    constexpr auto pause = 20ms;
    constexpr int attempts = 50;
    for (int i = 0; i < attempts; ++i) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        std::this_thread::sleep_for(pause);
    }
    return false;
}

/// Keeps other processes off the database for as long as it lives.
std::unique_ptr<File> lock_file(Env& env, const std::string& path) {
    auto file = env.files().open(path + ".lock", Open::write);
    if (file->descriptor() >= 0) {
        // A guest started meanwhile must not inherit the lock and keep it.
        ::fcntl(file->descriptor(), F_SETFD, FD_CLOEXEC);
        if (!lock_soon(file->descriptor())) {
            throw unavailable("The database {} is in use by another process.", path);
        }
    }
    return file;
}

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(Env& env, const std::string& path, bool synchronous)
        : env_(env),
          settings_{.path = path, .synchronous = synchronous},
          in_memory_(path == ":memory:") {
        if (!in_memory_) {
            lock_ = lock_file(env, path);
            if (!env.files().exists(path)) {
                env.files().write_durably(path, "", 0600);
            }
        }
        auto settings = settings_;
        settings.cache_kib = writer_cache_kib;
        writer_ = std::make_unique<SqliteConnection>(settings);
        group_ = std::make_unique<GroupCommit>(*this, *writer_);
    }

    void migrate(std::span<const Migration> migrations) override {
        group_->with_connection([&](Connection& connection) {
            apply_migrations(*this, connection, migrations);
            ConnectionTransaction tx(*this, connection, Access::read);
            history_.load(tx);
        });
    }

    Env& env() override { return env_; }
    const Dialect& dialect() const override { return sqlite_dialect; }
    bool exclusive() const override { return true; }
    HistoryState& history() override { return history_; }

protected:
    Task<void> run_in_transaction(Mode mode, std::function<void(Transaction&)> function) override {
        if (mode == Mode::write) {
            co_await group_->write(std::move(function));
        } else if (in_memory_) {
            // A database in memory is seen by its one connection only.
            group_->with_connection([&](Connection& connection) { read(connection, function); });
        } else {
            Lent connection(*this);
            read(*connection.connection, function);
        }
    }

private:
    /// A connection for reading, from the idle ones if there is one.
    struct Lent {
        explicit Lent(SqliteDatabase& database) : owner(database) {
            {
                std::lock_guard lock(owner.idle_mutex_);
                if (!owner.idle_.empty()) {
                    connection = std::move(owner.idle_.back());
                    owner.idle_.pop_back();
                    return;
                }
            }
            connection = std::make_unique<SqliteConnection>(owner.settings_);
        }
        Lent(const Lent&) = delete;
        ~Lent() {
            std::lock_guard lock(owner.idle_mutex_);
            owner.idle_.push_back(std::move(connection));
        }
        SqliteDatabase& owner;
        std::unique_ptr<SqliteConnection> connection;
    };

    void read(Connection& connection, const std::function<void(Transaction&)>& function) {
        reads_.add();
        ConnectionTransaction tx(*this, connection, Access::read);
        connection.begin(Access::read);
        try {
            function(tx);
            connection.commit();
        } catch (...) {
            connection.rollback();
            throw;
        }
        for (auto& action : tx.take_actions()) {
            action();
        }
    }

    Env& env_;
    SqliteSettings settings_;
    bool in_memory_;
    metrics::Counter& reads_ = metrics::counter("welkin_sql_reads_total", "Read transactions.");
    HistoryState history_;
    std::unique_ptr<File> lock_;
    std::unique_ptr<SqliteConnection> writer_;
    std::mutex idle_mutex_;
    std::vector<std::unique_ptr<SqliteConnection>> idle_;  // as many as ever read at once
    std::unique_ptr<GroupCommit> group_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(Env& env, const std::string& path, bool synchronous) {
    return std::make_unique<SqliteDatabase>(env, path, synchronous);
}

}  // namespace welkin::sql
