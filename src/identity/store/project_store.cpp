#include "identity/store/project_store.h"

#include "identity/store/list_of_ids.h"

namespace welkin::identity {

namespace {

/// A project as its row has it.
struct Stored : Project {
    std::string name_scope;
};

const sql::Columns<Stored> columns{"identity_project",
                                   {{"id", &Stored::id},
                                    {"name", &Stored::name},
                                    {"name_scope", &Stored::name_scope},
                                    {"domain_id", &Stored::domain_id},
                                    {"parent_id", &Stored::parent_id},
                                    {"is_domain", &Stored::is_domain},
                                    {"enabled", &Stored::enabled},
                                    {"description", &Stored::description},
                                    {"tags", &Stored::tags},
                                    {"options", &Stored::options},
                                    {"extra", &Stored::extra},
                                    {"epoch", &Stored::epoch}}};

std::string scope_of(const std::optional<DomainId>& domain) { return domain ? domain->value : ""; }

Stored stored(const Project& project) { return {project, scope_of(project.domain_id)}; }

std::vector<Project> projects(std::vector<Stored> rows) {
    return {std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end())};
}

[[noreturn]] void name_taken(const Project& project) {
    if (project.is_domain) {
        throw conflict("There is already a domain named '{}'; domain names are unique.",
                       project.name);
    }
    throw conflict(
        "There is already a project named '{}' in domain {}; project names are unique in a domain.",
        project.name, scope_of(project.domain_id));
}

}  // namespace

std::optional<Project> ProjectStore::find(sql::Transaction& tx, const ProjectId& id) const {
    return columns.find(tx, "id = ?", id);
}

std::optional<Project> ProjectStore::find_domain(sql::Transaction& tx, const DomainId& id) const {
    return columns.find(tx, "id = ? AND is_domain = 1", id);
}

std::optional<Project> ProjectStore::find_by_name(sql::Transaction& tx,
                                                  const std::optional<DomainId>& domain,
                                                  std::string_view name) const {
    return columns.find(tx, "name_scope = ? AND name = ?", scope_of(domain), name);
}

Project ProjectStore::get(sql::Transaction& tx, const ProjectId& id) const {
    if (auto found = find(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find project: {}.", id);
}

Project ProjectStore::get_domain(sql::Transaction& tx, const DomainId& id) const {
    if (auto found = find_domain(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find domain: {}.", id);
}

std::vector<Project> ProjectStore::list(sql::Transaction& tx, const sql::Page& page) const {
    return projects(sql::page(tx, columns, "id", page, ""));
}

std::vector<Project> ProjectStore::list(sql::Transaction& tx,
                                        const std::vector<std::string>& ids) const {
    std::vector<Project> found;
    for_slices(ids, [&](const std::string& marks, const std::vector<sql::Value>& slice) {
        for (auto& row : columns.select_values(tx, "WHERE id IN (" + marks + ")", slice)) {
            found.push_back(std::move(row));
        }
    });
    std::ranges::sort(found, {}, &Project::name);
    return found;
}

std::vector<Project> ProjectStore::children(sql::Transaction& tx, const ProjectId& id) const {
    return projects(columns.select(tx, "WHERE parent_id = ? ORDER BY name", id));
}

std::vector<Project> ProjectStore::descendants(sql::Transaction& tx, const ProjectId& id) const {
    std::vector<Project> found;
    std::vector<std::string> level = {id.value};
    for (size_t depth = 0; depth <= max_project_depth && !level.empty(); ++depth) {
        std::vector<std::string> next;
        for_slices(level, [&](const std::string& marks, const std::vector<sql::Value>& slice) {
            for (auto& row :
                 columns.select_values(tx, "WHERE parent_id IN (" + marks + ")", slice)) {
                next.push_back(row.id.value);
                found.push_back(std::move(row));
            }
        });
        level = std::move(next);
    }
    return found;
}

std::vector<Project> ProjectStore::ancestors(sql::Transaction& tx, const Project& project) const {
    std::vector<Project> found;
    auto parent = project.parent_id;
    while (parent && found.size() <= max_project_depth) {
        auto above = find(tx, *parent);
        if (!above || above->is_domain) {
            break;
        }
        parent = above->parent_id;
        found.push_back(*std::move(above));
    }
    return found;
}

std::vector<Project> ProjectStore::in_domain(sql::Transaction& tx, const DomainId& id) const {
    return projects(columns.select(tx, "WHERE domain_id = ?", id));
}

void ProjectStore::insert(sql::Transaction& tx, const Project& project) const {
    try {
        columns.insert(tx, stored(project));
    } catch (const sql::ConstraintViolation&) {
        name_taken(project);
    }
}

void ProjectStore::update(sql::Transaction& tx, const Project& project) const {
    try {
        columns.update_all(tx, stored(project), "id = ?", project.id);
    } catch (const sql::ConstraintViolation&) {
        name_taken(project);
    }
}

void ProjectStore::erase(sql::Transaction& tx, const ProjectId& id) const {
    tx.execute("DELETE FROM identity_project WHERE id = ?", id);
}

void ProjectStore::raise_epochs(sql::Transaction& tx, const DomainId& domain) const {
    tx.execute("UPDATE identity_project SET epoch = epoch + 1 WHERE domain_id = ?", domain);
}

}  // namespace welkin::identity
