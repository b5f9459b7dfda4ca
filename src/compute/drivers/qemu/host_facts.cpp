#include "compute/drivers/qemu/host_facts.h"

#include <sys/statvfs.h>

#include <thread>

#include "compute/drivers/qemu/helper_program.h"
#include "core/base/text.h"

namespace welkin::compute::qemu {
namespace {

/// The value of a "Name:   value" line of a /proc file.
std::string line_value(std::string_view file, std::string_view name) {
    for (const auto& line : text::split(file, '\n')) {
        const auto colon = line.find(':');
        if (colon != std::string::npos &&
            text::trim(std::string_view(line).substr(0, colon)) == name) {
            return std::string(text::trim(std::string_view(line).substr(colon + 1)));
        }
    }
    return "";
}

std::string cpu_info(std::string_view proc_cpuinfo, int64_t vcpus) {
    std::string info;
    json::Writer writer(info);
    writer.begin_object().member("arch", "x86_64");
    writer.member("model", line_value(proc_cpuinfo, "model name"));
    writer.member("vendor", line_value(proc_cpuinfo, "vendor_id"));
    writer.key("topology").begin_object();
    writer.member("sockets", 1).member("cores", vcpus).member("threads", 1).end_object();
    writer.key("features").begin_array();
    for (const auto& flag : text::split(line_value(proc_cpuinfo, "flags"), ' ')) {
        if (!flag.empty()) {
            writer.string(flag);
        }
    }
    writer.end_array().end_object();
    return info;
}

}  // namespace

int64_t parse_version(std::string_view text) {
    const auto begin = text.find("version ");
    if (begin == std::string_view::npos) {
        return 0;
    }
    const auto words = text.substr(begin + 8);
    int64_t version = 0;
    int parts = 0;
    for (const auto& part :
         text::split(words.substr(0, words.find_first_not_of("0123456789.")), '.')) {
        if (parts++ < 3) {
            version = version * 1000 + text::to_integer(part).value_or(0);
        }
    }
    for (; parts < 3; ++parts) {
        version *= 1000;
    }
    return version;
}

Task<HostFacts> read_host_facts(Env& env, std::string data_dir) {
    HostFacts facts{.hypervisor_type = "QEMU", .architecture = "x86_64", .host_ip = "127.0.0.1"};
    facts.hypervisor_version =
        parse_version(co_await run_program(env, {"qemu-system-x86_64", "--version"}));
    facts.vcpus = std::max(1U, std::thread::hardware_concurrency());
    const auto memory = line_value(env.files().read("/proc/meminfo").value_or(""), "MemTotal");
    facts.memory_mb = text::to_integer(memory.substr(0, memory.find(' '))).value_or(0) / 1024;
    facts.cpu_info = cpu_info(env.files().read("/proc/cpuinfo").value_or(""), facts.vcpus);
    struct statvfs disk{};
    if (statvfs(data_dir.c_str(), &disk) == 0) {
        facts.disk_gb = static_cast<int64_t>(disk.f_blocks * disk.f_frsize >> 30);
        facts.free_disk_gb = static_cast<int64_t>(disk.f_bavail * disk.f_frsize >> 30);
    }
    co_return facts;
}

}  // namespace welkin::compute::qemu
