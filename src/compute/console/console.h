#pragma once
// Consoles: a token that opens a guest's display for a short time, and the websocket that shows it.
//
// The API (api/consoles.cpp) authorizes, then calls open_console(), which stores a token and
// returns the URL the user opens. Whoever connects with the token gets the display of that server.
#include <string>

#include "core/base/id.h"
#include "core/base/task.h"
#include "core/base/time.h"

namespace welkin::compute {

struct State;

/// A row of compute_console_token; see store/console_store.h. It opens the display once.
struct ConsoleToken {
    std::string token;  ///< unguessable; stored as it is, it opens nothing but one display
    ServerId server_id;
    HostName host;
    std::string type;  ///< "novnc"
    Time expires_at{};
};

/// Stores a token and returns its URL below `base_url` ("http://host:port"). `type` is one of the
/// Nova console types; throws bad_request() for one that this cloud does not offer.
Task<std::string> open_console(State& state, ServerId server, HostName host, std::string type,
                               std::string base_url);

/// Adds the console's own routes (page and websocket) to the router. Called once by Compute.
void mount_console(State& state);

}  // namespace welkin::compute
