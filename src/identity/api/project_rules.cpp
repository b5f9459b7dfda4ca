#include "identity/api/project_rules.h"

#include <set>

#include "core/base/text.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

constexpr size_t max_tags = 80;
constexpr size_t max_tag_characters = 255;

void check_enabled(sql::Transaction& tx, State& identity, const Project& before,
                   const Project& after) {
    if (before.enabled == after.enabled || after.is_domain) {
        return;
    }
    if (after.enabled) {
        for (const auto& above : identity.stores.projects.ancestors(tx, after)) {
            if (!above.enabled) {
                throw forbidden("Project {} cannot be enabled: {} above it is disabled.", after.id,
                                above.id);
            }
        }
        return;
    }
    for (const auto& below : identity.stores.projects.descendants(tx, after.id)) {
        if (below.enabled) {
            throw forbidden("Project {} cannot be disabled: {} below it is enabled.", after.id,
                            below.id);
        }
    }
}

void check_tag(std::string_view tag) {
    const auto length = text::count_characters(tag);
    if (length < 1 || length > max_tag_characters || tag.find_first_of(",/") != tag.npos) {
        throw bad_request("A tag must have 1 to {} characters, none of them a slash or a comma.",
                          max_tag_characters);
    }
}

}  // namespace

auth::Owner owner_of(const Project& project) {
    const auto domain =
        project.is_domain ? project.as_domain() : project.domain_id.value_or(DomainId());
    return {.project = project.id,
            .domain = domain,
            .extra = {{"target.project.domain_id", domain.value}}};
}

void check_mutable(const json::Value& options, const char* what, std::string_view id) {
    if (options.boolean("immutable")) {
        throw forbidden("The {} {} is immutable; set its option immutable to false first.", what,
                        id);
    }
}

bool lifts_immutability(const json::Value& body) {
    const auto* wanted = body["options"].find("immutable");
    return wanted != nullptr && (wanted->is_null() || (wanted->is_bool() && !wanted->as_bool()));
}

json::Check tag_list() {
    return {[strings = json::strings(max_tags, max_tag_characters)](std::string_view name,
                                                                    const json::Value& value) {
        strings.check(name, value);
        std::set<std::string_view> seen;
        for (const auto& tag : value.as_array()) {
            check_tag(tag.as_string());
            if (!seen.insert(tag.as_string()).second) {
                throw bad_request("'{}' has the tag '{}' twice.", name, tag.as_string());
            }
        }
    }};
}

void store_change(sql::Transaction& tx, State& identity, const Project& before, Project& after) {
    check_enabled(tx, identity, before, after);
    if (before.enabled && !after.enabled) {
        ++after.epoch;
        if (after.is_domain) {
            identity.stores.users.raise_epochs(tx, after.as_domain());
            identity.stores.projects.raise_epochs(tx, after.as_domain());
        }
    }
    identity.stores.projects.update(tx, after);
}

}  // namespace welkin::identity
