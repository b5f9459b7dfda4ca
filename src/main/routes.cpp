#include "main/routes.h"

#include <cstdio>
#include <filesystem>

#include "core/async/loops.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/observe/log.h"
#include "main/cloud.h"

namespace welkin {
namespace {

auth::Caller caller_with(std::vector<std::string> roles) {
    auth::Caller caller;
    caller.user_id = UserId("user");
    caller.user_domain_id = DomainId("domain");
    caller.project_id = ProjectId("project");
    caller.project_domain_id = DomainId("domain");
    caller.roles = std::move(roles);
    return caller;
}

/// What belongs to the caller in every way that a rule may ask for.
const auth::Owner own = {.user = UserId("user"),
                         .project = ProjectId("project"),
                         .domain = DomainId("domain"),
                         .extra = {{"owner", "project"},
                                   {"member_id", "project"},
                                   {"network:project_id", "project"},
                                   {"target.project.id", "project"},
                                   {"target.user.id", "user"},
                                   {"target.credential.user_id", "user"}}};

const char* who_may(const auth::Policy& policy, const http::RouteInfo& route) {
    if (has(route.flags, http::Flag::public_route)) {
        return "public";
    }
    if (policy.allows(route.rule, caller_with({}), {})) {
        return "anyone";
    }
    if (policy.allows(route.rule, caller_with({}), own)) {
        return "owner";
    }
    std::vector<std::string> roles;
    for (const char* persona : {"reader", "member", "manager", "admin"}) {
        roles.emplace_back(persona);
        if (policy.allows(route.rule, caller_with(roles), own)) {
            return persona;
        }
    }
    return "other";
}

std::string versions_text(VersionRange range) {
    if (range.first == Version{} && range.last == version_end) {
        return "-";
    }
    return fmt::format("{}-{}", range.first == Version{} ? "" : range.first.text(),
                       range.last == version_end ? "" : range.last.text());
}

const char* or_dash(const std::string& text) { return text.empty() ? "-" : text.c_str(); }

void print(const auth::Policy& policy, const http::MountedRoute& route) {
    const auto& info = route.info;
    const auto path = route.api->prefix + info.path;
    fmt::print("{:6} {} {} {} {} {} {}\n", to_text(info.method), path.empty() ? "/" : path,
               route.api->name, who_may(policy, info), or_dash(info.rule),
               versions_text(info.versions), or_dash(info.action));
}

/// A cloud that is made but never started: nothing of the host is touched.
Task<void> print_all(Env& env, config::Config& config, std::string data_dir) {
    Cloud cloud(env, config, std::move(data_dir));
    for (const auto& route : cloud.core().router.routes()) {
        print(cloud.core().policy, *route);
    }
    co_return;
}

}  // namespace

int run_routes(config::Config& config) {
    log::configure({.level = log::Level::error});
    const auto env = make_real_env();
    const auto folder = std::filesystem::temp_directory_path() /
                        ("welkin-routes-" + text::to_hex(env->random_bytes(8)));
    const auto data_dir = folder.string();
    config.set("database.url=sqlite://" + data_dir + "/welkin.db");
    env->files().make_directories(data_dir);
    async::Loops loops(1);
    std::exception_ptr failure;
    try {
        loops.run(print_all(*env, config, data_dir));
    } catch (...) {
        failure = std::current_exception();
    }
    env->files().remove_all(data_dir);
    if (failure) {
        std::rethrow_exception(failure);
    }
    return 0;
}

}  // namespace welkin
