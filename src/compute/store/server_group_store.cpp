#include "compute/store/server_group_store.h"

#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<ServerGroup> columns{"compute_server_group",
                                        {{"id", &ServerGroup::id},
                                         {"project_id", &ServerGroup::project_id},
                                         {"user_id", &ServerGroup::user_id},
                                         {"name", &ServerGroup::name},
                                         {"policy", &ServerGroup::policy},
                                         {"max_server_per_host", &ServerGroup::max_server_per_host},
                                         {"created_at", &ServerGroup::created_at}}};

}  // namespace

void ServerGroupStore::insert(sql::Transaction& tx, const ServerGroup& group) {
    columns.insert(tx, group);
}

std::optional<ServerGroup> ServerGroupStore::find(sql::Transaction& tx, std::string_view id) {
    auto group = columns.find(tx, "id = ?", id);
    if (group) {
        for (const auto& row : tx.query("SELECT server_id FROM compute_server_group_member "
                                        "WHERE group_id = ? ORDER BY server_id",
                                        id)) {
            group->members.push_back(row.get<ServerId>(0));
        }
    }
    return group;
}

ServerGroup ServerGroupStore::get(sql::Transaction& tx, std::string_view id) {
    if (auto group = find(tx, id)) {
        return std::move(*group);
    }
    throw not_found("Instance group {} could not be found.", id);
}

std::vector<ServerGroup> ServerGroupStore::list(sql::Transaction& tx,
                                                const std::optional<ProjectId>& project) {
    auto groups = project
                      ? columns.select(tx, "WHERE project_id = ? ORDER BY created_at, id", *project)
                      : columns.select(tx, "ORDER BY created_at, id");
    const std::string all = "SELECT group_id, server_id FROM compute_server_group_member ";
    const auto rows = project
                          ? tx.query(all +
                                         "WHERE group_id IN (SELECT id FROM compute_server_group "
                                         "WHERE project_id = ?) ORDER BY server_id",
                                     *project)
                          : tx.query(all + "ORDER BY server_id");
    std::map<std::string, std::vector<ServerId>> members;
    for (const auto& row : rows) {
        members[row.text(0)].push_back(row.get<ServerId>(1));
    }
    for (auto& group : groups) {
        group.members = std::move(members[group.id]);
    }
    return groups;
}

void ServerGroupStore::erase(sql::Transaction& tx, std::string_view id) {
    tx.execute("DELETE FROM compute_server_group_member WHERE group_id = ?", id);
    tx.execute("DELETE FROM compute_server_group WHERE id = ?", id);
}

int64_t ServerGroupStore::count(sql::Transaction& tx, const ProjectId& project) {
    return tx.query_one("SELECT COUNT(*) FROM compute_server_group WHERE project_id = ?", project)
        ->integer(0);
}

void ServerGroupStore::add_member(sql::Transaction& tx, std::string_view id,
                                  const ServerId& server) {
    tx.execute("INSERT INTO compute_server_group_member (server_id, group_id) VALUES (?, ?)",
               server, id);
}

void ServerGroupStore::remove_member(sql::Transaction& tx, const ServerId& server) {
    tx.execute("DELETE FROM compute_server_group_member WHERE server_id = ?", server);
}

std::optional<std::string> ServerGroupStore::group_of(sql::Transaction& tx,
                                                      const ServerId& server) {
    auto row = tx.query_one("SELECT group_id FROM compute_server_group_member WHERE server_id = ?",
                            server);
    return row ? std::optional(row->text(0)) : std::nullopt;
}

std::vector<HostName> ServerGroupStore::hosts_of_members(sql::Transaction& tx,
                                                         std::string_view id) {
    std::vector<HostName> hosts;
    for (const auto& row :
         tx.query("SELECT s.host FROM compute_server s JOIN compute_server_group_member m "
                  "ON m.server_id = s.id WHERE m.group_id = ? AND s.host <> ''",
                  id)) {
        hosts.push_back(row.get<HostName>(0));
    }
    return hosts;
}

}  // namespace welkin::compute
