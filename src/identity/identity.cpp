#include "identity/identity.h"

#include "core/async/async.h"
#include "core/auth/policy.h"
#include "core/base/env.h"
#include "core/http/router.h"
#include "core/work/runner.h"
#include "identity/state.h"

namespace welkin::identity {

namespace {

constexpr config::Option option_table[] = {
    {"identity.token_ttl", config::Type::duration_ms, "1h", "How long a new token is valid."},
    {"identity.allow_expired_window", config::Type::duration_ms, "2d",
     "How long services may still validate a token that has expired (allow_expired)."},
    {"identity.key_rotation", config::Type::duration_ms, "1d",
     "How long one key seals tokens before the next takes over."},
    {"identity.password_cost", config::Type::integer, "10",
     "Cost of a bcrypt password hash, 4 to 31; one more doubles the time of a login."},
    {"identity.list_limit", config::Type::integer, "10000",
     "The most entries that one list reply has; the rest is reached by its next link."},
};

constexpr Duration watch_period = 1s;
constexpr Duration key_check_period = 60s;
constexpr Duration purge_period = 10min;

int checked(const config::Config& config, const char* name, int64_t lowest, int64_t highest) {
    const auto value = config.integer(name);
    if (value < lowest || value > highest) {
        throw bad_request("{} is {}, but it must be from {} to {}.", name, value, lowest, highest);
    }
    return static_cast<int>(value);
}

/// Made if it is not there.
std::string key_folder(const Core& core) {
    auto folder = core.data_dir + "/identity";
    core.env.files().make_directories(folder);
    return folder;
}

Duration duration(const config::Config& config, const char* name) {
    return std::chrono::milliseconds(config.milliseconds(name));
}

}  // namespace

std::span<const config::Option> options() { return option_table; }

Settings::Settings(const config::Config& config)
    : token_ttl(duration(config, "identity.token_ttl")),
      allow_expired_window(duration(config, "identity.allow_expired_window")),
      keys{.rotation = duration(config, "identity.key_rotation"),
           // Another process may go on with the old key until it looks again.
           .keep = token_ttl + allow_expired_window + 2 * key_check_period},
      password_cost(checked(config, "identity.password_cost", 4, 31)),
      list_limit(checked(config, "identity.list_limit", 1, 100000)) {}

Identity::State::State(Core& services)
    : core(services),
      settings(services.config),
      credentials(services.env, key_folder(services) + "/credential-key"),
      keys(services.env, key_folder(services) + "/fernet-keys", settings.keys),
      passwords(services.env, settings.password_cost),
      tokens(services.env, services.database, stores, keys, generation),
      catalog(services.database, stores.catalog, generation) {}

void Identity::State::record(sql::Transaction& tx, const history::Author& author,
                             std::string resource, std::string id, std::string action,
                             json::Value detail) {
    history::append(tx, author,
                    {.service = "identity",
                     .resource = std::move(resource),
                     .resource_id = std::move(id),
                     .action = std::move(action),
                     .detail = std::move(detail),
                     .project_id = {}});
    tx.after_commit([this] { ++generation; });
}

Task<void> Identity::State::watch_changes() {
    const auto latest = history::sequence(core.database);
    const auto seen = seen_sequence.load();
    if (latest == seen) {
        co_return;
    }
    const auto changed = co_await core.database.read([&](sql::Transaction& tx) {
        return !history::list(tx, {.service = "identity", .after = seen, .limit = 1}).empty();
    });
    if (changed) {
        ++generation;
    }
    seen_sequence = latest;
}

Task<void> Identity::State::purge_revocations() {
    co_await core.database.write([&](sql::Transaction& tx) {
        stores.revocations.erase_expired(tx, tx.now() - settings.allow_expired_window);
    });
}

Identity::Identity(Core& core) : state_(std::make_unique<State>(core)) {
    auto& state = *state_;
    core.policy.add(policy_rules());
    mount_routes(core.router, state);
    core.runner.every(watch_period, "identity changes", [&state] { return state.watch_changes(); });
    core.runner.every(key_check_period, "identity keys",
                      [&state] { return async::blocking([&state] { state.keys.maintain(); }); });
    core.runner.every(purge_period, "identity revocations",
                      [&state] { return state.purge_revocations(); });
}

Identity::~Identity() = default;

Task<auth::Caller> Identity::verify(std::string_view token) {
    auto checked_token = state_->tokens.find_cached(token);
    if (!checked_token) {
        checked_token = co_await state_->tokens.check(token);
    }
    co_return checked_token->caller;
}

std::string Identity::project_name(sql::Transaction& tx, const ProjectId& id) {
    const auto project = state_->stores.projects.find(tx, id);
    return project ? project->name : "";
}

bool Identity::project_exists(sql::Transaction& tx, const ProjectId& id) {
    return state_->stores.projects.find(tx, id).has_value();
}

}  // namespace welkin::identity
