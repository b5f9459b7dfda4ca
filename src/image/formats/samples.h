#pragma once
// Samples: small disk images made in memory, good and hostile, for tests.
#include <cstdint>
#include <string>
#include <string_view>

namespace welkin::image::formats::samples {

inline constexpr uint64_t gigabyte = 1ull << 30;

inline void put_big_endian(std::string& bytes, size_t offset, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) {
        bytes[offset + i] = static_cast<char>(value >> (8 * (width - 1 - i)));
    }
}
inline void put_little_endian(std::string& bytes, size_t offset, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) {
        bytes[offset + i] = static_cast<char>(value >> (8 * i));
    }
}

struct Qcow2 {
    uint32_t version = 3;
    uint64_t backing_offset = 0;
    uint32_t cluster_bits = 16;
    uint64_t size = gigabyte;
    uint64_t features = 0;
    uint32_t header_length = 104;
    uint32_t extension = 0;  ///< type of one, before the end
    uint32_t extension_length = 5;
};

inline std::string qcow2(const Qcow2& what = {}) {
    std::string bytes(3 << 16, '\0');
    bytes.replace(0, 4, "QFI\xfb");
    put_big_endian(bytes, 4, what.version, 4);
    put_big_endian(bytes, 8, what.backing_offset, 8);
    put_big_endian(bytes, 20, what.cluster_bits, 4);
    put_big_endian(bytes, 24, what.size, 8);
    size_t extensions = 72;
    if (what.version != 2) {
        put_big_endian(bytes, 72, what.features, 8);
        put_big_endian(bytes, 100, what.header_length, 4);
        extensions = 104;
    }
    if (what.extension != 0) {
        put_big_endian(bytes, extensions, what.extension, 4);
        put_big_endian(bytes, extensions + 4, what.extension_length, 4);
    }
    return bytes;
}

struct Vmdk {
    uint32_t version = 1;
    uint64_t capacity = gigabyte / 512;
    uint64_t descriptor_offset = 1;
    uint64_t descriptor_sectors = 20;
    std::string type = "monolithicSparse";
    std::string extent = "RW 2097152 SPARSE \"disk.vmdk\"";
    std::string more = {};
    uint64_t directory = 21;
};

inline std::string vmdk(const Vmdk& what = {}) {
    std::string bytes(64 * 512, '\0');
    bytes.replace(0, 4, "KDMV");
    put_little_endian(bytes, 4, what.version, 4);
    put_little_endian(bytes, 12, what.capacity, 8);
    put_little_endian(bytes, 20, 128, 8);
    put_little_endian(bytes, 28, what.descriptor_offset, 8);
    put_little_endian(bytes, 36, what.descriptor_sectors, 8);
    put_little_endian(bytes, 56, what.directory, 8);
    const auto text = "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"" +
                      what.type + "\"\n\n# Extent description\n" + what.extent + "\n" + what.more;
    bytes.replace(512, text.size(), text);
    return bytes;
}

inline std::string vmdk_stream_optimized() {
    auto bytes = vmdk({.type = "streamOptimized", .directory = ~0ull});
    auto footer = bytes.substr(0, 512);
    put_little_endian(footer, 56, 30, 8);
    bytes += std::string(512, '\0') + footer + std::string(512, '\0');
    return bytes;
}

inline std::string vdi(uint32_t type = 1) {
    std::string bytes(4096, '\0');
    put_little_endian(bytes, 0x40, 0xbeda107f, 4);
    put_little_endian(bytes, 0x44, 0x00010001, 4);
    put_little_endian(bytes, 0x4c, type, 4);
    put_little_endian(bytes, 0x170, gigabyte, 8);
    return bytes;
}

inline std::string vhd_footer(uint32_t type) {
    std::string footer(512, '\0');
    footer.replace(0, 8, "conectix");
    put_big_endian(footer, 16, 512, 8);
    put_big_endian(footer, 48, gigabyte, 8);
    put_big_endian(footer, 60, type, 4);
    return footer;
}

inline std::string vhd_dynamic(uint32_t type = 3) {
    return vhd_footer(type) + "cxsparse" + std::string(4096, '\0') + vhd_footer(type);
}

inline std::string vhd_fixed(uint32_t type = 2) {
    return std::string(10000, 'd') + vhd_footer(type);
}

struct Vhdx {
    bool parent_flag = false;
    bool parent_locator = false;
    uint32_t size_offset = 65536 + 8;
    uint64_t metadata_offset = 1 << 20;
};

inline std::string vhdx(const Vhdx& what = {}) {
    using namespace std::string_view_literals;
    constexpr auto region = "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e"sv;
    constexpr auto size = "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8"sv;
    constexpr auto file = "\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b"sv;
    constexpr auto parent = "\x2d\x5f\xd3\xa8\x0b\xb3\x4d\x45\xab\xf7\xd3\xd8\x48\x34\xab\x0c"sv;
    std::string bytes(2 << 20, '\0');
    bytes.replace(0, 8, "vhdxfile");
    const size_t table = 192 * 1024;
    bytes.replace(table, 4, "regi");
    put_little_endian(bytes, table + 8, 2, 4);
    bytes.replace(table + 48, 16, region);
    put_little_endian(bytes, table + 64, what.metadata_offset, 8);
    put_little_endian(bytes, table + 72, 1 << 20, 4);
    const size_t metadata = 1 << 20;
    bytes.replace(metadata, 8, "metadata");
    put_little_endian(bytes, metadata + 10, what.parent_locator ? 3 : 2, 2);
    bytes.replace(metadata + 32, 16, file);
    put_little_endian(bytes, metadata + 48, 65536, 4);
    bytes.replace(metadata + 64, 16, size);
    put_little_endian(bytes, metadata + 80, what.size_offset, 4);
    bytes.replace(metadata + 96, 16, parent);
    put_little_endian(bytes, metadata + 65536 + 4, what.parent_flag ? 2 : 0, 4);
    put_little_endian(bytes, metadata + 65536 + 8, gigabyte, 8);
    return bytes;
}

inline std::string iso() {
    std::string bytes(0x9000, '\0');
    bytes[0x8000] = 1;
    bytes.replace(0x8001, 5, "CD001");
    return bytes;
}

}  // namespace welkin::image::formats::samples
