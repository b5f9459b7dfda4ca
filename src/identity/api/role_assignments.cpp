// The list of role assignments: as they were made or, with ?effective, as they count: groups
// replaced by their members, inherited ones by the projects they reach, roles with what they imply.
#include <set>

#include "core/base/text.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

/// An assignment as shown, and what it comes from when it is an effective one.
struct Shown {
    Assignment assignment;
    Assignment origin;
};

struct Wanted {
    AssignmentFilter filter;
    std::string user_id;
    std::string group_id;
    std::string project_id;
    std::string domain_id;
    bool system = false;
    bool effective = false;
    bool names = false;
    bool subtree = false;
    std::optional<bool> inherited;
};

/// True for "?name", "?name=true" and any text but those that mean false.
bool flag(const http::Query& query, std::string_view name) {
    const auto given = query.find(name);
    return given && text::to_boolean(*given).value_or(true);
}

Wanted wanted_by(const http::Query& query) {
    Wanted wanted;
    wanted.user_id = query.get("user.id");
    wanted.group_id = query.get("group.id");
    wanted.project_id = query.get("scope.project.id");
    wanted.domain_id = query.get("scope.domain.id");
    wanted.system = query.has("scope.system");
    wanted.effective = flag(query, "effective");
    wanted.names = flag(query, "include_names");
    wanted.subtree = flag(query, "include_subtree");
    if (query.has("scope.OS-INHERIT:inherited_to")) {
        if (query.get("scope.OS-INHERIT:inherited_to") != "projects") {
            throw bad_request("scope.OS-INHERIT:inherited_to can only be 'projects'.");
        }
        wanted.inherited = true;
    }
    if (const auto role = query.find("role.id")) {
        wanted.filter.role_id = RoleId(*role);
    }
    const int scopes = !wanted.project_id.empty() + !wanted.domain_id.empty() + wanted.system;
    if (scopes > 1) {
        throw bad_request("Give one of scope.project.id, scope.domain.id and scope.system.");
    }
    if (!wanted.user_id.empty() && !wanted.group_id.empty()) {
        throw bad_request("Give user.id or group.id, not both.");
    }
    if (wanted.effective && !wanted.group_id.empty()) {
        throw bad_request("Effective assignments are those of users, so group.id cannot be given.");
    }
    if (wanted.subtree && wanted.project_id.empty()) {
        throw bad_request("include_subtree needs scope.project.id.");
    }
    return wanted;
}

class Collector {
public:
    Collector(sql::Transaction& tx, const Stores& stores, const Wanted& wanted)
        : tx_(tx), stores_(stores), wanted_(wanted) {
        if (!wanted.project_id.empty()) {
            projects_.insert(wanted.project_id);
            if (wanted.subtree) {
                for (const auto& below :
                     stores.projects.descendants(tx, ProjectId(wanted.project_id))) {
                    projects_.insert(below.id.value);
                }
            }
        }
    }

    std::vector<Shown> collect() {
        std::vector<Shown> found;
        if (!wanted_.effective) {
            auto filter = wanted_.filter;
            filter.inherited = wanted_.inherited;
            for (auto& assignment : stores_.assignments.list(tx_, filter)) {
                found.push_back({assignment, assignment});
            }
        } else {
            const auto origins = wanted_.user_id.empty() ? stores_.assignments.list(tx_, {})
                                                         : stores_.assignments.list_of_user(
                                                               tx_, UserId(wanted_.user_id));
            for (const auto& origin : origins) {
                expand(origin, found);
            }
        }
        std::erase_if(found, [&](const Shown& shown) { return !matches(shown.assignment); });
        return found;
    }

private:
    bool matches(const Assignment& a) const {
        const auto& role = wanted_.filter.role_id;
        return (!role || a.role_id == *role) &&
               (wanted_.user_id.empty() ||
                (a.actor == Actor::user && a.actor_id == wanted_.user_id)) &&
               (wanted_.group_id.empty() ||
                (a.actor == Actor::group && a.actor_id == wanted_.group_id)) &&
               (wanted_.project_id.empty() ||
                (a.target == Target::project && projects_.contains(a.target_id))) &&
               (wanted_.domain_id.empty() ||
                (a.target == Target::domain && a.target_id == wanted_.domain_id)) &&
               (!wanted_.system || a.target == Target::system);
    }

    void expand(const Assignment& origin, std::vector<Shown>& into) {
        if (wanted_.inherited && !origin.inherited) {
            return;
        }
        std::vector<std::string> users = {origin.actor_id};
        if (origin.actor == Actor::group) {
            users = stores_.groups.ids_of_members(tx_, GroupId(origin.actor_id));
        }
        std::vector<std::string> targets = {origin.target_id};
        if (origin.inherited) {
            targets.clear();
            for (const auto& below :
                 stores_.projects.descendants(tx_, ProjectId(origin.target_id))) {
                targets.push_back(below.id.value);
            }
        }
        for (const auto& role : with_implied({origin.role_id}, implications())) {
            if (is_domains_own(role)) {
                continue;
            }
            for (const auto& user : users) {
                for (const auto& target : targets) {
                    into.push_back({{.actor = Actor::user,
                                     .actor_id = user,
                                     .target = origin.inherited ? Target::project : origin.target,
                                     .target_id = target,
                                     .role_id = role,
                                     .inherited = false},
                                    origin});
                }
            }
        }
    }

