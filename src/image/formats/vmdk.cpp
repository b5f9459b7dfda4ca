#include "core/base/error.h"
#include "core/base/text.h"
#include "image/formats/inspectors.h"

namespace welkin::image::formats {

namespace {

constexpr uint64_t sector = 512;
constexpr uint64_t longest_descriptor = 1 << 20;
constexpr uint64_t directory_at_end = ~uint64_t{0};

/// The part of a sparse header that header and footer must agree on: all up to the directories.
constexpr size_t common_header_bytes = 48;
constexpr size_t directory_offset = 56;

class VmdkInspector : public Inspector {
public:
    std::optional<Window> wanted() const override { return window_; }

    void look(std::string_view piece) override {
        if (header_.empty()) {
            look_at_header(piece);
        } else {
            look_at_descriptor(piece);
            window_.reset();
        }
    }

    uint64_t finish(uint64_t, std::string_view tail) override {
        if (window_) {
            throw unsupported_media("The vmdk file ends before its descriptor does.");
        }
        if (little_endian(header_, directory_offset, 8) == directory_at_end) {
            look_at_footer(tail);
        }
        return little_endian(header_, 12, 8) * sector;
    }

private:
    void look_at_header(std::string_view header) {
        if (header.starts_with("# Disk DescriptorFile")) {
            throw unsupported_media(
                "The vmdk file is a text descriptor that names other files; upload a "
                "monolithicSparse or streamOptimized file.");
        }
        if (header.size() < sector || !header.starts_with("KDMV")) {
            throw unsupported_media(
                "The data is not a sparse vmdk file: its signature is missing.");
        }
        const auto version = little_endian(header, 4, 4);
        if (version < 1 || version > 3) {
            throw unsupported_media("The vmdk version is {}; it must be 1, 2 or 3.", version);
        }
        // With a capacity of zero, QEMU takes the extents from the descriptor.
        const auto capacity = little_endian(header, 12, 8);
        if (capacity == 0 || capacity > uint64_t{1} << 53) {
            throw unsupported_media("The vmdk file claims a disk of {} sectors, which cannot be.",
                                    capacity);
        }
        const auto offset = little_endian(header, 28, 8);
        const auto length = little_endian(header, 36, 8);
        if (offset == 0 || offset > uint64_t{1} << 40 || length == 0 ||
            length > longest_descriptor / sector) {
            throw unsupported_media(
                "The vmdk file has no descriptor of at most {} bytes within it; upload a "
                "monolithicSparse or streamOptimized file.",
                longest_descriptor);
        }
        header_ = header;
        window_ = Window{offset * sector, length * sector};
    }

    static void look_at_descriptor(std::string_view descriptor) {
        // Wherever it stands, even after a NUL, some readers find it.
        if (descriptor.find("parentFileNameHint") != std::string_view::npos) {
            throw unsupported_media("The vmdk file names a parent file; make it a complete image.");
        }
        const auto text = descriptor.substr(0, descriptor.find('\0'));
        std::string type;
        int extents = 0;
        for (const auto& line : text::split(text, '\n')) {
            const auto words = text::trim(line);
            if (text::lower(words).starts_with("createtype")) {
                type = unquoted(words);
            } else if (is_extent(words)) {
                look_at_extent(words);
                ++extents;
            }
        }
        if (type != "monolithicSparse" && type != "streamOptimized") {
            throw unsupported_media(
                "The vmdk type is '{}'; it must be monolithicSparse or streamOptimized.",
                type.substr(0, 64));
        }
        if (extents != 1) {
            throw unsupported_media("The vmdk file has {} extents; it must have one.", extents);
        }
    }

    static bool is_extent(std::string_view line) {
        return line.starts_with("RW ") || line.starts_with("RDONLY ") ||
               line.starts_with("NOACCESS ");
    }

    static void look_at_extent(std::string_view line) {
        const auto words = text::split(line, ' ');
        if (words.size() < 4 || words[2] != "SPARSE" || unquoted(line).contains('/')) {
            throw unsupported_media(
                "A vmdk extent is '{}'; the only one must be SPARSE and within the file.",
                line.substr(0, 128));
        }
    }

    /// What stands between the first two quotes.
    static std::string unquoted(std::string_view line) {
        const auto first = line.find('"');
        const auto last = line.find('"', first + 1);
        if (first == std::string_view::npos || last == std::string_view::npos) {
            return {};
        }
        return std::string(line.substr(first + 1, last - first - 1));
    }

    /// Readers believe the footer, so it must say what the header says.
    void look_at_footer(std::string_view tail) const {
        if (tail.size() < 3 * sector) {
            throw unsupported_media("The vmdk file ends within its footer.");
        }
        const auto footer = tail.substr(tail.size() - 2 * sector, sector);
        if (footer.substr(0, common_header_bytes) !=
                std::string_view(header_).substr(0, common_header_bytes) ||
            little_endian(footer, directory_offset, 8) == directory_at_end) {
            throw unsupported_media("The vmdk footer does not agree with the header.");
        }
    }

    std::optional<Window> window_ = Window{0, sector};
    std::string header_;
};

}  // namespace

std::unique_ptr<Inspector> make_vmdk_inspector() { return std::make_unique<VmdkInspector>(); }

}  // namespace welkin::image::formats
