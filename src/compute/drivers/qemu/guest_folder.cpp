#include "compute/drivers/qemu/guest_folder.h"

#include "core/base/error.h"
#include "core/base/process_table.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute::qemu {
namespace {

/// FNV-1a: the same data directory must give the same name in every run.
uint64_t stable_hash(std::string_view text) {
    uint64_t hash = 14695981039346656037ULL;
    for (const unsigned char c : text) {
        hash = (hash ^ c) * 1099511628211ULL;
    }
    return hash;
}

}  // namespace

GuestFolders::GuestFolders(Env& env, std::string data_dir)
    : env_(env),
      data_dir_(std::move(data_dir)),
      sockets_(fmt::format("/run/welkin-{:016x}", stable_hash(data_dir_))) {}

std::string GuestFolders::path(const ServerId& id, std::string_view name) const {
    CHECK(is_dashed_uuid(id));
    auto folder = data_dir_ + "/servers/" + id.value;
    return name.empty() ? folder : folder + "/" + std::string(name);
}

std::string GuestFolders::qmp_socket(const ServerId& id) const {
    return sockets_ + "/" + id.value + ".qmp";
}

std::string GuestFolders::vnc_socket(const ServerId& id) const {
    return sockets_ + "/" + id.value + ".vnc";
}

std::vector<ServerId> GuestFolders::list() const {
    std::vector<ServerId> ids;
    for (const auto& name : env_.files().list(data_dir_ + "/servers")) {
        if (is_dashed_uuid(name)) {
            ids.emplace_back(name);
        }
    }
    return ids;
}

std::optional<GuestSpec> GuestFolders::load_spec(const ServerId& id) const {
    const auto text = env_.files().read(path(id, "spec.json"));
    if (!text) {
        return std::nullopt;
    }
    return guest_from_json(json::parse(*text));
}

void GuestFolders::save_spec(const GuestSpec& spec) {
    env_.files().write_durably(path(spec.id, "spec.json"), json::to_string(to_json(spec)), 0600);
}

std::optional<ProcessId> GuestFolders::find_process(const ServerId& id) const {
    if (const auto text = env_.files().read(path(id, "process.json"))) {
        const auto saved = json::parse(*text);
        return ProcessId{static_cast<int>(saved.integer("pid")),
                         static_cast<uint64_t>(saved.integer("start_ticks"))};
    }
    const auto pid =
        text::to_integer(text::trim(env_.files().read(path(id, "qemu.pid")).value_or("")));
    if (!pid) {
        return std::nullopt;
    }
    // The pid may be another's by now; the command line says whose it is.
    const auto command = env_.files().read(fmt::format("/proc/{}/cmdline", *pid)).value_or("");
    const auto state =
        parse_process_state(env_.files().read(fmt::format("/proc/{}/stat", *pid)).value_or(""));
    if (!state || command.find(id.value) == std::string::npos) {
        return std::nullopt;
    }
    return ProcessId{static_cast<int>(*pid), state->start_ticks};
}

void GuestFolders::save_process(const ServerId& id, ProcessId process) {
    const json::Value saved = json::Object{
        {"pid", process.pid}, {"start_ticks", static_cast<int64_t>(process.start_ticks)}};
    env_.files().write_durably(path(id, "process.json"), json::to_string(saved), 0600);
}

void GuestFolders::forget_process(const ServerId& id) {
    env_.files().remove(path(id, "process.json"));
    env_.files().remove(path(id, "qemu.pid"));
    env_.files().remove(qmp_socket(id));
    env_.files().remove(vnc_socket(id));
}

void GuestFolders::make(const ServerId& id) {
    env_.files().make_directories(path(id));
    env_.files().make_directories(sockets_);
}

void GuestFolders::remove(const ServerId& id) {
    forget_process(id);
    // spec.json goes first, so that a folder half removed is a folder half made.
    env_.files().remove(path(id, "spec.json"));
    env_.files().remove_all(path(id));
}

}  // namespace welkin::compute::qemu
