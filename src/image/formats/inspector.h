#pragma once
// Inspector: judges one disk format while its bytes stream by, in bounded memory.
//
// An image file may name other files of the host (a backing file, an external data file, a flat
// extent) which whoever opens it later would read on the guest's behalf. An inspector refuses such
// files and those whose header is not what the format demands, and tells the guest-visible size.
// Each asks for windows of the stream, front to back, and keeps nothing but what it concluded.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace welkin::image::formats {

/// Bytes [offset, offset + length) of the stream.
struct Window {
    uint64_t offset = 0;
    size_t length = 0;
};

/// The end of the stream that every inspector gets to see.
inline constexpr size_t tail_bytes = 1536;

class Inspector {
public:
    virtual ~Inspector() = default;

    /// What to look at next; nothing once it has seen enough. Offsets never go back.
    virtual std::optional<Window> wanted() const = 0;
    /// The window that was wanted, shorter where the stream ended. Throws unsupported_media() with
    /// a sentence that says what is wrong.
    virtual void look(std::string_view piece) = 0;
    /// After the last byte: the size a guest sees. `tail` is the end of the stream, at most
    /// tail_bytes. Throws unsupported_media() if the format is not complete.
    virtual uint64_t finish(uint64_t size_bytes, std::string_view tail) = 0;
};

/// Numbers in headers; the caller has checked that they lie within `bytes`.
uint64_t big_endian(std::string_view bytes, size_t offset, size_t width);
uint64_t little_endian(std::string_view bytes, size_t offset, size_t width);

/// Known formats by name; any other is looked at as raw. See inspectors.cpp.
std::unique_ptr<Inspector> make_inspector(std::string_view disk_format);

}  // namespace welkin::image::formats
