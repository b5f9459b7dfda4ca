#include "main/up.h"

#include <malloc.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "compute/compute.h"
#include "core/async/loops.h"
#include "core/base/text.h"
#include "core/observe/log.h"
#include "main/cloud.h"
#include "network/network.h"

namespace welkin {
namespace {

async::Address parse_listen(const std::string& text) {
    const auto colon = text.rfind(':');
    const auto port =
        colon == std::string::npos ? std::nullopt : text::to_integer(text.substr(colon + 1));
    if (!port || *port < 0 || *port > 65535 || colon == 0) {
        throw bad_request("server.listen is '{}', but it takes ADDRESS:PORT, as in 127.0.0.1:8700.",
                          text);
    }
    auto host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return {host, static_cast<uint16_t>(*port)};
}

void configure_log(const config::Config& config) {
    const auto level = config.text("log.level");
    log::Options options{.path = config.text("log.file"),
                         .json = config.text("log.format") == "json"};
    if (level == "debug") {
        options.level = log::Level::debug;
    } else if (level == "warning") {
        options.level = log::Level::warning;
    } else if (level == "error") {
        options.level = log::Level::error;
    }
    log::configure(options);
}

http::ServerOptions server_options(const config::Config& config) {
    http::ServerOptions options{.listen = parse_listen(config.text("server.listen")),
                                .certificate_path = config.text("server.certificate"),
                                .key_path = config.text("server.key"),
                                .public_url = config.text("server.public_url")};
    using std::chrono::milliseconds;
    auto& limits = options.limits;
    limits.connections = static_cast<int>(config.integer("server.max_connections"));
    limits.header_timeout = milliseconds(config.milliseconds("server.header_timeout"));
    limits.body_stall_timeout = milliseconds(config.milliseconds("server.body_timeout"));
    limits.idle_timeout = milliseconds(config.milliseconds("server.idle_timeout"));
    return options;
}

/// Each connection is a descriptor, and the shell's usual limit of 1,024 is far below ours.
void raise_descriptor_limit(const config::Config& config) {
    constexpr rlim_t for_files = 512;
    const auto wanted = static_cast<rlim_t>(config.integer("server.max_connections")) + for_files;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, wanted));
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted) {
        log::warning("the limit of open files is too low for server.max_connections",
                     {{"limit", limit.rlim_cur}, {"wanted", wanted}});
    }
}

/// How a client on this machine reaches the cloud.
std::string url_of(const config::Config& config, const async::Address& address) {
    if (auto url = config.text("server.public_url"); !url.empty()) {
        return url;
    }
    auto host = address.host;
    if (host == "0.0.0.0") {
        host = "127.0.0.1";
    } else if (host == "::") {
        host = "::1";
    }
    const bool six = host.find(':') != std::string::npos;
    const bool tls = !config.text("server.certificate").empty();
    return fmt::format("{}://{}{}{}:{}", tls ? "https" : "http", six ? "[" : "", host,
                       six ? "]" : "", address.port);
}

void write_credentials(Env& env, const std::string& data_dir, const std::string& url,
                       const std::string& password) {
    env.files().write_durably(data_dir + "/clouds.yaml",
                              fmt::format("clouds:\n"
                                          "  welkin:\n"
                                          "    auth:\n"
                                          "      auth_url: {}/identity/v3\n"
                                          "      username: admin\n"
                                          "      password: {}\n"
                                          "      project_name: admin\n"
                                          "      user_domain_name: Default\n"
                                          "      project_domain_name: Default\n"
                                          "    region_name: RegionOne\n"
                                          "    identity_api_version: 3\n",
                                          url, password),
                              0600);
    env.files().write_durably(data_dir + "/admin-openrc.sh",
                              fmt::format("export OS_AUTH_URL={}/identity/v3\n"
                                          "export OS_USERNAME=admin\n"
                                          "export OS_PASSWORD={}\n"
                                          "export OS_PROJECT_NAME=admin\n"
                                          "export OS_USER_DOMAIN_NAME=Default\n"
                                          "export OS_PROJECT_DOMAIN_NAME=Default\n"
                                          "export OS_REGION_NAME=RegionOne\n"
                                          "export OS_IDENTITY_API_VERSION=3\n",
                                          url, password),
                              0600);
}

/// Made on a loop, because its parts serve the bus from the loop they are made on.
Task<void> start_cloud(Env& env, config::Config& config, std::string data_dir,
                       std::unique_ptr<Cloud>& cloud) {
    cloud = std::make_unique<Cloud>(env, config, std::move(data_dir));
    co_await cloud->start();
}

/// Signals are taken by sigwait in this thread, so every other one must have them blocked.
sigset_t block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return set;
}

extern "C" void log_and_die(int signal) {
    log::flush();
    std::raise(signal);
}

/// What was logged before a fault is written before the process ends of it. Who has a handler
/// already, as sanitizers have, keeps it.
void flush_log_at_faults() {
    for (const int fault : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
        struct sigaction action{};
        sigaction(fault, nullptr, &action);
        if (action.sa_handler == SIG_DFL) {
            action.sa_handler = log_and_die;
            action.sa_flags = SA_RESETHAND | SA_NODEFER;
            sigaction(fault, &action, nullptr);
        }
    }
}

/// Large replies and buffers come and go all the time: giving their memory back to the system each
/// time costs more, in faults when it is used again, than keeping a little.
void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

}  // namespace

int run_up(config::Config& config, const std::string& data_dir) {
    const auto signals = block_signals();
    keep_freed_memory();
    configure_log(config);
    flush_log_at_faults();
    raise_descriptor_limit(config);
    const auto env = make_real_env(config.text("debug.crash_at"));
    env->files().make_directories(data_dir);
    auto threads = config.integer("server.threads");
    if (threads == 0) {
        threads = std::max(1U, std::thread::hardware_concurrency());
    }
    async::Loops loops(static_cast<int>(threads));
    std::unique_ptr<Cloud> cloud;
    loops.run(start_cloud(*env, config, data_dir, cloud));
    http::Server server(loops, server_options(config),
                        [&](http::Request& request) { return cloud->handle(request); });
    const auto url = url_of(config, server.address());
    write_credentials(*env, data_dir, url, cloud->admin_password());
    std::printf("ready %s\n", url.c_str());
    std::fflush(stdout);
    log::info("serving", {{"url", url}, {"data", data_dir}});

    int signal = 0;
    sigwait(&signals, &signal);
    log::info("stopping", {{"signal", signal}});
    loops.run(server.stop());
    loops.run(cloud->stop());
    loops.stop();
    log::info("stopped");
    log::flush();
    return 0;
}

int run_purge(const std::string& data_dir) {
    const auto env = make_real_env();
    async::Loops loops(1);
    loops.run(compute::purge_host(*env, data_dir));
    loops.run(network::purge_host(*env, data_dir));
    env->files().remove_all(data_dir);
    return 0;
}

}  // namespace welkin
