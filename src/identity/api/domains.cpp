// The domains resource.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/project_rules.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

const json::Fields<Project> domain_fields{
    "domain",
    "domains",
    {{"id", &Project::id, json::read_only},
     {"name", &Project::name, json::required, name_text(64)},
     {"enabled", &Project::enabled},
     {"description", &Project::description, json::text(0, max_description)},
     {"tags", &Project::tags, tag_list()},
     {"options", &Project::options, object_value()},
     {"links", self_link<Project>("domains")}},
    json::Unknown::ignore};

Project domain_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const DomainId id(request.path_part("domain_id"));
    const auto domain = identity.stores.projects.find_domain(tx, id);
    request.authorize(domain ? owner_of(*domain) : auth::Owner{});
    return identity.stores.projects.get_domain(tx, id);
}

}  // namespace

/// POST /domains
Task<Reply> create_domain(Request& request, State& identity) {
    auto domain = parse_new(domain_fields, request.json("domain"));
    request.authorize();
    domain.id = ProjectId(new_hex_uuid(identity.core.env));
    domain.is_domain = true;
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.projects.insert(tx, domain);
        identity.record(tx, request.author(), "domain", domain.id.value, "create",
                        json::Object{{"name", domain.name}});
    });
    co_return http::created(show(domain_fields, domain, request));
}

/// GET /domains
Task<Reply> list_domains(Request& request, State& identity) {
    auto page = page_of(request, identity,
                        {{.name = "name"}, {.kind = Filter::Kind::boolean, .name = "enabled"}});
    page.conditions.push_back({.column = "is_domain", .values = {int64_t{1}}});
    const auto& own = request.caller().domain_id;
    if (!own.empty()) {
        require(page, "id", own.value);
    }
    request.authorize(auth::Owner{.domain = own});
    const auto domains = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.projects.list(tx, page); });
    co_return http::ok(show_list(domain_fields, domains, request, page));
}

/// GET /auth/domains: those the caller has a role on.
Task<Reply> list_own_domains(Request& request, State& identity) {
    request.authorize();
    const auto domains = co_await identity.core.database.read([&](sql::Transaction& tx) {
        std::vector<std::string> ids;
        for (const auto& a :
             identity.stores.assignments.list_of_user(tx, request.caller().user_id)) {
            if (a.target == Target::domain && !a.inherited) {
                ids.push_back(a.target_id);
            }
        }
        auto found = identity.stores.projects.list(tx, ids);
        std::erase_if(found, [](const Project& domain) { return !domain.enabled; });
        return found;
    });
    co_return http::ok(show_list(domain_fields, domains, request));
}

/// GET /domains/{domain_id}
Task<Reply> show_domain(Request& request, State& identity) {
    const auto domain = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return domain_in_path(tx, request, identity); });
    co_return http::ok(show(domain_fields, domain, request));
}

/// PATCH /domains/{domain_id}
Task<Reply> update_domain(Request& request, State& identity) {
    const auto& body = request.json("domain");
    const auto domain = co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto before = domain_in_path(tx, request, identity);
        if (!lifts_immutability(body)) {
            check_mutable(before.options, "domain", before.id);
        }
        auto after = before;
        apply_changes(domain_fields, after, body);
        store_change(tx, identity, before, after);
        identity.record(tx, request.author(), "domain", after.id.value, "update",
                        json::Object{{"name", after.name}, {"enabled", after.enabled}});
        return after;
    });
    co_return http::ok(show(domain_fields, domain, request));
}

/// DELETE /domains/{domain_id}: all that is in it goes along, so it must be disabled first.
Task<Reply> delete_domain(Request& request, State& identity) {
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto domain = domain_in_path(tx, request, identity);
        check_mutable(domain.options, "domain", domain.id);
        if (domain.enabled) {
            throw forbidden("Domain {} is enabled; disable it before deleting it.", domain.id);
        }
        // Their owners in other services learn of each project that goes.
        for (const auto& project : identity.stores.projects.in_domain(tx, domain.as_domain())) {
            identity.record(tx, request.author(), "project", project.id.value, "delete");
        }
        identity.stores.erase_domain(tx, domain.as_domain());
        identity.record(tx, request.author(), "domain", domain.id.value, "delete",
                        json::Object{{"name", domain.name}});
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
