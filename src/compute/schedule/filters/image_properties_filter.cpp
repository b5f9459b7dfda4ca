// ImagePropertiesFilter: the host can run what the image says of itself.
#include "compute/schedule/table.h"
#include "core/base/text.h"

namespace welkin::compute {

namespace {

class ImagePropertiesFilter : public Filter {
public:
    std::string_view name() const override { return "ImagePropertiesFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        const auto& wanted = demand.image_properties;
        if (auto found = wanted.find("hw_architecture");
            found != wanted.end() && found->second != candidate.host.architecture) {
            return fmt::format("it is {}, the image needs {}", candidate.host.architecture,
                               found->second);
        }
        // A QEMU host runs what asks for KVM too, only slower.
        const auto& type = candidate.host.hypervisor_type;
        if (auto found = wanted.find("img_hv_type"); found != wanted.end()) {
            const auto needed = text::lower(found->second);
            const bool same = needed == text::lower(type) || (needed == "kvm" && type == "QEMU");
            if (!same) {
                return fmt::format("its hypervisor is {}, the image needs {}", type, found->second);
            }
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<Filter> make_image_properties_filter() {
    return std::make_unique<ImagePropertiesFilter>();
}

}  // namespace welkin::compute
