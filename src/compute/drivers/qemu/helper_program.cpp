#include "compute/drivers/qemu/helper_program.h"

#include "core/base/text.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {

Task<std::string> run_program(Env& env, std::vector<std::string> argv) {
    const auto name = argv.front();
    auto output = co_await env.processes().run(std::move(argv), {}, 600s);
    if (output.exit_code != 0) {
        throw work::DriverError(work::DriverError::Kind::fatal,
                                fmt::format("{} failed: {}", name, text::trim(output.err)));
    }
    co_return std::move(output.out);
}

}  // namespace welkin::compute::qemu
