#pragma once
// SimulatedCloud: the whole cloud in one process and in virtual time, over a machine on which that
// process can die and be started again. What happens follows from the seed.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/async/simulated.h"
#include "core/config/config.h"
#include "core/http/request.h"
#include "main/cloud.h"
#include "simulation/host_world.h"
#include "simulation/machine.h"

namespace welkin::simulation {

/// What every simulation begins with: users, a flavor, an image, networks. Made once.
struct Beginning {
    struct User {
        std::string token;
        std::string project_id;
        std::string network_id;
    };
    std::string directory;
    Time end{};
    std::string admin_token;
    std::string image_id;
    std::vector<User> users;  ///< members, each of a project with a network and a subnet
};
const Beginning& beginning();

/// A directory of its own, in memory where the system has that, gone at the end.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    ~Folder();
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

class SimulatedCloud {
public:
    struct Start {
        uint64_t seed = 1;
        async::ReadyOrder order = async::ReadyOrder::arrival;
        std::vector<std::string> settings;
        bool empty = false;  ///< without the Beginning
    };
    explicit SimulatedCloud(Start start);
    SimulatedCloud(const SimulatedCloud&) = delete;
    ~SimulatedCloud();

    /// Starts a process on what there is. It may die of kill_at() before it serves.
    void boot();
    /// Removes what is left of the process in memory.
    void bury();
    /// bury() and boot() until it serves.
    void restart();
    bool alive() const { return cloud_ && !machine.dead(); }

    /// A request and, once it has come, its answer. If the process dies first, none comes.
    struct Call {
        bool answered = false;
        int status = 0;
        http::Headers headers;
        json::Value body;
    };
    using CallPointer = std::shared_ptr<const Call>;
    CallPointer send(http::Method method, const std::string& path, const std::string& token,
                     std::string body = {}, std::string content_type = "application/json");
    /// Waits for the answer, or for the end of the process.
    Call ask(http::Method method, const std::string& path, const std::string& token,
             std::string body = {}, std::string content_type = "application/json");

    /// Lets time pass, or until the process dies.
    void run_for(Duration duration);
    /// Until no request is open and no workflow waits or runs, and what follows from that is done,
    /// or the process dies. Fails the test if that takes hours.
    void settle();

    template <class F>
    auto query(F function) {
        auto task = cloud_->core().database.read(std::move(function));
        if constexpr (std::is_same_v<decltype(task), Task<void>>) {
            loop_->run(std::move(task));
        } else {
            return loop_->get(std::move(task));
        }
    }
    Core& core() { return cloud_->core(); }
    const std::string& data_dir() const { return data_dir_; }

    Machine machine;
    HostWorld world;

private:
    bool quiet();

    Folder folder_;
    std::string data_dir_ = folder_.path() + "/data";
    Start start_;
    std::optional<config::Config> config_;
    std::unique_ptr<async::SimulatedLoop> loop_;
    std::unique_ptr<Cloud> cloud_;
    std::shared_ptr<int> open_calls_ = std::make_shared<int>(0);
};

}  // namespace welkin::simulation
