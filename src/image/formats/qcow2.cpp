#include "core/base/error.h"
#include "image/formats/inspectors.h"

namespace welkin::image::formats {

namespace {

constexpr size_t header_v2 = 72;
constexpr size_t header_v3 = 104;
constexpr size_t longest_extensions = 64 * 1024;

constexpr uint64_t feature_corrupt = 1u << 1;
constexpr uint64_t feature_external_data = 1u << 2;
/// dirty, corrupt, external data file, compression type, extended L2 entries
constexpr uint64_t features_known = 0b11111;

constexpr uint32_t extension_end = 0;
constexpr uint32_t extension_external_data = 0x44415441;

class Qcow2Inspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return window_; }

    void look(std::string_view piece) override {
        window_.reset();
        look_at_header(piece);
    }

    uint64_t finish(uint64_t, std::string_view) override {
        if (window_) {
            throw unsupported_media("The qcow2 file ends within its header.");
        }
        return virtual_size_;
    }

private:
    void look_at_header(std::string_view header) {
        if (header.size() < header_v2 || !header.starts_with("QFI\xfb")) {
            throw unsupported_media("The data is not a qcow2 file: its signature is missing.");
        }
        const auto version = big_endian(header, 4, 4);
        if (version != 2 && version != 3) {
            throw unsupported_media("The qcow2 version is {}; it must be 2 or 3.", version);
        }
        if (big_endian(header, 8, 8) != 0) {
            throw unsupported_media(
                "The qcow2 file has a backing file; make it a complete image of its own, for "
                "example with qemu-img convert.");
        }
        const auto cluster_bits = big_endian(header, 20, 4);
        if (cluster_bits < 9 || cluster_bits > 21) {
            throw unsupported_media("The qcow2 cluster size is 2^{} bytes; it must be 2^9 to 2^21.",
                                    cluster_bits);
        }
        virtual_size_ = big_endian(header, 24, 8);
        if (virtual_size_ > uint64_t{1} << 62) {
            throw unsupported_media("The qcow2 file claims a disk of {} bytes, which cannot be.",
                                    virtual_size_);
        }
        const auto cluster = uint64_t{1} << cluster_bits;
        const auto length = version == 2 ? header_v2 : look_at_version_3(header, cluster);
        look_at_extensions(header.substr(0, cluster).substr(std::min(length, header.size())),
                           cluster > longest_extensions);
    }

    /// Returns how long the header is.
    static size_t look_at_version_3(std::string_view header, uint64_t cluster) {
        if (header.size() < header_v3) {
            throw unsupported_media("The qcow2 file ends within its header.");
        }
        const auto features = big_endian(header, 72, 8);
        if ((features & feature_external_data) != 0) {
            throw unsupported_media(
                "The qcow2 file keeps its data in another file; make it a complete image of its "
                "own, for example with qemu-img convert.");
        }
        if ((features & feature_corrupt) != 0) {
            throw unsupported_media("The qcow2 file is marked as corrupt; repair it first.");
        }
        if ((features & ~features_known) != 0) {
            throw unsupported_media("The qcow2 file needs features that are not known (0x{:x}).",
                                    features & ~features_known);
        }
        const auto length = big_endian(header, 100, 4);
        if (length < header_v3 || length % 8 != 0 || length > cluster ||
            length > longest_extensions) {
            throw unsupported_media("The qcow2 header says it has {} bytes, which cannot be.",
                                    length);
        }
        return length;
    }

    /// `cut_off`: the first cluster goes on beyond what we look at.
    static void look_at_extensions(std::string_view rest, bool cut_off) {
        size_t at = 0;
        while (at + 8 <= rest.size()) {
            const auto type = big_endian(rest, at, 4);
            const auto length = big_endian(rest, at + 4, 4);
            if (type == extension_end) {
                return;
            }
            if (type == extension_external_data) {
                throw unsupported_media("The qcow2 file names another file that has its data.");
            }
            if (length > rest.size() - at - 8) {
                throw unsupported_media("A qcow2 header extension runs beyond the header.");
            }
            at += 8 + (length + 7) / 8 * 8;
        }
        if (cut_off) {
            throw unsupported_media("The qcow2 header extensions take more than {} bytes.",
                                    longest_extensions);
        }
    }

    std::optional<Window> window_ = Window{0, longest_extensions};
    uint64_t virtual_size_ = 0;
};

}  // namespace

std::unique_ptr<Inspector> make_qcow2_inspector() { return std::make_unique<Qcow2Inspector>(); }

}  // namespace welkin::image::formats
