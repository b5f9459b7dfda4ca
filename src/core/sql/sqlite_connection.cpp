#include "core/sql/sqlite_connection.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <list>
#include <mutex>
#include <unordered_map>

#include "core/sql/dialect.h"

namespace welkin::sql {

namespace api = ::sqlite_api;

const Dialect sqlite_dialect = {
    .name = "sqlite",
    .auto_key = "INTEGER PRIMARY KEY AUTOINCREMENT",
    .begin_write = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .nulls_sort_first = true,
};

namespace {

struct Statement {
    Statement(soci::session& session, std::string_view sql) : text(sql), soci_statement(session) {
        soci_statement.alloc();
        soci_statement.prepare(text);
        auto* backend = static_cast<soci::sqlite3_statement_backend*>(soci_statement.get_backend());
        handle = backend->stmt_;
        parameters = static_cast<size_t>(api::sqlite3_bind_parameter_count(handle));
        columns = api::sqlite3_column_count(handle);
        read_only = api::sqlite3_stmt_readonly(handle) != 0;
    }

    std::string text;
    soci::statement soci_statement;
    api::sqlite3_stmt* handle = nullptr;
    size_t parameters = 0;
    int columns = 0;
    bool read_only = false;
};

/// Ends a statement's run, so that it holds no lock and can be run again.
struct Running {
    api::sqlite3_stmt* handle;
    ~Running() { api::sqlite3_reset(handle); }
};

ConstraintViolation::Kind constraint_kind(int code) {
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return ConstraintViolation::Kind::unique;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return ConstraintViolation::Kind::foreign_key;
        case SQLITE_CONSTRAINT_NOTNULL:
            return ConstraintViolation::Kind::not_null;
        default:
            return ConstraintViolation::Kind::other;
    }
}

[[noreturn]] void throw_sqlite(int code, std::string detail) {
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT: {
            ConstraintViolation violation;
            violation.kind = constraint_kind(code);
            violation.detail = std::move(detail);
            throw violation;
        }
        case SQLITE_FULL:
            throw insufficient_storage("The disk that holds the database is full.");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw unavailable("The database is busy; try again.").because(std::move(detail));
        default:
            throw internal("The database failed.").because(std::move(detail));
    }
}

void bind(api::sqlite3_stmt* handle, int position, const Value& value) {
    // The values outlive the run of the statement, so SQLite need not copy them.
    if (auto* text = std::get_if<std::string>(&value)) {
        api::sqlite3_bind_text64(handle, position, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    } else if (auto* integer = std::get_if<int64_t>(&value)) {
        api::sqlite3_bind_int64(handle, position, *integer);
    } else if (auto* real = std::get_if<double>(&value)) {
        api::sqlite3_bind_double(handle, position, *real);
    } else {
        api::sqlite3_bind_null(handle, position);
    }
}

Value read_column(api::sqlite3_stmt* handle, int column) {
    switch (api::sqlite3_column_type(handle, column)) {
        case SQLITE_INTEGER:
            return static_cast<int64_t>(api::sqlite3_column_int64(handle, column));
        case SQLITE_FLOAT:
            return api::sqlite3_column_double(handle, column);
        case SQLITE_NULL:
            return Value{};
        default: {
            const auto* data = static_cast<const char*>(api::sqlite3_column_blob(handle, column));
            const auto size = static_cast<size_t>(api::sqlite3_column_bytes(handle, column));
            return data == nullptr ? Value(std::string()) : Value(std::string(data, size));
        }
    }
}

void configure_library() {
    // A connection is used by one thread at a time, so its locks and the global memory statistics
    // would only cost. Refused, and then merely slower, if the library is in use already.
    static std::once_flag once;
    std::call_once(once, [] {
        api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    });
}

}  // namespace

struct SqliteConnection::State {
    explicit State(const std::string& connect) : session(soci::sqlite3, connect) {
        database = static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
        api::sqlite3_extended_result_codes(database, 1);
    }

    Statement& prepared(std::string_view sql) {
        if (auto found = by_text.find(sql); found != by_text.end()) {
            statements.splice(statements.begin(), statements, found->second);
            return statements.front();
        }
        try {
            statements.emplace_front(session, sql);
        } catch (const soci::soci_error& e) {
            throw internal("The database did not take a statement.")
                .because(fmt::format("{}: {}", e.get_error_message(), sql));
        }
        by_text.emplace(statements.front().text, statements.begin());
        if (statements.size() > max_cached_statements) {
            by_text.erase(statements.back().text);
            statements.pop_back();
        }
        return statements.front();
    }

    Statement& bound(std::string_view sql, const std::vector<Value>& args, Access access) {
        auto& statement = prepared(sql);
        CHECK(statement.parameters == args.size());
        if (access == Access::read && !statement.read_only) {
            throw internal("A read transaction must not write.").because(std::string(sql));
        }
        for (size_t i = 0; i < args.size(); ++i) {
            bind(statement.handle, static_cast<int>(i) + 1, args[i]);
        }
        return statement;
    }

