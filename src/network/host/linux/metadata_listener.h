#pragma once
// MetadataListener: 169.254.169.254:80 inside one network's namespace, answered by this process.
#include <memory>
#include <string>

#include "core/async/async.h"
#include "network/host/host_network.h"

namespace welkin::network {

class MetadataListener {
public:
    /// Listens in the namespace, on the current loop. Throws unavailable().
    MetadataListener(const NetworkId& network, MetadataServer server);
    ~MetadataListener();  ///< stops; a request in flight ends by itself

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace welkin::network
