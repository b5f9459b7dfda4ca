#include "compute/work/guest_spec.h"

#include "compute/metadata/metadata.h"
#include "image/image.h"

namespace welkin::compute {

Task<GuestSpec> make_guest_spec(const ServerWork& work, State& state) {
    co_return co_await state.core.database.read([&](sql::Transaction& tx) {
        const auto server = state.servers.get(tx, work.server_id);
        const auto image = state.image.find(tx, server.image_id);
        if (!image) {
            throw work::DriverError(work::DriverError::Kind::fatal,
                                    fmt::format("Image {} was deleted before the server could be "
                                                "built.",
                                                server.image_id));
        }
        GuestSpec spec;
        spec.id = server.id;
        spec.name = server.name;
        spec.vcpus = server.vcpus;
        spec.memory_mb = server.memory_mb;
        spec.root = {server.image_id, image->disk_format, server.disk_gb};
        spec.ephemeral_gb = server.ephemeral_gb;
        spec.swap_mb = server.swap_mb;
        spec.properties = image->properties;
        const auto property = [&](const char* name) {
            const auto found = image->properties.find(name);
            return found == image->properties.end() ? std::string() : found->second;
        };
        spec.kernel_id = ImageId(property("kernel_id"));
        spec.ramdisk_id = ImageId(property("ramdisk_id"));
        spec.kernel_arguments = property("os_command_line");
        if (server.config_drive) {
            spec.config_drive = metadata_documents(tx, state, server, work.admin_pass);
        }
        return spec;
    });
}

}  // namespace welkin::compute