    /// Such a role counts by what it implies only.
    bool is_domains_own(const RoleId& id) {
        if (roles_.empty()) {
            roles_ = stores_.roles.all(tx_);
        }
        const auto role = roles_.find(id);
        return role != roles_.end() && role->second.domain_id.has_value();
    }

    const std::vector<Implication>& implications() {
        if (!implications_) {
            implications_ = stores_.roles.implications(tx_);
        }
        return *implications_;
    }

    sql::Transaction& tx_;
    const Stores& stores_;
    const Wanted& wanted_;
    std::set<std::string> projects_;
    std::map<RoleId, Role> roles_;
    std::optional<std::vector<Implication>> implications_;
};

/// Writes assignments, looking names up once each where they are asked for.
class Renderer {
public:
    Renderer(sql::Transaction& tx, const Stores& stores, bool with_names, std::string base)
        : tx_(tx), stores_(stores), with_names_(with_names), base_(std::move(base)) {}

    void write(json::Writer& out, const Shown& shown) {
        const auto& a = shown.assignment;
        out.begin_object();
        out.key("role");
        write_reference(out, "role", a.role_id.value);
        out.key(to_text(a.actor));
        write_reference(out, to_text(a.actor), a.actor_id);
        out.key("scope").begin_object();
        if (a.target == Target::system) {
            out.key("system").begin_object().member("all", true).end_object();
        } else {
            out.key(to_text(a.target));
            write_reference(out, to_text(a.target), a.target_id);
        }
        if (shown.origin.inherited) {
            out.member("OS-INHERIT:inherited_to", "projects");
        }
        out.end_object();
        write_links(out, shown);
        out.end_object();
    }

private:
    struct Name {
        std::string name;
        std::string domain_id;
    };

    void write_links(json::Writer& out, const Shown& shown) {
        const auto& from = shown.origin;
        std::string path = from.inherited ? "/OS-INHERIT" : "";
        if (from.target == Target::system) {
            path += "/system";
        } else {
            path += "/" + std::string(to_text(from.target)) + "s/" + from.target_id;
        }
        path += "/" + std::string(to_text(from.actor)) + "s/" + from.actor_id;
        path += "/roles/" + from.role_id.value;
        path += from.inherited ? "/inherited_to_projects" : "";
        out.key("links").begin_object();
        out.member("assignment", base_ + path);
        if (from.actor != shown.assignment.actor) {
            out.member("membership",
                       base_ + "/groups/" + from.actor_id + "/users/" + shown.assignment.actor_id);
        }
        if (from.role_id != shown.assignment.role_id) {
            out.member("prior_role", base_ + "/roles/" + from.role_id.value + "/implies/" +
                                         shown.assignment.role_id.value);
        }
        out.end_object();
    }

    void write_reference(json::Writer& out, std::string_view kind, const std::string& id) {
        out.begin_object().member("id", id);
        if (with_names_) {
            const auto& found = name_of(kind, id);
            out.member("name", found.name);
            if (!found.domain_id.empty()) {
                out.key("domain").begin_object();
                out.member("id", found.domain_id);
                out.member("name", name_of("domain", found.domain_id).name);
                out.end_object();
            }
        }
        out.end_object();
    }

    const Name& name_of(std::string_view kind, const std::string& id) {
        const auto key = std::string(kind) + id;
        const auto known = names_.find(key);
        return known != names_.end() ? known->second
                                     : names_.emplace(key, look_up(kind, id)).first->second;
    }

    Name look_up(std::string_view kind, const std::string& id) {
        if (kind == "role") {
            const auto role = stores_.roles.get(tx_, RoleId(id));
            return {role.name, role.domain_id.value_or(DomainId()).value};
        }
        if (kind == "user") {
            const auto user = stores_.users.get(tx_, UserId(id));
            return {user.name, user.domain_id.value};
        }
        if (kind == "group") {
            const auto group = stores_.groups.get(tx_, GroupId(id));
            return {group.name, group.domain_id.value};
        }
        const auto project = stores_.projects.get(tx_, ProjectId(id));
        return {project.name, project.domain_id.value_or(DomainId()).value};
    }

    sql::Transaction& tx_;
    const Stores& stores_;
    bool with_names_;
    std::string base_;
    std::map<std::string, Name> names_;
};

}  // namespace

/// GET /role_assignments
Task<Reply> list_role_assignments(Request& request, State& identity) {
    const auto wanted = wanted_by(request.query);

    // With include_subtree the route's rule is another one, of the same default.
    request.authorize();

    json::Text text;
    co_await identity.core.database.read([&](sql::Transaction& tx) {
        text.value.clear();
        json::Writer out(text.value);
        Renderer renderer(tx, identity.stores, wanted.names, url_of(request));
        out.begin_object().key("role_assignments").begin_array();
        for (const auto& shown : Collector(tx, identity.stores, wanted).collect()) {
            renderer.write(out, shown);
        }
        out.end_array();
    });
    text.value += list_links(request, "") + "}";
    co_return http::ok(std::move(text));
}

}  // namespace welkin::identity
