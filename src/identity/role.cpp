#include "identity/role.h"

namespace welkin::identity {

std::string_view to_text(Actor actor) { return actor == Actor::user ? "user" : "group"; }

std::string_view to_text(Target target) {
    switch (target) {
        case Target::project:
            return "project";
        case Target::domain:
            return "domain";
        case Target::system:
            return "system";
    }
    return "project";
}

std::optional<Actor> enum_from_text(std::string_view text, std::type_identity<Actor>) {
    for (const auto actor : {Actor::user, Actor::group}) {
        if (to_text(actor) == text) {
            return actor;
        }
    }
    return std::nullopt;
}

std::optional<Target> enum_from_text(std::string_view text, std::type_identity<Target>) {
    for (const auto target : {Target::project, Target::domain, Target::system}) {
        if (to_text(target) == text) {
            return target;
        }
    }
    return std::nullopt;
}

}  // namespace welkin::identity
