#include "compute/metadata/metadata.h"

#include "compute/metadata/documents.h"
#include "compute/state.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/http/reply.h"
#include "network/network.h"

namespace welkin::compute {
namespace {

constexpr size_t random_seed_bytes = 512;

metadata::Subject subject_of(sql::Transaction& tx, State& state, const Server& server) {
    return {.server = server,
            .ports = state.network.ports_of(tx, server.id),
            .random_seed = state.core.env.random_bytes(random_seed_bytes)};
}

std::string list_of(std::span<const std::string_view> versions) {
    std::string list;
    for (const auto version : versions) {
        list += std::string(version) + "\n";
    }
    return list + "latest";
}

bool is_version(std::span<const std::string_view> versions, std::string_view wanted) {
    return wanted == "latest" || std::ranges::find(versions, wanted) != versions.end();
}

/// What is at `path` ("/2009-04-04/meta-data/hostname", "/openstack/latest/meta_data.json").
std::optional<std::string> answer(const metadata::Subject& subject, std::string_view path) {
    const auto begin = path.find_first_not_of('/');
    path = begin == std::string_view::npos ? "" : path.substr(begin);
    const bool openstack = path == "openstack" || path.starts_with("openstack/");
    if (openstack) {
        path.remove_prefix(std::min(path.size(), std::string_view("openstack/").size()));
    }
    const auto versions = openstack ? metadata::openstack_versions() : metadata::ec2_versions();
    if (path.empty()) {
        return list_of(versions);
    }
    const auto slash = path.find('/');
    const auto version = path.substr(0, slash);
    if (!is_version(versions, version)) {
        return std::nullopt;
    }
    auto rest = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    const auto documents = openstack ? metadata::openstack_documents(subject, version)
                                     : metadata::ec2_documents(subject);
    // EC2 lists its keys by number and name: "0=mykey".
    if (!openstack && (rest == "meta-data/public-keys" || rest == "meta-data/public-keys/") &&
        !subject.server.public_key.empty()) {
        return "0=" + subject.server.key_name;
    }
    return metadata::look_up(documents, rest);
}

Task<http::Reply> serve(State& state, NetworkId network, std::string address,
                        http::Request& request) {
    if (request.method != http::Method::GET && request.method != http::Method::HEAD) {
        co_return http::text_reply(405, "The metadata service only answers GET.\n");
    }
    auto subject = co_await state.core.database.read(
        [&](sql::Transaction& tx) -> std::optional<metadata::Subject> {
            const auto id = state.network.server_at(tx, network, address);
            const auto server = id ? state.servers.find(tx, *id) : std::nullopt;
            if (!server) {
                return std::nullopt;
            }
            return subject_of(tx, state, *server);
        });
    const auto path = text::percent_decode(request.target.substr(0, request.target.find('?')));
    if (!subject || !path) {
        co_return http::text_reply(404, "404 Not Found\n");
    }
    auto content = answer(*subject, *path);
    if (!content) {
        co_return http::text_reply(404, "404 Not Found\n");
    }
    const bool json = path->ends_with(".json");
    co_return http::text_reply(200, std::move(*content),
                               json ? "application/json" : "text/plain; charset=UTF-8");
}

}  // namespace

void serve_metadata(State& state) {
    state.network.serve_metadata([&state](network::MetadataRequest asked) {
        return serve(state, asked.network_id, asked.fixed_ip, asked.request);
    });
}

std::map<std::string, std::string> metadata_documents(sql::Transaction& tx, State& state,
                                                      const Server& server,
                                                      const std::string& admin_pass) {
    auto subject = subject_of(tx, state, server);
    subject.admin_pass = admin_pass;
    return metadata::config_drive_documents(subject);
}

}  // namespace welkin::compute
