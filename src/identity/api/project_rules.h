#pragma once
// What holds for projects and domains alike when they change.
#include "core/json/fields.h"
#include "identity/project.h"
#include "identity/state.h"

namespace welkin::identity {

auth::Owner owner_of(const Project& project);

/// {"immutable": true} among the options: no change but the one that takes the option away.
void check_mutable(const json::Value& options, const char* what, std::string_view id);
bool lifts_immutability(const json::Value& body);

/// Tags are unique and have neither slash nor comma.
json::Check tag_list();

/// Stores a changed project or domain; disabling one voids the tokens that depend on it. Throws
/// forbidden() if the projects below or above do not allow it.
void store_change(sql::Transaction& tx, State& identity, const Project& before, Project& after);

}  // namespace welkin::identity