    void expect_done(int code, std::string_view sql) {
        if (code != SQLITE_DONE) {
            throw_sqlite(code, fmt::format("{}: {}", api::sqlite3_errmsg(database), sql));
        }
    }

    void run(std::string_view sql) {
        auto& statement = prepared(sql);
        Running running{statement.handle};
        expect_done(api::sqlite3_step(statement.handle), sql);
    }

    void pragma(const std::string& text) {
        auto& statement = prepared("PRAGMA " + text);
        Running running{statement.handle};
        while (true) {
            const int code = api::sqlite3_step(statement.handle);
            if (code != SQLITE_ROW) {
                expect_done(code, text);
                return;
            }
        }
    }

    soci::session session;
    api::sqlite3* database = nullptr;
    std::list<Statement> statements;  // the most recently used first
    std::unordered_map<std::string_view, std::list<Statement>::iterator> by_text;
};

SqliteConnection::SqliteConnection(const SqliteSettings& settings) {
    configure_library();
    if (settings.path.find('"') != std::string::npos) {
        throw bad_request("The path of a database must not contain a quotation mark: {}",
                          settings.path);
    }
    try {
        state_ = std::make_unique<State>(fmt::format("dbname=\"{}\"", settings.path));
        api::sqlite3_busy_timeout(state_->database, 10'000);
        state_->pragma("journal_mode = WAL");
        state_->pragma(settings.synchronous ? "synchronous = FULL" : "synchronous = OFF");
        state_->pragma("foreign_keys = ON");
        state_->pragma(fmt::format("cache_size = -{}", settings.cache_kib));
        state_->pragma("mmap_size = 268435456");
        state_->pragma("temp_store = MEMORY");
        // Checkpoints cost two more syncs: rarer than the default, and the log is written over
        // rather than cut, which spares the file system its own journal.
        state_->pragma("wal_autocheckpoint = 4000");
        state_->pragma("journal_size_limit = 67108864");
    } catch (const soci::soci_error& e) {
        throw unavailable("The database {} cannot be opened: {}", settings.path,
                          e.get_error_message());
    }
}

SqliteConnection::~SqliteConnection() = default;

std::vector<Row> SqliteConnection::query(std::string_view sql, const std::vector<Value>& args,
                                         Access access) {
    auto& statement = state_->bound(sql, args, access);
    Running running{statement.handle};
    std::vector<Row> rows;
    int code = api::sqlite3_step(statement.handle);
    while (code == SQLITE_ROW) {
        auto& columns = rows.emplace_back().columns;
        columns.reserve(static_cast<size_t>(statement.columns));
        for (int i = 0; i < statement.columns; ++i) {
            columns.push_back(read_column(statement.handle, i));
        }
        code = api::sqlite3_step(statement.handle);
    }
    state_->expect_done(code, sql);
    return rows;
}

int64_t SqliteConnection::execute(std::string_view sql, const std::vector<Value>& args,
                                  Access access) {
    auto& statement = state_->bound(sql, args, access);
    Running running{statement.handle};
    int code = api::sqlite3_step(statement.handle);
    while (code == SQLITE_ROW) {
        code = api::sqlite3_step(statement.handle);
    }
    state_->expect_done(code, sql);
    return statement.read_only ? 0 : api::sqlite3_changes64(state_->database);
}

int64_t SqliteConnection::inserted_key() {
    return api::sqlite3_last_insert_rowid(state_->database);
}

void SqliteConnection::begin(Access access) {
    state_->run(access == Access::write ? sqlite_dialect.begin_write : sqlite_dialect.begin_read);
}

void SqliteConnection::commit() { state_->run("COMMIT"); }

void SqliteConnection::rollback() noexcept {
    if (in_transaction()) {
        api::sqlite3_exec(state_->database, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void SqliteConnection::savepoint() { state_->run("SAVEPOINT part"); }

void SqliteConnection::release_savepoint() {
    int unresolved = 0;
    int unused = 0;
    api::sqlite3_db_status(state_->database, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &unused, 0);
    if (unresolved != 0) {
        throw_sqlite(SQLITE_CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed");
    }
    state_->run("RELEASE SAVEPOINT part");
}

void SqliteConnection::rollback_savepoint() noexcept {
    if (in_transaction()) {
        api::sqlite3_exec(state_->database, "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part",
                          nullptr, nullptr, nullptr);
    }
}

bool SqliteConnection::in_transaction() const {
    return api::sqlite3_get_autocommit(state_->database) == 0;
}

size_t SqliteConnection::cached_statements() const { return state_->statements.size(); }

}  // namespace welkin::sql
