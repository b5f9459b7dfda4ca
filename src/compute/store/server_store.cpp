#include "compute/store/server_store.h"

#include "core/base/text.h"
#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<Server> columns{"compute_server",
                                   {{"id", &Server::id},
                                    {"project_id", &Server::project_id},
                                    {"user_id", &Server::user_id},
                                    {"name", &Server::name},
                                    {"description", &Server::description},
                                    {"hostname", &Server::hostname},
                                    {"image_id", &Server::image_id},
                                    {"flavor_id", &Server::flavor_id},
                                    {"flavor_name", &Server::flavor_name},
                                    {"vcpus", &Server::vcpus},
                                    {"memory_mb", &Server::memory_mb},
                                    {"disk_gb", &Server::disk_gb},
                                    {"ephemeral_gb", &Server::ephemeral_gb},
                                    {"swap_mb", &Server::swap_mb},
                                    {"extra_specs", &Server::extra_specs},
                                    {"key_name", &Server::key_name},
                                    {"key_type", &Server::key_type},
                                    {"public_key", &Server::public_key},
                                    {"user_data", &Server::user_data},
                                    {"config_drive", &Server::config_drive},
                                    {"disk_config", &Server::disk_config},
                                    {"metadata", &Server::metadata},
                                    {"tags", &Server::tags},
                                    {"access_ipv4", &Server::access_ipv4},
                                    {"access_ipv6", &Server::access_ipv6},
                                    {"host", &Server::host},
                                    {"availability_zone", &Server::availability_zone},
                                    {"launch_index", &Server::launch_index},
                                    {"reservation_id", &Server::reservation_id},
                                    {"root_device", &Server::root_device},
                                    {"vm_state", &Server::vm_state},
                                    {"task_state", &Server::task_state},
                                    {"power_state", &Server::power_state},
                                    {"progress", &Server::progress},
                                    {"locked_by", &Server::locked_by},
                                    {"locked_reason", &Server::locked_reason},
                                    {"fault_code", &Server::fault_code},
                                    {"fault_message", &Server::fault_message},
                                    {"fault_details", &Server::fault_details},
                                    {"fault_at", &Server::fault_at},
                                    {"created_at", &Server::created_at},
                                    {"updated_at", &Server::updated_at},
                                    {"launched_at", &Server::launched_at}}};

/// Text that LIKE ... ESCAPE '!' matches literally.
std::string escaped(std::string_view text) {
    std::string pattern;
    for (char c : text) {
        if (c == '!' || c == '%' || c == '_') {
            pattern += '!';
        }
        pattern += c;
    }
    return pattern;
}

/// A condition that is being put together.
class Scope {
public:
    void require(std::string_view condition, std::vector<sql::Value> values = {}) {
        sql_ += (sql_.empty() ? "" : " AND ") + std::string(condition);
        args_.insert(args_.end(), std::make_move_iterator(values.begin()),
                     std::make_move_iterator(values.end()));
    }
    /// (a OR b ...) over `conditions`, which share the values' order.
    void require_any(const std::vector<std::string>& conditions, std::vector<sql::Value> values) {
        require("(" + text::join(conditions, " OR ") + ")", std::move(values));
    }
    const std::string& sql() const { return sql_; }
    std::vector<sql::Value> take_args() { return std::move(args_); }

private:
    std::string sql_;
    std::vector<sql::Value> args_;
};

// Tags are a JSON list and metadata a JSON object of strings, written in one way only, so that an
// entry is found by its text.
std::string tag_pattern(const std::string& tag) {
    return "%" + escaped(json::to_string(json::Value(tag))) + "%";
}

enum class Match { all, any };

void add_tags(Scope& scope, const std::vector<std::string>& tags, Match match,
              std::string_view negation) {
    if (tags.empty()) {
        return;
    }
    std::vector<std::string> conditions(tags.size(), "tags LIKE ? ESCAPE '!'");
    std::vector<sql::Value> values;
    for (const auto& tag : tags) {
        values.emplace_back(tag_pattern(tag));
    }
    const auto joined = text::join(conditions, match == Match::all ? " AND " : " OR ");
    scope.require(std::string(negation) + "(" + joined + ")", std::move(values));
}

void add_states(Scope& scope, const ServerFilter& filter) {
    if (filter.no_state) {
        scope.require("0 = 1");
    }
    if (filter.states.empty()) {
        return;
    }
    std::vector<std::string> conditions;
    std::vector<sql::Value> values;
    for (const auto& [vm, task] : filter.states) {
        conditions.emplace_back("(vm_state = ? AND task_state = ?)");
        values.push_back(sql::to_value(vm));
        values.push_back(sql::to_value(task));
    }
    scope.require_any(conditions, std::move(values));
}

