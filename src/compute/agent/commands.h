#pragma once
// The commands that control sends to a host, and how they look on the bus.
//
// A host serves the topic host_topic(name) ("compute.host.rack1-7"). Each message is a JSON object
// with "command" and the members below; the answer is a JSON object. Every command is idempotent:
// control repeats it after a time-out or a crash.
//
//   command      further members                        answer
//   create       spec: to_json(GuestSpec)               {}
//   start        id, nics: [to_json(GuestNic)...]       {"state": 1}
//   stop         id, grace_ms (0: at once)              {"state": 4}
//   reboot       id                                     {"state": 1}
//   pause        id                                     {"state": 3}
//   unpause      id                                     {"state": 1}
//   destroy      id                                     {}
//   state        id                                     {"state": 1}
//   console_log  id, max_bytes                          {"log": base64}
//   facts                                               to_json(HostFacts)
//   list                                                {"guests": [{"id", "state"}...]}
//   uptime                                              {"uptime": uptime_line()}
//
// "state" is PowerState as an integer. Trouble travels as Error: Fault::unavailable for what may
// pass (DriverError{retry}), Fault::not_found for an unknown guest where that matters
// (console_log), Fault::not_implemented for what the driver cannot do, anything else is final
// (DriverError{fatal}). as_bus_error() makes the first from the last; HostClient turns them back.
#include <exception>
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/base/error.h"
#include "core/json/json.h"

namespace welkin::compute {

namespace command {
inline constexpr const char* create = "create";
inline constexpr const char* start = "start";
inline constexpr const char* stop = "stop";
inline constexpr const char* reboot = "reboot";
inline constexpr const char* pause = "pause";
inline constexpr const char* unpause = "unpause";
inline constexpr const char* destroy = "destroy";
inline constexpr const char* state = "state";
inline constexpr const char* console_log = "console_log";
inline constexpr const char* facts = "facts";
inline constexpr const char* list = "list";
inline constexpr const char* uptime = "uptime";
}  // namespace command

std::string host_topic(const HostName& host);

json::Value to_json(const GuestNic& nic);
GuestNic nic_from_json(const json::Value& value);
json::Value to_json(const HostFacts& facts);
HostFacts facts_from_json(const json::Value& value);
json::Value to_json(const std::vector<FoundGuest>& guests);  ///< {"guests": [...]}
std::vector<FoundGuest> guests_from_json(const json::Value& value);

/// The power state with that number; no_state for one that does not exist.
PowerState power_state_from_number(int64_t number);

/// What the agent throws on the bus for what its driver threw.
Error as_bus_error(const std::exception_ptr& thrown);

}  // namespace welkin::compute
