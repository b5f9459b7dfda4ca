#include "network/host/linux/uplinks.h"

#include <algorithm>

namespace welkin::network {

int uplink_count(const Cidr& range) {
    return static_cast<int>(static_cast<int64_t>(1) << std::min(31 - range.prefix, 30));
}

UplinkPair uplink_pair(const Cidr& range, int index) {
    const Ip host = range.first().plus(static_cast<unsigned>(index) * 2);
    return {host, host.plus(1)};
}

}  // namespace welkin::network