Scope scope_of(const ServerFilter& filter) {
    Scope scope;
    if (filter.project_id) {
        scope.require("project_id = ?", {sql::to_value(*filter.project_id)});
    }
    add_states(scope, filter);
    if (filter.changed_since) {
        scope.require("updated_at >= ?", {sql::to_value(*filter.changed_since)});
    }
    if (filter.changed_before) {
        scope.require("updated_at <= ?", {sql::to_value(*filter.changed_before)});
    }
    if (filter.restrict_ids) {
        if (filter.ids.empty()) {
            scope.require("0 = 1");
        } else {
            std::vector<std::string> marks(filter.ids.size(), "?");
            std::vector<sql::Value> values(filter.ids.begin(), filter.ids.end());
            scope.require("id IN (" + text::join(marks, ", ") + ")", std::move(values));
        }
    }
    if (filter.locked) {
        scope.require(*filter.locked ? "locked_by <> ''" : "locked_by = ''");
    }
    for (const auto& [key, value] : filter.metadata) {
        const auto entry =
            json::to_string(json::Value(key)) + ":" + json::to_string(json::Value(value));
        scope.require("metadata LIKE ? ESCAPE '!'", {sql::Value("%" + escaped(entry) + "%")});
    }
    add_tags(scope, filter.tags, Match::all, "");
    add_tags(scope, filter.tags_any, Match::any, "");
    add_tags(scope, filter.not_tags, Match::all, "NOT ");
    add_tags(scope, filter.not_tags_any, Match::any, "NOT ");
    for (const auto& [column, value] : filter.equal) {
        CHECK(columns.has(column));
        scope.require(column + " = ?", {value});
    }
    for (const auto& [column, part] : filter.contains) {
        CHECK(columns.has(column));
        scope.require(column + " LIKE ? ESCAPE '!'", {sql::Value("%" + escaped(part) + "%")});
    }
    return scope;
}

}  // namespace

void ServerStore::insert(sql::Transaction& tx, const Server& server) { columns.insert(tx, server); }

std::optional<Server> ServerStore::find(sql::Transaction& tx, const ServerId& id) {
    return columns.find(tx, "id = ?", id);
}

Server ServerStore::get(sql::Transaction& tx, const ServerId& id) {
    if (auto server = find(tx, id)) {
        return std::move(*server);
    }
    throw not_found("Instance {} could not be found.", id);
}

std::vector<Server> ServerStore::list(sql::Transaction& tx, const ServerFilter& filter,
                                      const sql::Page& page) {
    auto scope = scope_of(filter);
    auto clause =
        sql::detail::page_clause(tx, columns.table(), "id", scope.sql(), scope.take_args(), page);
    return columns.select_values(tx, clause.sql, clause.args);
}

std::vector<Server> ServerStore::on_host(sql::Transaction& tx, const HostName& host) {
    return columns.select(tx, "WHERE host = ? ORDER BY id", host);
}

bool ServerStore::update(sql::Transaction& tx, Server& server,
                         std::initializer_list<std::string_view> which) {
    std::vector<std::string_view> all(which);
    all.emplace_back("updated_at");
    server.updated_at = tx.now();
    return columns.update_values(tx, server, std::move(all), "id = ?",
                                 {sql::to_value(server.id)}) == 1;
}

bool ServerStore::update_if(sql::Transaction& tx, Server& server, VmState expected_vm,
                            TaskState expected_task,
                            std::initializer_list<std::string_view> which) {
    std::vector<std::string_view> all(which);
    all.emplace_back("updated_at");
    server.updated_at = tx.now();
    return columns.update_values(tx, server, std::move(all),
                                 "id = ? AND vm_state = ? AND task_state = ?",
                                 {sql::to_value(server.id), sql::to_value(expected_vm),
                                  sql::to_value(expected_task)}) == 1;
}

void ServerStore::erase(sql::Transaction& tx, const ServerId& id) {
    tx.execute("DELETE FROM compute_server WHERE id = ?", id);
}

ServerUsage ServerStore::usage(sql::Transaction& tx, const ProjectId& project) {
    const auto row = tx.query_one(
        "SELECT COUNT(*), COALESCE(SUM(vcpus), 0), COALESCE(SUM(memory_mb), 0) "
        "FROM compute_server WHERE project_id = ?",
        project);
    return {row->integer(0), row->integer(1), row->integer(2)};
}

int64_t ServerStore::count_on_host(sql::Transaction& tx, const HostName& host) {
    return tx.query_one("SELECT COUNT(*) FROM compute_server WHERE host = ?", host)->integer(0);
}

}  // namespace welkin::compute
