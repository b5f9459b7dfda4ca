#include "core/base/error.h"
#include "image/formats/inspectors.h"

namespace welkin::image::formats {

namespace {

constexpr uint64_t first_descriptor = 0x8000;
constexpr size_t descriptor_bytes = 2048;

class IsoInspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return window_; }

    void look(std::string_view descriptor) override {
        const auto standard = descriptor.substr(std::min<size_t>(1, descriptor.size()), 5);
        if (descriptor.size() < descriptor_bytes || (standard != "CD001" && standard != "BEA01")) {
            throw unsupported_media(
                "The data is not an ISO 9660 or UDF image: it has no volume descriptor.");
        }
        window_.reset();
    }

    uint64_t finish(uint64_t size_bytes, std::string_view) override {
        if (window_) {
            throw unsupported_media("The ISO image ends before its first volume descriptor.");
        }
        return size_bytes;
    }

private:
    std::optional<Window> window_ = Window{first_descriptor, descriptor_bytes};
};

}  // namespace

std::unique_ptr<Inspector> make_iso_inspector() { return std::make_unique<IsoInspector>(); }

}  // namespace welkin::image::formats
