#pragma once
// Commands: the system's own tools, run through Env; a failure is DriverError with what they said.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/base/task.h"
#include "core/json/json.h"
#include "network/address.h"

namespace welkin::network {

struct Link {
    std::string name;
    std::string master;
    int mtu = 0;
    bool up = false;
};

class Commands {
public:
    explicit Commands(Env& env) : env_(env) {}

    Env& env() { return env_; }
    /// Standard output. Throws work::DriverError{retry}.
    Task<std::string> run(std::vector<std::string> argv, std::string input = {});
    /// False for a non-zero exit or a missing program.
    Task<bool> try_run(std::vector<std::string> argv, std::string input = {});
    /// Lines for `ip -batch`, in the host's namespace or another; nothing for no lines.
    Task<void> ip(std::string lines, std::string network_namespace = {});
    Task<void> nft(std::string script);

    Task<std::map<std::string, Link>> links();
    /// "10.0.0.1/24" of an interface in a namespace, link-local ones left out.
    Task<std::set<std::string>> addresses(std::string network_namespace, std::string device);
    struct Route {
        Cidr destination;
        std::string device;
    };
    /// IPv4 routes of this host, default ones left out.
    Task<std::vector<Route>> routes();
    std::set<std::string> namespaces();

private:
    Env& env_;
};

}  // namespace welkin::network
