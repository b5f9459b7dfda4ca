#pragma once
// Accelerator: whether guests run on the processor itself (KVM) or are emulated (TCG).
//
// That /dev/kvm can be opened says little: on some hosts guests then hang, or crawl. So a guest of
// a few bytes is tried once per boot of the host, and only what it says itself in time counts.
#include <memory>
#include <optional>
#include <string>

#include "core/base/env.h"

namespace welkin::compute::qemu {

enum class Accelerator { tcg, kvm };

class AcceleratorProbe {
public:
    /// Remembers its result in `data_dir`/accelerator.json.
    AcceleratorProbe(Env& env, std::string data_dir);

    /// Takes the result of an earlier run in this boot, or begins a trial, which is given 3 s and
    /// goes on behind the caller. Called once, on an event loop.
    void start();
    /// Nothing while the trial runs.
    std::optional<Accelerator> known() const;
    /// Waits for the end of the trial.
    Task<Accelerator> result();

private:
    struct State;
    static Task<void> try_out(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;  // shared with the trial, which may outlive us
};

}  // namespace welkin::compute::qemu
