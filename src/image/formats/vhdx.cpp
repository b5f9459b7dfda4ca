#include "core/base/error.h"
#include "image/formats/inspectors.h"

namespace welkin::image::formats {

namespace {

constexpr uint64_t region_table_offset = 192 * 1024;
constexpr size_t region_table_bytes = 64 * 1024;
constexpr uint64_t first_region_offset = 1 << 20;
/// The table of metadata has 64 KiB; its items follow, of which ours are a few bytes each.
constexpr size_t metadata_bytes = 128 * 1024;
constexpr size_t entry_bytes = 32;
constexpr size_t most_entries = 2047;

// GUIDs as they lie in the file.
constexpr std::string_view metadata_region(
    "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e", 16);
constexpr std::string_view virtual_disk_size(
    "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8", 16);
constexpr std::string_view file_parameters(
    "\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b", 16);
constexpr std::string_view parent_locator(
    "\x2d\x5f\xd3\xa8\x0b\xb3\x4d\x45\xab\xf7\xd3\xd8\x48\x34\xab\x0c", 16);

constexpr uint64_t parameter_has_parent = 1u << 1;

Error has_parent() {
    return unsupported_media(
        "The vhdx file is a difference to another one; make it a complete image.");
}

class VhdxInspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return window_; }

    void look(std::string_view piece) override {
        switch (step_++) {
            case 0:
                if (piece != "vhdxfile") {
                    throw unsupported_media(
                        "The data is not a vhdx file: its signature is missing.");
                }
                window_ = Window{region_table_offset, region_table_bytes};
                break;
            case 1:
                look_at_regions(piece);
                break;
            default:
                look_at_metadata(piece);
                window_.reset();
        }
    }

    uint64_t finish(uint64_t, std::string_view) override {
        if (window_ || !size_) {
            throw unsupported_media("The vhdx file does not say how large its disk is.");
        }
        return *size_;
    }

private:
    void look_at_regions(std::string_view table) {
        if (table.size() < region_table_bytes || !table.starts_with("regi")) {
            throw unsupported_media("The vhdx file has no region table.");
        }
        const auto count = std::min<uint64_t>(little_endian(table, 8, 4), most_entries);
        for (size_t i = 0; i < count && 16 + (i + 1) * entry_bytes <= table.size(); ++i) {
            const auto entry = table.substr(16 + i * entry_bytes, entry_bytes);
            if (!entry.starts_with(metadata_region)) {
                continue;
            }
            const auto offset = little_endian(entry, 16, 8);
            if (offset < first_region_offset || offset > uint64_t{1} << 46) {
                throw unsupported_media("The vhdx metadata is at byte {}, which cannot be.",
                                        offset);
            }
            window_ = Window{offset, metadata_bytes};
            return;
        }
        throw unsupported_media("The vhdx file has no metadata.");
    }

    void look_at_metadata(std::string_view metadata) {
        if (metadata.size() < region_table_bytes || !metadata.starts_with("metadata")) {
            throw unsupported_media("The vhdx metadata is broken.");
        }
        const auto count = std::min<uint64_t>(little_endian(metadata, 10, 2), most_entries);
        for (size_t i = 0; i < count && (i + 2) * entry_bytes <= region_table_bytes; ++i) {
            const auto entry = metadata.substr((i + 1) * entry_bytes, entry_bytes);
            const auto offset = little_endian(entry, 16, 4);
            if (entry.starts_with(parent_locator)) {
                throw has_parent();
            }
            if (entry.starts_with(file_parameters)) {
                if ((item(metadata, offset) >> 32 & parameter_has_parent) != 0) {
                    throw has_parent();
                }
            } else if (entry.starts_with(virtual_disk_size)) {
                size_ = item(metadata, offset);
            }
        }
        if (size_ && *size_ > uint64_t{1} << 62) {
            throw unsupported_media("The vhdx file claims a disk of {} bytes, which cannot be.",
                                    *size_);
        }
    }

    static uint64_t item(std::string_view metadata, uint64_t offset) {
        if (offset < region_table_bytes || offset + 8 > metadata.size()) {
            throw unsupported_media("A vhdx metadata item lies outside of its place.");
        }
        return little_endian(metadata, offset, 8);
    }

    int step_ = 0;
    std::optional<Window> window_ = Window{0, 8};
    std::optional<uint64_t> size_;
};

}  // namespace

std::unique_ptr<Inspector> make_vhdx_inspector() { return std::make_unique<VhdxInspector>(); }

}  // namespace welkin::image::formats
