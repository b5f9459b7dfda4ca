#include "compute/drivers/qemu/accelerator.h"

#include "core/async/async.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "core/observe/log.h"

namespace welkin::compute::qemu {

using namespace std::string_view_literals;

namespace {

constexpr const char* kvm_device = "/dev/kvm";
constexpr const char* boot_id_file = "/proc/sys/kernel/random/boot_id";

// timeout(1) ends QEMU even if we are killed meanwhile: a guest that hangs would use a processor
// for ever. Past that limit its exit code is that of the signal it sends.
constexpr const char* trial_limit_s = "3";
constexpr Duration run_limit = 10s;
constexpr int exit_code_of_hanging = 128 + 9;

// isa-debug-exit ends QEMU with (written << 1) | 1, which no other end of QEMU looks like.
constexpr int exit_code_of_success = (0x15 << 1) | 1;

/// Waits for five ticks of the BIOS clock, so that interrupts and halting are tried too, and counts
/// to 200 million: a processor is done in a moment, but not a KVM that emulates every instruction,
/// under which systems seem to hang.
std::string boot_sector() {
    const std::string_view code =
        "\xFA\x31\xC0\x8E\xD8\xFB"  //       cli; xor ax, ax; mov ds, ax; sti
        "\xB9\x05\x00"              //       mov cx, 5
        "\x8B\x1E\x6C\x04"          // next: mov bx, [0x46c]
        "\xF4"                      // wait: hlt
        "\x3B\x1E\x6C\x04"          //       cmp bx, [0x46c]
        "\x74\xF9"                  //       je wait
        "\xE2\xF3"                  //       loop next
        "\x66\xB9\x00\xC2\xEB\x0B"  //       mov ecx, 200000000
        "\x66\x49\x75\xFC"          //       dec ecx; jnz (to the dec)
        "\xBA\xF4\x00"              //       mov dx, 0xf4
        "\xB0\x15\xEE"              //       mov al, 0x15; out dx, al
        "\xF4\xEB\xFD"sv;           //       hlt, for ever
    std::string sector(code);
    sector.resize(510);
    return sector + "\x55\xAA";
}

std::vector<std::string> trial_command(const std::string& disk) {
    // QEMU's way to write a comma within a value.
    const auto file = text::replace_all(disk, ",", ",,");
    return {"timeout",     "--signal=KILL",
            trial_limit_s, "qemu-system-x86_64",
            "-machine",    "pc,accel=kvm,usb=off",
            "-cpu",        "host",
            "-m",          "16M",
            "-nodefaults", "-no-user-config",
            "-display",    "none",
            "-device",     "isa-debug-exit,iobase=0xf4,iosize=0x04",
            "-blockdev",   fmt::format("driver=file,filename={},node-name=trial", file),
            "-device",     "ide-hd,drive=trial,bootindex=1"};
}

/// Runs the guest. Empty if it did what it should, else what happened instead. Throws when it could
/// not be tried.
Task<std::string> why_not_kvm(Env& env, std::string disk) {
    if (!env.files().exists(kvm_device)) {
        co_return fmt::format("there is no {}", kvm_device);
    }
    env.files().write_durably(disk, boot_sector(), 0600);
    const auto output = co_await env.processes().run(trial_command(disk), {}, run_limit);
    env.files().remove(disk);
    if (output.exit_code == exit_code_of_success) {
        co_return "";
    }
    if (output.exit_code == exit_code_of_hanging) {
        co_return "a trial guest hung";
    }
    co_return fmt::format("a trial guest ended with {}: {}", output.exit_code,
                          text::trim(output.err));
}

}  // namespace

struct AcceleratorProbe::State {
    Env& env;
    std::string data_dir;
    std::optional<Accelerator> known;
    async::Event found;

    std::string result_file() const { return data_dir + "/accelerator.json"; }
    std::string boot_id() const {
        return std::string(text::trim(env.files().read(boot_id_file).value_or("")));
    }

    void settle(const std::string& why_not) {
        known = why_not.empty() ? Accelerator::kvm : Accelerator::tcg;
        if (why_not.empty()) {
            log::info("guests run under KVM", {});
        } else {
            log::info("guests are emulated (TCG), since KVM does not work here",
                      {{"why", why_not}});
        }
        found.set();
    }

    bool settle_from_file() {
        const auto saved = env.files().read(result_file());
        if (!saved) {
            return false;
        }
        try {
            const auto result = json::parse(*saved);
            if (result.text("boot_id") != boot_id() || boot_id().empty()) {
                return false;
            }
            settle(result.text("why_not_kvm"));
            return true;
        } catch (const Error& error) {
            log::warning("the saved accelerator is unreadable", {{"why", error.message}});
            return false;
        }
    }

    void save(const std::string& why_not) {
        const json::Value result = json::Object{{"boot_id", boot_id()}, {"why_not_kvm", why_not}};
        env.files().write_durably(result_file(), json::to_string(result), 0600);
    }
};

AcceleratorProbe::AcceleratorProbe(Env& env, std::string data_dir)
    : state_(std::make_shared<State>(env, std::move(data_dir))) {}

void AcceleratorProbe::start() {
    if (!state_->settle_from_file()) {
        async::spawn(try_out(state_), "accelerator probe");
    }
}

Task<void> AcceleratorProbe::try_out(std::shared_ptr<State> state) {
    try {
        const auto why = co_await why_not_kvm(state->env, state->data_dir + "/kvm-trial.img");
        state->settle(why);
        state->save(why);
    } catch (const Error& error) {
        // No answer, so the next start asks again.
        if (!state->known) {
            state->settle(error.message);
        }
    }
}

std::optional<Accelerator> AcceleratorProbe::known() const { return state_->known; }

Task<Accelerator> AcceleratorProbe::result() {
    const auto state = state_;
    co_await state->found.wait();
    co_return *state->known;
}

}  // namespace welkin::compute::qemu
