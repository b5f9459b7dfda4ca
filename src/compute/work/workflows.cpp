#include "compute/work/workflows.h"

#include "compute/work/kinds.h"

namespace welkin::compute {

void add_workflows(work::Runner& runner, State& state) {
    for (const auto* workflow :
         {&build_server, &start_server, &stop_server, &reboot_server, &pause_server,
          &unpause_server, &rebuild_server, &delete_server_workflow}) {
        runner.add(*workflow, state);
    }
}

}  // namespace welkin::compute
