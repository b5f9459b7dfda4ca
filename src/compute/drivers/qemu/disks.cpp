#include "compute/drivers/qemu/disks.h"

#include "compute/drivers/qemu/helper_program.h"
#include "core/observe/log.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

constexpr uint64_t gib = 1ULL << 30;
constexpr std::string_view part_suffix = ".part";

/// qemu-img's name for a disk format of the image service. What has no structure is raw.
std::string qemu_format(const std::string& disk_format) {
    if (disk_format == "qcow2" || disk_format == "vmdk" || disk_format == "vdi" ||
        disk_format == "vhdx") {
        return disk_format;
    }
    return disk_format == "vhd" ? "vpc" : "raw";
}

}  // namespace

Disks::Disks(Env& env, GuestFolders& folders, FetchImage fetch_image)
    : env_(env), folders_(folders), fetch_image_(std::move(fetch_image)) {}

Task<std::string> Disks::cached_image(ImageId id, std::string format) {
    const auto path = fmt::format("{}/{}.{}", folders_.image_cache(), id, format);
    auto& slot = fetching_[path];
    if (!slot) {
        slot = std::make_shared<async::Mutex>();
    }
    const auto mutex = slot;  // held for as long as the image is being fetched
    const auto guard = co_await mutex->lock();
    last_used_[path] = env_.now();
    if (!env_.files().exists(path)) {
        env_.files().make_directories(folders_.image_cache());
        const auto part = path + std::string(part_suffix);
        env_.files().remove(part);
        co_await fetch_image_(id, part);
        co_await sync(folders_.image_cache(), {part.substr(part.rfind('/') + 1)});
        env_.files().rename(part, path);
        last_used_[path] = env_.now();
    }
    co_return path;
}

void Disks::trim_cache(Duration unused) {
    unused = std::max<Duration>(unused, 1min);
    std::set<std::string> needed;
    for (const auto& id : folders_.list()) {
        if (const auto spec = folders_.load_spec(id)) {
            needed.insert(
                fmt::format("{}.{}", spec->root.image_id, qemu_format(spec->root.image_format)));
        }
    }
    for (const auto& name : env_.files().list(folders_.image_cache())) {
        const auto path = folders_.image_cache() + "/" + name;
        // What was there before this process started counts as used now.
        const auto used = last_used_.try_emplace(path, env_.now()).first->second;
        if (needed.contains(name) || being_fetched(path) || env_.now() - used <= unused) {
            continue;
        }
        env_.files().remove(path);
        last_used_.erase(path);
        fetching_.erase(path);
        log::info("unused image removed from the cache", {{"file", name}});
    }
}

bool Disks::being_fetched(std::string_view path) const {
    if (path.ends_with(part_suffix)) {
        path.remove_suffix(part_suffix.size());
    }
    const auto found = fetching_.find(path);
    return found != fetching_.end() && found->second.use_count() > 1;
}

Task<void> Disks::sync(std::string folder, std::vector<std::string> names) {
    co_await async::blocking([&] {
        for (const auto& name : names) {
            env_.files().open(folder + "/" + name, Open::write)->sync();
        }
    });
}

Task<uint64_t> Disks::virtual_size(std::string path, std::string format) {
    const auto output =
        co_await run_program(env_, {"qemu-img", "info", "--output=json", "-f", format, path});
    co_return static_cast<uint64_t>(json::parse(output).integer("virtual-size"));
}

Task<void> Disks::make_root(const GuestSpec& spec) {
    const auto disk = folders_.path(spec.id, "disk.qcow2");
    const auto wanted = static_cast<uint64_t>(spec.root.size_gb) * gib;
    if (spec.root.image_id.empty() || spec.root.image_format == "iso") {
        if (!spec.root.image_id.empty()) {
            const auto image = co_await cached_image(spec.root.image_id, "raw");
            co_await run_program(
                env_, {"cp", "--reflink=auto", image, folders_.path(spec.id, "install.iso")});
        }
        co_await run_program(env_, {"qemu-img", "create", "-q", "-f", "qcow2", disk,
                                    std::to_string(std::max(wanted, gib))});
        co_return;
    }
    const auto format = qemu_format(spec.root.image_format);
    const auto base = co_await cached_image(spec.root.image_id, format);
    const auto size = co_await virtual_size(base, format);
    if (wanted != 0 && wanted < size) {
        throw work::DriverError(
            work::DriverError::Kind::fatal,
            fmt::format(
                "The flavor's disk of {} GiB is smaller than the image, which takes {:.1f} GiB.",
                spec.root.size_gb, static_cast<double>(size) / static_cast<double>(gib)));
    }
    co_await run_program(env_, {"qemu-img", "create", "-q", "-f", "qcow2", "-F", format, "-b", base,
                                disk, std::to_string(wanted != 0 ? wanted : size)});
}

Task<void> Disks::make_config_drive(const GuestSpec& spec) {
    const auto tree = folders_.path(spec.id, "config");
    env_.files().remove_all(tree);
    for (const auto& [name, content] : spec.config_drive) {
        const auto path = tree + "/" + name;
        env_.files().make_directories(path.substr(0, path.rfind('/')));
        env_.files().write_durably(path, content, 0600);
    }
    co_await run_program(env_, {"genisoimage", "-quiet", "-o", folders_.path(spec.id, "config.iso"),
                                "-V", "config-2", "-r", "-J", "-l", tree});
    env_.files().remove_all(tree);
}

Task<void> Disks::make(GuestSpec spec) {
    folders_.make(spec.id);
    co_await make_root(spec);
    const auto blank = [&](const char* name, uint64_t size) {
        return run_program(env_, {"qemu-img", "create", "-q", "-f", "qcow2",
                                  folders_.path(spec.id, name), std::to_string(size)});
    };
    if (spec.ephemeral_gb > 0) {
        co_await blank("ephemeral.qcow2", static_cast<uint64_t>(spec.ephemeral_gb) * gib);
    }
    if (spec.swap_mb > 0) {
        co_await blank("swap.qcow2", static_cast<uint64_t>(spec.swap_mb) << 20);
    }
    if (!spec.config_drive.empty()) {
        co_await make_config_drive(spec);
    }
    for (const auto& [id, name] :
         {std::pair{spec.kernel_id, "kernel"}, {spec.ramdisk_id, "ramdisk"}}) {
        if (!id.empty()) {
            const auto image = co_await cached_image(id, "raw");
            co_await run_program(env_,
                                 {"cp", "--reflink=auto", image, folders_.path(spec.id, name)});
        }
    }
    co_await sync(folders_.path(spec.id), env_.files().list(folders_.path(spec.id)));
}

}  // namespace welkin::compute::qemu
