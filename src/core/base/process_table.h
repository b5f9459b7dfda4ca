#pragma once
// What /proc says of a process.
#include <cstdint>
#include <optional>
#include <string_view>

namespace welkin {

struct ProcessState {
    char state = '?';  ///< R, S, D, T, Z, X ...
    uint64_t start_ticks = 0;
    bool dead() const { return state == 'Z' || state == 'X' || state == 'x'; }
};

/// From the text of /proc/PID/stat (proc(5)); nothing if it makes no sense.
std::optional<ProcessState> parse_process_state(std::string_view stat);
/// Nothing if there is no such process.
std::optional<ProcessState> process_state(int pid);

}  // namespace welkin
