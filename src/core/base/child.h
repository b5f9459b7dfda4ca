#pragma once
// Starting one child process by posix_spawn, which does not copy a large parent's page tables.
#include <string>
#include <vector>

namespace welkin {

struct ChildOptions {
    std::vector<std::string> argv;
    std::string working_directory;
    /// Descriptors that become 0, 1 and 2; -1: /dev/null. All others are closed in the child.
    int in = -1;
    int out = -1;
    int err = -1;
    bool new_session = false;  ///< else a new process group of the same session
};

/// The child's pid. It starts with default signal handlers, and is ours to wait for. Throws
/// internal() when the program cannot be executed.
int start_child(const ChildOptions& options);

/// The same in a network namespace below /run/netns.
int start_child_in_namespace(const ChildOptions& options, const std::string& network_namespace);

}  // namespace welkin
