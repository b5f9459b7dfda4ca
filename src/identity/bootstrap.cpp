// What a new cloud starts with, and what a newer release adds to it.
#include "core/base/uuid.h"
#include "identity/state.h"

namespace welkin::identity {

namespace {

constexpr const char* interfaces[] = {"public", "internal", "admin"};
constexpr const char* role_names[] = {"admin", "manager", "member", "reader", "service"};
constexpr std::pair<const char*, const char*> implications[] = {
    {"admin", "manager"}, {"manager", "member"}, {"member", "reader"}};

/// One run of bootstrap, in one transaction.
class Founding {
public:
    Founding(State& state, sql::Transaction& tx, const Bootstrap& wanted)
        : state_(state), tx_(tx), wanted_(wanted) {}

    void run(const std::string& password_hash) {
        make_domain();
        make_roles();
        const auto project = make_admin_project();
        make_admin_user(project, password_hash);
        make_catalog();
    }

private:
    std::string new_id() { return new_hex_uuid(state_.core.env); }
    void record(const char* resource, const std::string& id, const char* action = "create") {
        state_.record(tx_, {.request_id = "bootstrap", .user_id = {}, .project_id = {}}, resource,
                      id, action);
    }

    void make_domain() {
        if (state_.stores.projects.find(tx_, ProjectId(default_domain_id))) {
            return;
        }
        Project domain;
        domain.id = ProjectId(default_domain_id);
        domain.name = "Default";
        domain.is_domain = true;
        domain.description = "The default domain";
        state_.stores.projects.insert(tx_, domain);
        record("domain", domain.id.value);
    }

    RoleId role(const char* name) {
        return state_.stores.roles.find_by_name(tx_, std::nullopt, name)->id;
    }

    /// Roles that an operator has deleted or cut apart later come back: services count on them.
    void make_roles() {
        for (const auto* name : role_names) {
            if (!state_.stores.roles.find_by_name(tx_, std::nullopt, name)) {
                Role made;
                made.id = RoleId(new_id());
                made.name = name;
                state_.stores.roles.insert(tx_, made);
                record("role", made.id.value);
            }
        }
        for (const auto& [prior, implied] : implications) {
            const Implication implication{role(prior), role(implied)};
            if (!state_.stores.roles.implies(tx_, implication)) {
                state_.stores.roles.add_implication(tx_, implication);
                record("role", implication.prior.value, "imply");
            }
        }
    }

    Project make_admin_project() {
        const DomainId domain(default_domain_id);
        if (auto found = state_.stores.projects.find_by_name(tx_, domain, "admin")) {
            return *found;
        }
        Project project;
        project.id = ProjectId(new_id());
        project.name = "admin";
        project.domain_id = domain;
        project.parent_id = ProjectId(default_domain_id);
        project.description = "The administrators' project";
        state_.stores.projects.insert(tx_, project);
        record("project", project.id.value);
        return project;
    }

    void make_admin_user(const Project& project, const std::string& password_hash) {
        const DomainId domain(default_domain_id);
        if (state_.stores.users.find_by_name(tx_, domain, "admin")) {
            return;
        }
        User user;
        user.id = UserId(new_id());
        user.name = "admin";
        user.domain_id = domain;
        user.password_hash = password_hash;
        state_.stores.users.insert(tx_, user);
        record("user", user.id.value);
        const std::pair<Target, std::string> targets[] = {{Target::project, project.id.value},
                                                          {Target::system, system_target_id}};
        for (const auto& [target, target_id] : targets) {
            state_.stores.assignments.insert(tx_, {.actor = Actor::user,
                                                   .actor_id = user.id.value,
                                                   .target = target,
                                                   .target_id = target_id,
                                                   .role_id = role("admin"),
                                                   .inherited = false});
        }
    }

    void make_catalog() {
        const RegionId region(wanted_.region);
        if (!state_.stores.catalog.find_region(tx_, region)) {
            Region made;
            made.id = region;
            state_.stores.catalog.insert(tx_, made);
            record("region", region.value);
        }
        for (const auto& service : wanted_.services) {
            make_endpoints(service, make_service(service), region);
        }
    }

    ServiceId make_service(const CatalogService& wanted) {
        auto found = state_.stores.catalog.find_service_of_type(tx_, wanted.type);
        if (!found) {
            found.emplace();
            found->id = ServiceId(new_id());
            found->type = wanted.type;
            found->name = wanted.name;
            state_.stores.catalog.insert(tx_, *found);
            record("service", found->id.value);
        }
        return found->id;
    }

    /// Brings the endpoints that are ours up to date; what an operator pointed elsewhere stays.
    void make_endpoints(const CatalogService& wanted, const ServiceId& service,
                        const RegionId& region) {
        const auto url = "{base}" + wanted.path;
        const auto known = state_.stores.catalog.endpoints_of(tx_, service);
        for (const auto* interface : interfaces) {
            const auto found = std::ranges::find_if(known, [&](const Endpoint& endpoint) {
                return endpoint.interface == interface && endpoint.region_id == region;
            });
            if (found == known.end()) {
                Endpoint made;
                made.id = EndpointId(new_id());
                made.service_id = service;
                made.region_id = region;
                made.interface = interface;
                made.url = url;
                state_.stores.catalog.insert(tx_, made);
                record("endpoint", made.id.value);
            } else if (found->url.starts_with("{base}") && found->url != url) {
                auto changed = *found;
                changed.url = url;
                state_.stores.catalog.update(tx_, changed);
                record("endpoint", changed.id.value, "update");
            }
        }
    }

    State& state_;
    sql::Transaction& tx_;
    const Bootstrap& wanted_;
};

}  // namespace

Task<void> Identity::bootstrap(Bootstrap wanted) {
    auto& state = *state_;
    const auto password_hash = co_await state.passwords.hash(wanted.admin_password);
    co_await state.core.database.write(
        [&](sql::Transaction& tx) { Founding(state, tx, wanted).run(password_hash); });
}

}  // namespace welkin::identity
