#pragma once
// ConsoleStore: tokens that open a display (compute_console_token).
#include <optional>
#include <string_view>

#include "compute/console/console.h"
#include "core/sql/database.h"

namespace welkin::compute {

class ConsoleStore {
public:
    void insert(sql::Transaction& tx, const ConsoleToken& token);
    /// The token, which then opens nothing any more. Nothing for an unknown or expired one.
    std::optional<ConsoleToken> take(sql::Transaction& tx, std::string_view token);
    void erase_of(sql::Transaction& tx, const ServerId& server);
    bool any_expired(sql::Transaction& tx);
    void erase_expired(sql::Transaction& tx);
};

}  // namespace welkin::compute
