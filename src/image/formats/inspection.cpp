#include "image/formats/inspection.h"

#include "core/base/error.h"

namespace welkin::image::formats {

namespace {

constexpr size_t head_bytes = 512;

struct Signature {
    std::string_view format;
    size_t offset;
    std::string_view bytes;
};

/// Containers that can name other files, or that readers which guess would take for one.
constexpr Signature signatures[] = {
    {"qcow2", 0, "QFI\xfb"},
    {"vmdk", 0, "KDMV"},
    {"vmdk", 0, "COWD"},
    {"vmdk", 0, "# Disk DescriptorFile"},
    {"vdi", 0x40, "\x7f\x10\xda\xbe"},
    {"vhd", 0, "conectix"},
    {"vhdx", 0, "vhdxfile"},
    {"qed", 0, std::string_view("QED\0", 4)},
    {"parallels", 0, "WithoutFreeSpace"},
    {"parallels", 0, "WithouFreSpacExt"},
    {"bochs", 0, "Bochs Virtual HD Image"},
};

bool is_opaque(std::string_view container_format) {
    return container_format == "ovf" || container_format == "ova" || container_format == "docker" ||
           container_format == "compressed";
}

}  // namespace

std::string_view recognise(std::string_view head) {
    for (const auto& signature : signatures) {
        if (head.size() > signature.offset &&
            head.substr(signature.offset).starts_with(signature.bytes)) {
            return signature.format;
        }
    }
    return {};
}

Inspection::Inspection(std::string disk_format, std::string_view container_format,
                       Mismatch mismatch)
    : declared_(is_opaque(container_format) ? "raw" : std::move(disk_format)),
      mismatch_(mismatch) {}

void Inspection::feed(std::string_view bytes) {
    keep_tail(bytes);
    if (inspector_) {
        pass_on(bytes);
        return;
    }
    const auto missing = std::min(head_bytes - head_.size(), bytes.size());
    head_ += bytes.substr(0, missing);
    if (head_.size() == head_bytes) {
        begin();
        pass_on(bytes.substr(missing));
    }
}

void Inspection::begin() {
    const auto found = recognise(head_);
    if (!found.empty() && found != declared_) {
        throw unsupported_media(
            "The data is a {} file, but the image's disk_format is {}; they must be the same.",
            found, declared_);
    }
    const bool guess = found.empty() && mismatch_ == Mismatch::allow;
    inspector_ = make_inspector(guess ? "raw" : declared_);
    pass_on(head_);
}

void Inspection::pass_on(std::string_view bytes) {
    while (const auto wanted = inspector_->wanted()) {
        if (wanted->offset + window_.size() < position_) {
            throw unsupported_media("The {} file's headers point backwards.", declared_);
        }
        const auto skip = wanted->offset + window_.size() - position_;
        if (skip >= bytes.size()) {
            break;
        }
        const auto piece = bytes.substr(skip, wanted->length - window_.size());
        window_ += piece;
        position_ += skip + piece.size();
        bytes.remove_prefix(skip + piece.size());
        if (window_.size() < wanted->length) {
            break;
        }
        hand_over();
    }
    position_ += bytes.size();
}

void Inspection::hand_over() {
    const auto piece = std::exchange(window_, {});
    inspector_->look(piece);
}

void Inspection::keep_tail(std::string_view bytes) {
    if (bytes.size() >= tail_bytes) {
        tail_ = bytes.substr(bytes.size() - tail_bytes);
        return;
    }
    const auto too_many = tail_.size() + bytes.size();
    if (too_many > tail_bytes) {
        tail_.erase(0, too_many - tail_bytes);
    }
    tail_ += bytes;
}

uint64_t Inspection::finish() {
    if (!inspector_) {
        begin();
    }
    const auto wanted = inspector_->wanted();
    if (wanted && position_ > wanted->offset) {
        hand_over();
    }
    return inspector_->finish(position_, tail_);
}

}  // namespace welkin::image::formats
