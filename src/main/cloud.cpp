#include "main/cloud.h"

#include <unistd.h>

#include "compute/compute.h"
#include "core/async/async.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "identity/identity.h"
#include "image/image.h"
#include "main/history_budget.h"
#include "network/network.h"
#include "placement/placement.h"

namespace welkin::sql {
#define WELKIN_SCHEMA(module)                 \
    extern const Migration module##_schema[]; \
    extern const int module##_schema_count;
WELKIN_SCHEMA(core)
WELKIN_SCHEMA(identity)
WELKIN_SCHEMA(image)
WELKIN_SCHEMA(placement)
WELKIN_SCHEMA(network)
WELKIN_SCHEMA(compute)
#undef WELKIN_SCHEMA
}  // namespace welkin::sql

namespace welkin {
namespace {

constexpr config::Option process_options[] = {
    {"server.listen", config::Type::text, "127.0.0.1:8700",
     "Address and port that every API is served on; port 0 picks a free one."},
    {"server.public_url", config::Type::text, "",
     "URL by which clients reach this cloud, for the catalogue and links; empty: as they asked."},
    {"server.threads", config::Type::integer, "0", "Event loops; 0: one per processor."},
    {"server.max_connections", config::Type::integer, "16384",
     "Open client connections; more are answered 503."},
    {"server.header_timeout", config::Type::duration_ms, "30s",
     "How long a client may take to send the header of a request."},
    {"server.body_timeout", config::Type::duration_ms, "60s",
     "How long a client may stall within a body, and may in all fall behind 1 KiB a second."},
    {"server.idle_timeout", config::Type::duration_ms, "75s",
     "How long a connection stays open between requests."},
    {"server.certificate", config::Type::text, "",
     "PEM file with the certificate chain; with server.key it turns TLS on."},
    {"server.key", config::Type::text, "", "PEM file with the certificate's private key."},
    {"database.url", config::Type::text, "",
     "Where the control plane keeps its tables; empty: SQLite in the data directory."},
    {"log.level", config::Type::text, "info",
     "Least severe level written: debug, info, warning or error."},
    {"log.format", config::Type::text, "text", "One line an event as text or json."},
    {"log.file", config::Type::text, "", "Where the log goes; empty: standard error."},
    {"policy.file", config::Type::text, "",
     "A policy.yaml whose rules replace the defaults of the same name."},
    {"host.name", config::Type::text, "",
     "What this machine is called in the cloud; empty: its host name."},
    {"debug.crash_at", config::Type::text, "",
     "Name of a crash point at which the process kills itself; for tests."},
};

std::string host_name(const config::Config& config) {
    if (auto name = config.text("host.name"); !name.empty()) {
        return name;
    }
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name[0] != '\0' ? name : "localhost";
}

std::string database_url(const config::Config& config, const std::string& data_dir) {
    auto url = config.text("database.url");
    return url.empty() ? "sqlite://" + data_dir + "/welkin.db" : url;
}

std::vector<sql::Migration> all_migrations() {
    std::vector<sql::Migration> all;
    const auto append = [&](const sql::Migration* first, int count) {
        all.insert(all.end(), first, first + count);
    };
    append(sql::core_schema, sql::core_schema_count);
    append(sql::identity_schema, sql::identity_schema_count);
    append(sql::image_schema, sql::image_schema_count);
    append(sql::placement_schema, sql::placement_schema_count);
    append(sql::network_schema, sql::network_schema_count);
    append(sql::compute_schema, sql::compute_schema_count);
    return all;
}

const std::vector<identity::CatalogService> catalog = {
    {"identity", "keystone", "/identity/v3"},
    {"image", "glance", "/image"},
    {"network", "neutron", "/network"},
    {"compute", "nova", "/compute/v2.1"},
};

}  // namespace

void declare_options(config::Config& config) {
    config.declare(process_options);
    config.declare(history_options());
    config.declare(identity::options());
    config.declare(image::options());
    config.declare(network::options());
    config.declare(compute::options());
}

Cloud::Cloud(Env& env, config::Config& config, std::string data_dir, HostDrivers drivers)
    : env_(env),
      drivers_(std::move(drivers)),
      database_(sql::open(env, {.url = database_url(config, data_dir)})),
      bus_(bus::make_in_process_bus()),
      runner_(
          std::make_unique<work::Runner>(*database_, work::RunnerOptions{.owner = new_uuid(env)})),
      core_{env,     *database_,          config,           *bus_, *runner_, router_,
            policy_, std::move(data_dir), host_name(config)} {
    const auto migrations = all_migrations();
    database_->migrate(migrations);
    policy_.add(auth::common_rules());
    identity_ = std::make_unique<identity::Identity>(core_);
    image_ = std::make_unique<image::Image>(core_);
    placement_ = std::make_unique<placement::Placement>(core_);
    network_ = std::make_unique<network::Network>(core_);
    compute_ =
        std::make_unique<compute::Compute>(core_, *identity_, *image_, *network_, *placement_);
    keep_history_within_budget(core_);
    mount_operations();
    if (auto file = config.text("policy.file"); !file.empty()) {
        const auto yaml = env.files().read(file);
        if (!yaml) {
            throw bad_request("The policy.file {} does not exist.", file);
        }
        policy_.override_with(*yaml);
    }
    pipeline_ =
        std::make_unique<http::Pipeline>(env, router_, policy_, *identity_, database_.get());
}

Cloud::~Cloud() = default;

void Cloud::mount_operations() {
    operations_ = {.name = "operations", .prefix = ""};
    const auto add = [&](const char* path, std::function<http::Reply()> answer) {
        router_.add(operations_,
                    {.method = http::Method::GET, .path = path, .flags = http::Flag::public_route},
                    [answer = std::move(answer)](http::Request&) -> Task<http::Reply> {
                        co_return answer();
                    });
    };
    add("/healthz", [] { return http::text_reply(200, "ok\n"); });
    add("/readyz", [this] {
        return ready_ ? http::text_reply(200, "ready\n")
                      : http::text_reply(503, "starting or stopping\n");
    });
    add("/metrics", [] {
        return http::text_reply(200, metrics::render(), "text/plain; version=0.0.4; charset=utf-8");
    });
}

std::string Cloud::load_admin_password() {
    const auto path = core_.data_dir + "/admin-password";
    if (const auto kept = env_.files().read(path)) {
        return std::string(text::trim(*kept));
    }
    auto password = text::to_hex(env_.random_bytes(12));
    env_.files().write_durably(path, password + "\n", 0600);
    return password;
}

Task<void> Cloud::start() {
    admin_password_ = load_admin_password();
    co_await identity_->bootstrap({.admin_password = admin_password_, .services = catalog});
    co_await network_->start_host(drivers_.data_plane);
    co_await compute_->start_host(drivers_.hypervisor);
    // What was under way goes on once the host is known as it is, and answers.
    async::spawn(runner_->run(), "workflow runner");
    ready_ = true;
}

Task<void> Cloud::stop() {
    ready_ = false;
    co_await runner_->stop();
    co_await compute_->stop_host();
    co_await network_->stop_host();
}

Task<http::Reply> Cloud::handle(http::Request& request) { return pipeline_->handle(request); }

}  // namespace welkin
