#pragma once
// Uplinks: the pairs of addresses between this host and its networks' namespaces.
#include <string>

#include "network/address.h"

namespace welkin::network {

struct UplinkPair {
    Ip host;
    Ip inside;
};

/// How many pairs a range has.
int uplink_count(const Cidr& range);
UplinkPair uplink_pair(const Cidr& range, int index);

}  // namespace welkin::network
