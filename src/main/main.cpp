// The welkin executable: reads the command line, loads the configuration, runs one command.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "core/base/error.h"
#include "core/config/config.h"
#include "main/cloud.h"
#include "main/routes.h"
#include "main/up.h"

namespace {

struct Arguments {
    std::string data_dir = "/var/lib/welkin";
    std::string config_file;
    std::string listen;
    std::vector<std::string> assignments;
};

void add_common(CLI::App& command, Arguments& arguments) {
    command.add_option("--data-dir", arguments.data_dir, "Where everything is kept")
        ->capture_default_str();
    command.add_option("--config", arguments.config_file, "A TOML file with options");
    command
        .add_option("--set", arguments.assignments, "One option: section.key=value (repeatable)")
        ->take_all();
}

void load(welkin::config::Config& config, const Arguments& arguments) {
    welkin::declare_options(config);
    if (!arguments.config_file.empty()) {
        config.load_file(arguments.config_file);
    }
    for (const auto& assignment : arguments.assignments) {
        config.set(assignment);
    }
    if (!arguments.listen.empty()) {
        config.set("server.listen=" + arguments.listen);
    }
}

int list_options(const welkin::config::Config& config) {
    for (const auto& described : config.describe()) {
        std::printf("%-32s %s\n    %s\n", described.option.name,
                    described.value.empty() ? "\"\"" : described.value.c_str(),
                    described.option.description);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Welkin: a cloud in one program, with OpenStack's APIs");
    app.set_version_flag("--version", "welkin " WELKIN_VERSION);
    app.require_subcommand(1);
    Arguments arguments;
    auto* up = app.add_subcommand("up", "Run the whole cloud in this process");
    add_common(*up, arguments);
    up->add_option("--listen", arguments.listen, "ADDRESS:PORT, short for --set server.listen=...");
    auto* purge = app.add_subcommand("purge",
                                     "End every server, undo all that was made on this host "
                                     "and delete the data directory");
    purge->add_option("--data-dir", arguments.data_dir, "The data directory to purge")->required();
    auto* configuration = app.add_subcommand("config", "About the configuration");
    auto* list = configuration->add_subcommand("list", "Print every option, its value and meaning");
    add_common(*list, arguments);
    configuration->require_subcommand(1);
    auto* routes = app.add_subcommand("routes",
                                      "Print every URL served: method, path, service, "
                                      "who may, policy rule, versions, action");
    add_common(*routes, arguments);
    CLI11_PARSE(app, argc, argv);

    try {
        const auto data_dir =
            std::filesystem::absolute(arguments.data_dir).lexically_normal().string();
        if (purge->parsed()) {
            return welkin::run_purge(data_dir);
        }
        welkin::config::Config config;
        load(config, arguments);
        if (list->parsed()) {
            return list_options(config);
        }
        return routes->parsed() ? welkin::run_routes(config) : welkin::run_up(config, data_dir);
    } catch (const std::exception&) {
        std::fprintf(stderr, "welkin: %s\n", welkin::describe(std::current_exception()).c_str());
        return 1;
    }
}
