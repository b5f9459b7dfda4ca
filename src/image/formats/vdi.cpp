#include "core/base/error.h"
#include "image/formats/inspectors.h"

namespace welkin::image::formats {

namespace {

constexpr size_t header_bytes = 512;
constexpr uint32_t type_dynamic = 1;
constexpr uint32_t type_fixed = 2;
constexpr size_t parent_offset = 0x1a8;  ///< two UUIDs: of the linked image and of its parent
constexpr size_t parent_bytes = 32;

class VdiInspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return window_; }

    void look(std::string_view header) override {
        if (header.size() < header_bytes || little_endian(header, 0x40, 4) != 0xbeda107f) {
            throw unsupported_media("The data is not a vdi file: its signature is missing.");
        }
        const auto type = little_endian(header, 0x4c, 4);
        const auto parents = header.substr(parent_offset, parent_bytes);
        if ((type != type_dynamic && type != type_fixed) ||
            parents.find_first_not_of('\0') != std::string_view::npos) {
            throw unsupported_media(
                "The vdi file is a difference to another one; make it a complete image.");
        }
        virtual_size_ = little_endian(header, 0x170, 8);
        if (virtual_size_ > uint64_t{1} << 62) {
            throw unsupported_media("The vdi file claims a disk of {} bytes, which cannot be.",
                                    virtual_size_);
        }
        window_.reset();
    }

    uint64_t finish(uint64_t, std::string_view) override {
        if (window_) {
            throw unsupported_media("The vdi file ends within its header.");
        }
        return virtual_size_;
    }

private:
    std::optional<Window> window_ = Window{0, header_bytes};
    uint64_t virtual_size_ = 0;
};

}  // namespace

std::unique_ptr<Inspector> make_vdi_inspector() { return std::make_unique<VdiInspector>(); }

}  // namespace welkin::image::formats
