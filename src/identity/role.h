#pragma once
// Role: a named set of rights; Assignment: a user or group having a role on a project, a domain or
// the system.
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/base/id.h"
#include "core/json/json.h"

namespace welkin::identity {

using RoleId = Id<struct RoleTag>;

struct Role {
    RoleId id;
    std::string name;
    std::optional<DomainId> domain_id;  ///< a domain's own role: only what it implies has effect
    std::optional<std::string> description;
    json::Value options{json::Object{}};
    json::Value extra{json::Object{}};
};

/// Who has the first role has the second one, too.
struct Implication {
    RoleId prior;
    RoleId implied;
    bool operator==(const Implication&) const = default;
};

enum class Actor { user, group };
enum class Target { project, domain, system };

std::string_view to_text(Actor actor);
std::string_view to_text(Target target);
std::optional<Actor> enum_from_text(std::string_view text, std::type_identity<Actor>);
std::optional<Target> enum_from_text(std::string_view text, std::type_identity<Target>);

inline constexpr const char* system_target_id = "all";

struct Assignment {
    Actor actor = Actor::user;
    std::string actor_id;
    Target target = Target::project;
    std::string target_id;  ///< system_target_id for the system
    RoleId role_id;
    bool inherited = false;  ///< does not count on the target but on all projects below it
    bool operator==(const Assignment&) const = default;
};

}  // namespace welkin::identity
