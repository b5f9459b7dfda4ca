// The table of inspectors by disk format.
#include "image/formats/inspectors.h"

#include "core/base/error.h"

namespace welkin::image::formats {

namespace {

/// raw, and what is raw to us: kernels, ramdisks, machine images.
class RawInspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return std::nullopt; }
    void look(std::string_view) override {}
    uint64_t finish(uint64_t size_bytes, std::string_view) override { return size_bytes; }
};

struct Row {
    std::string_view format;
    std::unique_ptr<Inspector> (*make)();
};

constexpr Row table[] = {
    {"qcow2", make_qcow2_inspector}, {"vmdk", make_vmdk_inspector}, {"vdi", make_vdi_inspector},
    {"vhd", make_vhd_inspector},     {"vhdx", make_vhdx_inspector}, {"iso", make_iso_inspector},
};

}  // namespace

std::unique_ptr<Inspector> make_inspector(std::string_view disk_format) {
    for (const auto& row : table) {
        if (row.format == disk_format) {
            return row.make();
        }
    }
    return std::make_unique<RawInspector>();
}

uint64_t big_endian(std::string_view bytes, size_t offset, size_t width) {
    CHECK(offset + width <= bytes.size() && width <= 8);
    uint64_t number = 0;
    for (size_t i = 0; i < width; ++i) {
        number = number << 8 | static_cast<uint8_t>(bytes[offset + i]);
    }
    return number;
}

uint64_t little_endian(std::string_view bytes, size_t offset, size_t width) {
    CHECK(offset + width <= bytes.size() && width <= 8);
    uint64_t number = 0;
    for (size_t i = width; i > 0; --i) {
        number = number << 8 | static_cast<uint8_t>(bytes[offset + i - 1]);
    }
    return number;
}

}  // namespace welkin::image::formats
