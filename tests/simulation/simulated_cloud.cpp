#include "simulation/simulated_cloud.h"

#include <stdlib.h>

#include "core/base/error.h"
#include "core/observe/log.h"

namespace welkin::simulation {

namespace {

using http::Method;

constexpr const char* host_name = "host1";

/// Errors of a process that is being killed are of no interest; WELKIN_SIMULATION_LOG takes them.
void configure_log() {
    const char* path = ::getenv("WELKIN_SIMULATION_LOG");
    log::configure({.level = path != nullptr ? log::Level::info : log::Level::error,
                    .path = path != nullptr ? path : "/dev/null"});
}

Task<void> answer(Cloud& cloud, http::Request request, std::shared_ptr<SimulatedCloud::Call> call,
                  std::shared_ptr<int> open) {
    struct Counted {
        explicit Counted(std::shared_ptr<int> of) : count(std::move(of)) { ++*count; }
        Counted(const Counted&) = delete;
        ~Counted() { --*count; }
        std::shared_ptr<int> count;
    } counted(std::move(open));
    auto reply = co_await cloud.handle(request);
    call->status = reply.status;
    call->headers = reply.headers;
    const auto text = reply.text();
    if (!text.empty() && (text.front() == '{' || text.front() == '[')) {
        call->body = json::parse(text);
    }
    call->answered = true;
}

}  // namespace

Folder::Folder() {
    const bool memory = std::filesystem::is_directory("/dev/shm");
    auto pattern =
        (memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
        "welkin-simulation-XXXXXX";
    auto text = pattern.string();
    CHECK(::mkdtemp(text.data()) != nullptr);
    path_ = text;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

SimulatedCloud::SimulatedCloud(Start start) : machine(start.seed), start_(std::move(start)) {
    configure_log();
    if (!start_.empty) {
        std::filesystem::copy(beginning().directory, data_dir_,
                              std::filesystem::copy_options::recursive);
        machine.clock.set_wall_clock(beginning().end);
    } else {
        std::filesystem::create_directories(data_dir_);
    }
}

SimulatedCloud::~SimulatedCloud() { bury(); }

void SimulatedCloud::boot() {
    CHECK(!loop_);
    machine.revive();
    loop_ = std::make_unique<async::SimulatedLoop>(machine.clock, start_.order);
    config_.emplace();
    declare_options(*config_);
    config_->set(std::string("host.name=") + host_name);
    config_->set("identity.password_cost=4");
    config_->set("identity.token_ttl=30d");
    for (const auto& setting : start_.settings) {
        config_->set(setting);
    }
    const HostDrivers drivers{
        .hypervisor = [this] { return make_hypervisor(machine, world); },
        .data_plane = [this] { return make_data_plane(machine, world); },
    };
    try {
        cloud_ = std::make_unique<Cloud>(machine, *config_, data_dir_, drivers);
        loop_->run(cloud_->start());
    } catch (const Killed&) {
        // It will be buried.
    } catch (const Error&) {
        // Dying shows as an error where messages are carried.
        if (!machine.dead()) {
            throw;
        }
    }
}

void SimulatedCloud::bury() {
    machine.kill();
    if (loop_) {
        loop_->destroy_all();
    }
    world.listener = nullptr;
    cloud_.reset();
    loop_.reset();
    *open_calls_ = 0;
}

void SimulatedCloud::restart() {
    do {
        bury();
        boot();
    } while (machine.dead());
}

SimulatedCloud::CallPointer SimulatedCloud::send(Method method, const std::string& path,
                                                 const std::string& token, std::string body,
                                                 std::string content_type) {
    http::Headers headers;
    if (!token.empty()) {
        headers.add("X-Auth-Token", token);
    }
    headers.add("Content-Type", std::move(content_type));
    headers.add("OpenStack-API-Version", "compute 2.93");
    auto call = std::make_shared<Call>();
    async::spawn(answer(*cloud_, http::Request::make(method, path, headers, std::move(body)), call,
                        open_calls_),
                 "request");
    return call;
}

SimulatedCloud::Call SimulatedCloud::ask(Method method, const std::string& path,
                                         const std::string& token, std::string body,
                                         std::string content_type) {
    const auto call = send(method, path, token, std::move(body), std::move(content_type));
    const bool ended =
        loop_->run_until([&] { return call->answered || machine.dead(); }, std::chrono::hours(1));
    EXPECT_TRUE(ended) << "no answer to " << path;
    return *call;
}

void SimulatedCloud::run_for(Duration duration) {
    const auto end = machine.now() + duration;
    if (!loop_->run_until([&] { return machine.dead(); }, duration) && machine.now() < end) {
        machine.clock.advance(end - machine.now());
    }
}

bool SimulatedCloud::quiet() {
    return *open_calls_ == 0 && query([](sql::Transaction& tx) {
        return tx.query("SELECT id FROM work_workflow LIMIT 1").empty();
    });
}

void SimulatedCloud::settle() {
    // What a step failed at is tried again after a minute at most, and hanging takes minutes.
    constexpr auto longest = std::chrono::hours(3);
    const auto end = machine.now() + longest;
    bool was_quiet = false;
    while (alive()) {
        const bool is_quiet = quiet();
        if (is_quiet && was_quiet) {
            return;
        }
        was_quiet = is_quiet;
        ASSERT_LT(machine.now(), end) << "it does not come to rest";
        run_for(is_quiet ? Duration(2s) : Duration(100ms));
    }
}

namespace {

std::string made(SimulatedCloud& cloud, const std::string& path, const std::string& token,
                 const std::string& noun, const std::string& body) {
    auto call = cloud.ask(Method::POST, path, token, body);
    CHECK(call.status >= 200 && call.status < 300);
    return noun.empty() ? call.body.text("id") : call.body[noun].text("id");
}

std::string log_in(SimulatedCloud& cloud, const std::string& user, const std::string& password,
                   const std::string& project) {
    const auto call = cloud.ask(
        Method::POST, "/identity/v3/auth/tokens", "",
        fmt::format(
            R"({{"auth": {{"identity": {{"methods": ["password"], "password": {{"user": )"
            R"({{"name": "{}", "domain": {{"id": "default"}}, "password": "{}"}}}}}}, )"
            R"("scope": {{"project": {{"name": "{}", "domain": {{"id": "default"}}}}}}}}}})",
            user, password, project));
    CHECK(call.status == 201);
    return std::string(call.headers.get("X-Subject-Token"));
}

std::string member_role(SimulatedCloud& cloud, const std::string& token) {
    const auto call = cloud.ask(Method::GET, "/identity/v3/roles?name=member", token);
    CHECK(call.status == 200);
    return call.body["roles"].as_array().front().text("id");
}

Beginning::User add_user(SimulatedCloud& cloud, const std::string& admin, const std::string& name) {
    Beginning::User user;
    user.project_id = made(cloud, "/identity/v3/projects", admin, "project",
                           fmt::format(R"({{"project": {{"name": "{}"}}}})", name));
    const auto id =
        made(cloud, "/identity/v3/users", admin, "user",
             fmt::format(R"({{"user": {{"name": "{}", "password": "secret"}}}})", name));
    const auto role = cloud.ask(Method::PUT,
                                fmt::format("/identity/v3/projects/{}/users/{}/roles/{}",
                                            user.project_id, id, member_role(cloud, admin)),
                                admin);
    CHECK(role.status == 204);
    user.token = log_in(cloud, name, "secret", name);
    user.network_id = made(cloud, "/network/v2.0/networks", user.token, "network",
                           R"({"network": {"name": "net"}})");
    made(cloud, "/network/v2.0/subnets", user.token, "subnet",
         fmt::format(R"({{"subnet": {{"network_id": "{}", "cidr": "10.0.0.0/24", )"
                     R"("ip_version": 4}}}})",
                     user.network_id));
    return user;
}

std::string add_image(SimulatedCloud& cloud, const std::string& admin) {
    const auto id = made(cloud, "/image/v2/images", admin, "",
                         R"({"disk_format": "raw", "container_format": "bare",)"
                         R"( "visibility": "public", "name": "tiny"})");
    const auto uploaded = cloud.ask(Method::PUT, "/image/v2/images/" + id + "/file", admin,
                                    "data of an image", "application/octet-stream");
    CHECK(uploaded.status == 204);
    return id;
}

Beginning make_beginning(const std::string& directory) {
    SimulatedCloud cloud({.empty = true});
    cloud.boot();
    Beginning made_now;
    const auto password = cloud.machine.files().read(cloud.data_dir() + "/admin-password");
    made_now.admin_token =
        log_in(cloud, "admin", password->substr(0, password->find('\n')), "admin");
    made(cloud, "/compute/v2.1/flavors", made_now.admin_token, "flavor",
         R"({"flavor": {"id": "1", "name": "small", "ram": 64, "vcpus": 1, "disk": 1}})");
    made_now.image_id = add_image(cloud, made_now.admin_token);
    for (const char* name : {"ann", "bob"}) {
        made_now.users.push_back(add_user(cloud, made_now.admin_token, name));
    }
    cloud.settle();
    made_now.end = cloud.machine.now();
    cloud.bury();
    made_now.directory = directory;
    std::filesystem::copy(cloud.data_dir(), directory, std::filesystem::copy_options::recursive);
    return made_now;
}

}  // namespace

const Beginning& beginning() {
    static const Folder folder;
    static const Beginning only = make_beginning(folder.path() + "/beginning");
    return only;
}

}  // namespace welkin::simulation
