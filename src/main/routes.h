#pragma once
// `welkin routes`: every URL that the cloud answers, one line each, for operators and for tests
// that must miss none.
#include "core/config/config.h"

namespace welkin {

/// Prints method, path, service, who may, policy rule, versions and action of each route; a field
/// that does not apply is "-". "Who" is the least of these whom the rule lets through on a project
/// of its own: public (no token), anyone, owner (the user whom it belongs to), reader, member,
/// manager, admin; or other. Returns the exit code of the process.
int run_routes(config::Config& config);

}  // namespace welkin
