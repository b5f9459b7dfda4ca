#pragma once
// HostSide: networking on this machine: takes commands from the bus, fetches the document from
// control, hands it to the driver, and repairs what differs now and then.
//
// Changes are gathered: everything that came while a document was being applied is in the next one,
// so a hundred ports plugged at once cost a few rounds, not a hundred.
#include <memory>
#include <string>

#include "core/core.h"
#include "network/host/host_network.h"

namespace welkin::network {

class HostSide {
public:
    HostSide(Core& core, std::unique_ptr<HostDriver> driver);
    ~HostSide();

    /// Adopts what is there, applies the first document, then serves.
    Task<void> start();
    /// Ends serving; what is on the host stays.
    Task<void> stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

inline constexpr const char* control_topic = "network.control";
inline constexpr const char* changed_topic = "network.changed";
std::string host_topic(const HostName& host);

}  // namespace welkin::network
