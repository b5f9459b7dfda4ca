#pragma once
// Reaper: waits for children that nobody else waits for, so that they do not become zombies.
#include <memory>

namespace welkin {

class Reaper {
public:
    Reaper();
    ~Reaper();  ///< children still running are left to run, and to init

    /// Takes over a child; from then on its pid may be reused as soon as it ends.
    void adopt(int pid);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace welkin
