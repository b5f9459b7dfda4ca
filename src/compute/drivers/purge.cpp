// What `welkin purge` removes of compute: guests of any driver, whoever started them.
#include <csignal>

#include "compute/compute.h"
#include "compute/drivers/qemu/guest_folder.h"
#include "core/async/async.h"

namespace welkin::compute {

Task<void> purge_host(Env& env, std::string data_dir) {
    qemu::GuestFolders folders(env, data_dir);
    for (const auto& id : folders.list()) {
        if (const auto process = folders.find_process(id)) {
            env.processes().kill(*process, SIGKILL);
            for (int i = 0; i < 500 && env.processes().alive(*process); ++i) {
                co_await async::sleep(10ms);
            }
        }
        folders.remove(id);
    }
    env.files().remove_all(folders.image_cache());
    env.files().remove_all(folders.socket_directory());
}

}  // namespace welkin::compute
