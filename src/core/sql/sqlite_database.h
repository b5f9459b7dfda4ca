#pragma once
// SQLite as the database: one writer with group commit, reads on the caller's thread.
// Internal to core/sql.
#include <memory>
#include <string>

#include "core/sql/database.h"

namespace welkin::sql {

/// `path` may be ":memory:". A file belongs to this process alone while it is open.
std::unique_ptr<Database> open_sqlite(Env& env, const std::string& path, bool synchronous);

}  // namespace welkin::sql
