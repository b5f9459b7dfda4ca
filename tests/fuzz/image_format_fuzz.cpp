// Image uploads: whatever the bytes are, they are taken or refused, in bounded memory.
//
// The input is a sparse file, so that small inputs reach far into large formats: one byte chooses
// the format, one how large the pieces are; then chunks of a 3-byte gap of zeros, a 2-byte length
// (both little-endian) and that many bytes.
#include "core/base/error.h"
#include "image/formats/inspection.h"

using namespace welkin;
using image::formats::Inspection;
using image::formats::Mismatch;

namespace {

constexpr std::string_view formats[] = {"raw", "qcow2", "vmdk", "vdi", "vhd", "vhdx", "iso", "ami"};
constexpr size_t largest = 2 << 20;

/// What the chunks say.
std::string unpack(std::string_view packed) {
    std::string bytes;
    while (packed.size() >= 5 && bytes.size() < largest) {
        const auto gap = image::formats::little_endian(packed, 0, 3);
        const auto length = image::formats::little_endian(packed, 3, 2);
        packed.remove_prefix(5);
        bytes.append(std::min<size_t>(gap, largest), '\0');
        bytes += packed.substr(0, length);
        packed.remove_prefix(std::min<size_t>(packed.size(), length));
    }
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) {
        return 0;
    }
    const auto format = formats[data[0] % std::size(formats)];
    const size_t step = data[1] == 0 ? largest : size_t{data[1]} * 997;
    const auto bytes = unpack({reinterpret_cast<const char*>(data) + 2, size - 2});
    try {
        Inspection inspection(std::string(format), "bare",
                              data[0] & 0x80 ? Mismatch::allow : Mismatch::refuse);
        for (size_t at = 0; at < bytes.size(); at += step) {
            inspection.feed(std::string_view(bytes).substr(at, step));
        }
        CHECK(inspection.finish() <= uint64_t{1} << 62);
    } catch (const Error& error) {
        CHECK(error.fault == Fault::unsupported_media);
    }
    return 0;
}
