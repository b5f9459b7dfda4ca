#pragma once
// Core: what every service is built from, made once by the composition root (main/) and passed by
// reference. Tests build the same root with a simulated Env.
#include <string>

namespace welkin {

class Env;
namespace sql { class Database; }
namespace config { class Config; }
namespace bus { class Bus; }
namespace work { class Runner; }
namespace http { class Router; }
namespace auth { class Policy; }

struct Core {
    Env& env;
    sql::Database& database;
    config::Config& config;
    bus::Bus& bus;
    work::Runner& runner;
    http::Router& router;
    auth::Policy& policy;
    std::string data_dir;   ///< absolute; each module keeps to its own folder below it
    std::string host_name;  ///< what this machine is called in the cloud
};

}  // namespace welkin
