#include "core/base/process_table.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>

#include "core/base/descriptor.h"
#include "core/base/text.h"

namespace welkin {

std::optional<ProcessState> parse_process_state(std::string_view stat) {
    // The second field is the program's name in parentheses and may hold anything, even ") Z 1".
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos) {
        return {};
    }
    const auto fields = text::split(text::trim(stat.substr(name_end + 1)), ' ');
    constexpr size_t state_at = 0;
    constexpr size_t start_at = 19;
    if (fields.size() <= start_at || fields[state_at].size() != 1) {
        return {};
    }
    const auto ticks = text::to_integer(fields[start_at]);
    if (!ticks) {
        return {};
    }
    return ProcessState{.state = fields[state_at][0], .start_ticks = static_cast<uint64_t>(*ticks)};
}

std::optional<ProcessState> process_state(int pid) {
    const Descriptor file(::open(fmt::format("/proc/{}/stat", pid).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
        return {};
    }
    std::array<char, 1024> buffer{};
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count <= 0) {
        return {};
    }
    return parse_process_state(std::string_view(buffer.data(), static_cast<size_t>(count)));
}

}  // namespace welkin
