#pragma once
// Names of what we make on a host: ours are told from others' by them, and 15 characters is all
// that Linux gives an interface.
#include <string>

#include "core/base/id.h"

namespace welkin::network {

/// The first `digits` hex digits of a UUID.
std::string short_id(std::string_view uuid, size_t digits);

inline std::string bridge_name(const NetworkId& id) { return "wbr-" + short_id(id, 8); }
inline std::string namespace_name(const NetworkId& id) { return "welkin-" + short_id(id, 11); }
/// Between bridge and namespace; inside it is called "lan0".
inline std::string lan_name(const NetworkId& id) { return "wlan-" + short_id(id, 8); }
/// Between host and namespace; inside it is called "up0".
inline std::string uplink_name(const NetworkId& id) { return "wup-" + short_id(id, 8); }
inline std::string tap_name(const PortId& id) { return "wtap" + short_id(id, 11); }

}  // namespace welkin::network
