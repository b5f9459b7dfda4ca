#include "network/host/linux/commands.h"

#include "core/base/text.h"
#include "core/work/workflow.h"

namespace welkin::network {

namespace {

constexpr auto patience = 30s;

}  // namespace

Task<std::string> Commands::run(std::vector<std::string> argv, std::string input) {
    const auto what = text::join(argv, " ");
    const auto output = co_await env_.processes().run(std::move(argv), std::move(input), patience);
    if (output.exit_code != 0) {
        work::DriverError error(
            work::DriverError::Kind::retry,
            fmt::format("\"{}\" failed with exit code {}.", what, output.exit_code));
        error.cause = std::string(text::trim(output.err));
        throw error;
    }
    co_return output.out;
}

Task<bool> Commands::try_run(std::vector<std::string> argv, std::string input) {
    bool fine = false;
    try {
        const auto output =
            co_await env_.processes().run(std::move(argv), std::move(input), patience);
        fine = output.exit_code == 0;
    } catch (const Error&) {
        // A program that is not there cannot have made what it is asked to undo.
    }
    co_return fine;
}

Task<void> Commands::ip(std::string lines, std::string network_namespace) {
    if (lines.empty()) {
        co_return;
    }
    std::vector<std::string> argv = {"ip"};
    if (!network_namespace.empty()) {
        argv.insert(argv.end(), {"-n", network_namespace});
    }
    argv.insert(argv.end(), {"-batch", "-"});
    co_await run(std::move(argv), std::move(lines));
}

Task<void> Commands::nft(std::string script) {
    if (!script.empty()) {
        co_await run({"nft", "-f", "-"}, std::move(script));
    }
}

Task<std::map<std::string, Link>> Commands::links() {
    const auto listed = json::parse(co_await run({"ip", "-json", "link", "show"}));
    std::map<std::string, Link> found;
    for (const auto& each : listed.as_array()) {
        Link link{.name = each.text("ifname"),
                  .master = each.text("master"),
                  .mtu = static_cast<int>(each.integer("mtu"))};
        if (each["flags"].is_array()) {
            for (const auto& flag : each["flags"].as_array()) {
                link.up |= flag == json::Value("UP");
            }
        }
        found.emplace(link.name, link);
    }
    co_return found;
}

Task<std::set<std::string>> Commands::addresses(std::string network_namespace, std::string device) {
    const auto listed = json::parse(
        co_await run({"ip", "-n", network_namespace, "-json", "address", "show", "dev", device}));
    std::set<std::string> found;
    for (const auto& each : listed.as_array()) {
        if (!each["addr_info"].is_array()) {
            continue;
        }
        for (const auto& info : each["addr_info"].as_array()) {
            if (info.text("scope") != "link") {
                found.insert(fmt::format("{}/{}", info.text("local"), info.integer("prefixlen")));
            }
        }
    }
    co_return found;
}

Task<std::vector<Commands::Route>> Commands::routes() {
    const auto listed = json::parse(co_await run({"ip", "-4", "-json", "route", "show"}));
    std::vector<Route> found;
    for (const auto& each : listed.as_array()) {
        if (const auto cidr = Cidr::parse(each.text("dst"))) {
            found.push_back({*cidr, each.text("dev")});
        }
    }
    co_return found;
}

std::set<std::string> Commands::namespaces() {
    const auto names = env_.files().list("/run/netns");
    return {names.begin(), names.end()};
}

}  // namespace welkin::network
