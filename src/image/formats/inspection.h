#pragma once
// Inspection: the judgement of one upload, fed with its bytes as they arrive.
//
// It recognises the container by its first bytes, refuses data that is another container than
// declared (raw data that is in truth a qcow2 file is how a guest gets at the host's files), and
// hands the windows to the declared format's inspector.
#include "image/formats/inspector.h"

namespace welkin::image::formats {

/// Whether data without any known signature is refused for a format that has one.
enum class Mismatch { refuse, allow };

class Inspection {
public:
    /// `container_format` other than bare and the Amazon ones is opaque: its content has no disk
    /// format of its own, but is no known disk container either.
    Inspection(std::string disk_format, std::string_view container_format, Mismatch mismatch);

    /// The next bytes. Throws unsupported_media().
    void feed(std::string_view bytes);
    /// The end: the size a guest sees. Throws unsupported_media().
    uint64_t finish();

private:
    void begin();
    void pass_on(std::string_view bytes);
    void keep_tail(std::string_view bytes);
    void hand_over();

    std::string declared_;
    Mismatch mismatch_;
    std::unique_ptr<Inspector> inspector_;  ///< once the head is known
    std::string head_;
    std::string tail_;
    uint64_t position_ = 0;  ///< of what the inspector was shown
    std::string window_;     ///< the part of the wanted window that has arrived
};

/// The container whose signature these first bytes (512 of them, if there are) carry, or "".
std::string_view recognise(std::string_view head);

}  // namespace welkin::image::formats
