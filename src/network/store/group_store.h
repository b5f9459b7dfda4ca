#pragma once
// GroupStore: security groups and their rules.
#include <map>
#include <optional>
#include <vector>

#include "core/base/env.h"
#include "network/security_group.h"
#include "network/store/scope.h"
#include "network/store/tag_store.h"

namespace welkin::network {

class GroupStore {
public:
    GroupStore(Env& env, TagStore& tags) : env_(env), tags_(tags) {}

    /// With rules and tags.
    std::optional<SecurityGroup> find(sql::Transaction& tx, std::string_view id);
    SecurityGroup get(sql::Transaction& tx, std::string_view id);  ///< throws SecurityGroupNotFound
    std::vector<SecurityGroup> list(sql::Transaction& tx, const sql::Page& page,
                                    const Scope& scope);
    /// Without rules and tags.
    std::vector<SecurityGroup> list_rows(sql::Transaction& tx, const Scope& scope);

    /// The project's group "default", made with its standard rules if it is not there yet.
    GroupId ensure_default(sql::Transaction& tx, const history::Author& author,
                           const ProjectId& project);
    std::optional<GroupId> find_default(sql::Transaction& tx, const ProjectId& project);

    /// Inserts the group with the rules it holds.
    void insert(sql::Transaction& tx, const history::Author& author, SecurityGroup& group);
    void update(sql::Transaction& tx, const history::Author& author, SecurityGroup& group);
    /// With its rules, and rules elsewhere that name it. Throws SecurityGroupInUse.
    void erase(sql::Transaction& tx, const history::Author& author, const SecurityGroup& group);

    std::optional<SecurityGroupRule> find_rule(sql::Transaction& tx, std::string_view id);
    std::vector<SecurityGroupRule> list_rules(sql::Transaction& tx, const sql::Page& page,
                                              const Scope& scope);
    std::vector<SecurityGroupRule> rules_of(sql::Transaction& tx,
                                            const std::vector<std::string>& groups);
    /// Throws SecurityGroupRuleExists if the group has the like.
    void insert_rule(sql::Transaction& tx, const history::Author& author, SecurityGroupRule& rule);
    void erase_rule(sql::Transaction& tx, const history::Author& author,
                    const SecurityGroupRule& rule);

private:
    void fill(sql::Transaction& tx, std::vector<SecurityGroup>& groups);
    void touch(sql::Transaction& tx, const history::Author& author, const GroupId& group,
               const ProjectId& project);
    Env& env_;
    TagStore& tags_;
};

}  // namespace welkin::network
