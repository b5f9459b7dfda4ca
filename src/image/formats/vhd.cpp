#include "core/base/error.h"
#include "image/formats/inspectors.h"

namespace welkin::image::formats {

namespace {

constexpr size_t footer_bytes = 512;
constexpr uint32_t type_fixed = 2;
constexpr uint32_t type_dynamic = 3;

class VhdInspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return window_; }

    void look(std::string_view piece) override {
        if (window_->offset != 0) {
            if (!piece.starts_with("cxsparse")) {
                throw unsupported_media("The vhd file lacks the header of a dynamic disk.");
            }
            window_.reset();
            return;
        }
        window_.reset();
        if (!piece.starts_with("conectix")) {
            return;  // a fixed disk has its footer at the end only
        }
        look_at_footer(piece, type_dynamic);
        const auto header = big_endian(piece, 16, 8);
        if (header < footer_bytes || header > uint64_t{1} << 40) {
            throw unsupported_media("The vhd file puts its header at byte {}, which cannot be.",
                                    header);
        }
        window_ = Window{header, 8};
    }

    uint64_t finish(uint64_t, std::string_view tail) override {
        if (window_) {
            throw unsupported_media("The vhd file ends within its header.");
        }
        if (!virtual_size_) {
            const auto footer = tail.substr(tail.size() - std::min(tail.size(), footer_bytes));
            if (!footer.starts_with("conectix")) {
                throw unsupported_media("The data is not a vhd file: it has no footer.");
            }
            look_at_footer(footer, type_fixed);
        }
        return *virtual_size_;
    }

private:
    void look_at_footer(std::string_view footer, uint32_t expected) {
        if (footer.size() < footer_bytes) {
            throw unsupported_media("The vhd file ends within its footer.");
        }
        const auto type = big_endian(footer, 60, 4);
        if (type != expected) {
            throw unsupported_media(
                "The vhd disk type is {}; it must be 2 (fixed) or 3 (dynamic), in its place. "
                "A difference to another file must be made a complete image.",
                type);
        }
        virtual_size_ = big_endian(footer, 48, 8);
        if (*virtual_size_ > uint64_t{1} << 62) {
            throw unsupported_media("The vhd file claims a disk of {} bytes, which cannot be.",
                                    *virtual_size_);
        }
    }

    std::optional<Window> window_ = Window{0, footer_bytes};
    std::optional<uint64_t> virtual_size_;
};

}  // namespace

std::unique_ptr<Inspector> make_vhd_inspector() { return std::make_unique<VhdInspector>(); }

}  // namespace welkin::image::formats
