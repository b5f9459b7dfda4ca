#include "identity/store/role_store.h"

namespace welkin::identity {

namespace {

/// A role as its row has it.
struct Stored : Role {
    std::string name_scope;
};

const sql::Columns<Stored> columns{"identity_role",
                                   {{"id", &Stored::id},
                                    {"name", &Stored::name},
                                    {"name_scope", &Stored::name_scope},
                                    {"domain_id", &Stored::domain_id},
                                    {"description", &Stored::description},
                                    {"options", &Stored::options},
                                    {"extra", &Stored::extra}}};

std::string scope_of(const std::optional<DomainId>& domain) { return domain ? domain->value : ""; }

[[noreturn]] void name_taken(const Role& role) {
    throw conflict("There is already a role named '{}'; role names are unique.", role.name);
}

std::vector<Role> roles(std::vector<Stored> rows) {
    return {std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end())};
}

}  // namespace

std::optional<Role> RoleStore::find(sql::Transaction& tx, const RoleId& id) const {
    return columns.find(tx, "id = ?", id);
}

std::optional<Role> RoleStore::find_by_name(sql::Transaction& tx,
                                            const std::optional<DomainId>& domain,
                                            std::string_view name) const {
    return columns.find(tx, "name_scope = ? AND name = ?", scope_of(domain), name);
}

Role RoleStore::get(sql::Transaction& tx, const RoleId& id) const {
    if (auto found = find(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find role: {}.", id);
}

std::vector<Role> RoleStore::list(sql::Transaction& tx, const sql::Page& page) const {
    const bool of_domain =
        std::ranges::any_of(page.conditions, [](const auto& c) { return c.column == "domain_id"; });
    return roles(sql::page(tx, columns, "id", page, of_domain ? "" : "domain_id IS NULL"));
}

std::vector<Role> RoleStore::in_domain(sql::Transaction& tx, const DomainId& domain) const {
    return roles(columns.select(tx, "WHERE domain_id = ?", domain));
}

std::map<RoleId, Role> RoleStore::all(sql::Transaction& tx) const {
    std::map<RoleId, Role> found;
    for (auto& role : columns.select(tx, "")) {
        const auto id = role.id;
        found.emplace(id, std::move(role));
    }
    return found;
}

void RoleStore::insert(sql::Transaction& tx, const Role& role) const {
    try {
        columns.insert(tx, {role, scope_of(role.domain_id)});
    } catch (const sql::ConstraintViolation&) {
        name_taken(role);
    }
}

void RoleStore::update(sql::Transaction& tx, const Role& role) const {
    try {
        columns.update_all(tx, {role, scope_of(role.domain_id)}, "id = ?", role.id);
    } catch (const sql::ConstraintViolation&) {
        name_taken(role);
    }
}

void RoleStore::erase(sql::Transaction& tx, const RoleId& id) const {
    tx.execute("DELETE FROM identity_implication WHERE prior_id = ? OR implied_id = ?", id, id);
    tx.execute("DELETE FROM identity_role WHERE id = ?", id);
}

std::vector<Implication> RoleStore::implications(sql::Transaction& tx) const {
    std::vector<Implication> found;
    for (const auto& row : tx.query("SELECT prior_id, implied_id FROM identity_implication ORDER "
                                    "BY prior_id, implied_id")) {
        found.push_back({row.get<RoleId>(0), row.get<RoleId>(1)});
    }
    return found;
}

bool RoleStore::implies(sql::Transaction& tx, const Implication& implication) const {
    return tx
        .query_one("SELECT 1 FROM identity_implication WHERE prior_id = ? AND implied_id = ?",
                   implication.prior, implication.implied)
        .has_value();
}

void RoleStore::add_implication(sql::Transaction& tx, const Implication& implication) const {
    if (!implies(tx, implication)) {
        tx.execute("INSERT INTO identity_implication (prior_id, implied_id) VALUES (?, ?)",
                   implication.prior, implication.implied);
    }
}

bool RoleStore::remove_implication(sql::Transaction& tx, const Implication& implication) const {
    return tx.execute("DELETE FROM identity_implication WHERE prior_id = ? AND implied_id = ?",
                      implication.prior, implication.implied) == 1;
}

std::set<RoleId> with_implied(std::set<RoleId> roles,
                              const std::vector<Implication>& implications) {
    std::vector<RoleId> open(roles.begin(), roles.end());
    while (!open.empty()) {
        const auto role = open.back();
        open.pop_back();
        for (const auto& [prior, implied] : implications) {
            if (prior == role && roles.insert(implied).second) {
                open.push_back(implied);
            }
        }
    }
    return roles;
}

}  // namespace welkin::identity
