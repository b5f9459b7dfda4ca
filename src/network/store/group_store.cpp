#include "network/store/group_store.h"

#include "core/base/uuid.h"
#include "network/errors.h"

namespace welkin::network {

namespace {

using G = SecurityGroup;
using R = SecurityGroupRule;

const sql::Columns<SecurityGroup> columns{"network_security_group",
                                          {
                                              {"id", &G::id},
                                              {"project_id", &G::project_id},
                                              {"name", &G::name},
                                              {"description", &G::description},
                                              {"stateful", &G::stateful},
                                              {"revision_number", &G::revision_number},
                                              {"created_at", &G::created_at},
                                              {"updated_at", &G::updated_at},
                                          }};

const sql::Columns<SecurityGroupRule> rule_columns{"network_security_group_rule",
                                                   {
                                                       {"id", &R::id},
                                                       {"project_id", &R::project_id},
                                                       {"security_group_id", &R::security_group_id},
                                                       {"direction", &R::direction},
                                                       {"ethertype", &R::ethertype},
                                                       {"protocol", &R::protocol},
                                                       {"port_range_min", &R::port_range_min},
                                                       {"port_range_max", &R::port_range_max},
                                                       {"remote_ip_prefix", &R::remote_ip_prefix},
                                                       {"remote_group_id", &R::remote_group_id},
                                                       {"description", &R::description},
                                                       {"revision_number", &R::revision_number},
                                                       {"created_at", &R::created_at},
                                                       {"updated_at", &R::updated_at},
                                                   }};

}  // namespace

std::optional<SecurityGroup> GroupStore::find(sql::Transaction& tx, std::string_view id) {
    auto found = columns.select(tx, "WHERE id = ?", id);
    if (found.empty()) {
        return std::nullopt;
    }
    fill(tx, found);
    return std::move(found.front());
}

SecurityGroup GroupStore::get(sql::Transaction& tx, std::string_view id) {
    auto found = find(tx, id);
    if (!found) {
        throw group_not_found(id);
    }
    return std::move(*found);
}

std::vector<SecurityGroup> GroupStore::list(sql::Transaction& tx, const sql::Page& page,
                                            const Scope& scope) {
    auto found = select_page(tx, columns, page, scope);
    fill(tx, found);
    return found;
}

std::vector<SecurityGroup> GroupStore::list_rows(sql::Transaction& tx, const Scope& scope) {
    return columns.select_values(tx, scope.sql.empty() ? "" : "WHERE " + scope.sql, scope.args);
}

void GroupStore::fill(sql::Transaction& tx, std::vector<SecurityGroup>& groups) {
    if (groups.empty()) {
        return;
    }
    std::vector<std::string> ids;
    std::map<std::string_view, SecurityGroup*> by_id;
    for (auto& group : groups) {
        ids.push_back(group.id.value);
        by_id[group.id] = &group;
    }
    for (auto& rule : rules_of(tx, ids)) {
        by_id[rule.security_group_id]->rules.push_back(std::move(rule));
    }
    fill_tags(tx, tags_, groups);
}

std::optional<GroupId> GroupStore::find_default(sql::Transaction& tx, const ProjectId& project) {
    const auto row =
        tx.query_one("SELECT group_id FROM network_default_group WHERE project_id = ?", project);
    return row ? std::optional(row->get<GroupId>(0)) : std::nullopt;
}

GroupId GroupStore::ensure_default(sql::Transaction& tx, const history::Author& author,
                                   const ProjectId& project) {
    if (const auto known = find_default(tx, project)) {
        return *known;
    }
    SecurityGroup group{.id = GroupId(new_uuid(env_)),
                        .project_id = project,
                        .name = "default",
                        .description = "Default security group"};
    group.rules = default_rules(group.id);
    tx.execute("INSERT INTO network_default_group (project_id, group_id) VALUES (?, ?)", project,
               group.id);
    insert(tx, author, group);
    return group.id;
}

void GroupStore::insert(sql::Transaction& tx, const history::Author& author, SecurityGroup& group) {
    group.created_at = group.updated_at = tx.now();
    group.revision_number = 1;
    columns.insert(tx, group);
    for (auto& rule : group.rules) {
        rule.id = RuleId(new_uuid(env_));
        rule.project_id = group.project_id;
        rule.created_at = rule.updated_at = tx.now();
        rule_columns.insert(tx, rule);
    }
    record(tx, author, "security_group", group.id, "create", group.project_id);
}

void GroupStore::update(sql::Transaction& tx, const history::Author& author, SecurityGroup& group) {
    group.updated_at = tx.now();
    ++group.revision_number;
    columns.update_all(tx, group, "id = ?", group.id);
    record(tx, author, "security_group", group.id, "update", group.project_id);
}

void GroupStore::touch(sql::Transaction& tx, const history::Author& author, const GroupId& group,
                       const ProjectId& project) {
    tx.execute(
        "UPDATE network_security_group SET updated_at = ?, revision_number = revision_number + 1 "
        "WHERE id = ?",
        tx.now(), group);
    record(tx, author, "security_group", group, "update", project);
}

void GroupStore::erase(sql::Transaction& tx, const history::Author& author,
                       const SecurityGroup& group) {
    if (tx.query_one("SELECT port_id FROM network_port_group WHERE security_group_id = ? LIMIT 1",
                     group.id)) {
        throw conflict("Security Group {} in use.", group.id).named("SecurityGroupInUse");
    }
    tx.execute(
        "DELETE FROM network_security_group_rule WHERE security_group_id = ? OR "
        "remote_group_id = ?",
        group.id, group.id);
    tx.execute("DELETE FROM network_default_group WHERE group_id = ?", group.id);
    tags_.clear(tx, group.id);
    if (tx.execute("DELETE FROM network_security_group WHERE id = ?", group.id) == 0) {
        throw group_not_found(group.id);
    }
    record(tx, author, "security_group", group.id, "delete", group.project_id);
}

std::optional<SecurityGroupRule> GroupStore::find_rule(sql::Transaction& tx, std::string_view id) {
    return rule_columns.find(tx, "id = ?", id);
}

std::vector<SecurityGroupRule> GroupStore::list_rules(sql::Transaction& tx, const sql::Page& page,
                                                      const Scope& scope) {
    return select_page(tx, rule_columns, page, scope);
}

std::vector<SecurityGroupRule> GroupStore::rules_of(sql::Transaction& tx,
                                                    const std::vector<std::string>& groups) {
    if (groups.empty()) {
        return {};
    }
    const auto wanted = any_of("security_group_id", groups);
    return rule_columns.select_values(
        tx, "WHERE " + wanted.sql + " ORDER BY security_group_id, created_at, id", wanted.args);
}

void GroupStore::insert_rule(sql::Transaction& tx, const history::Author& author,
                             SecurityGroupRule& rule) {
    for (const auto& known : rules_of(tx, {rule.security_group_id.value})) {
        if (same_rule(known, rule)) {
            throw conflict("Security group rule already exists. Rule id is {}.", known.id)
                .named("SecurityGroupRuleExists");
        }
    }
    rule.created_at = rule.updated_at = tx.now();
    rule_columns.insert(tx, rule);
    record(tx, author, "security_group_rule", rule.id, "create", rule.project_id,
           json::Object{{"security_group_id", rule.security_group_id.value}});
    touch(tx, author, rule.security_group_id, rule.project_id);
}

void GroupStore::erase_rule(sql::Transaction& tx, const history::Author& author,
                            const SecurityGroupRule& rule) {
    if (tx.execute("DELETE FROM network_security_group_rule WHERE id = ?", rule.id) == 0) {
        throw rule_not_found(rule.id);
    }
    record(tx, author, "security_group_rule", rule.id, "delete", rule.project_id,
           json::Object{{"security_group_id", rule.security_group_id.value}});
    touch(tx, author, rule.security_group_id, rule.project_id);
}

}  // namespace welkin::network
