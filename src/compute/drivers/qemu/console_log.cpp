#include "compute/drivers/qemu/console_log.h"

#include <algorithm>

namespace welkin::compute::qemu {
namespace {

std::string read_range(File& file, uint64_t begin, uint64_t end) {
    std::string bytes(end - begin, '\0');
    bytes.resize(file.read_at(begin, bytes));
    return bytes;
}

}  // namespace

std::string newest(Files& files, const std::string& path, uint64_t max_bytes) {
    if (!files.exists(path)) {
        return "";
    }
    const auto file = files.open(path, Open::read);
    const auto size = file->size();
    return read_range(*file, size - std::min(size, max_bytes), size);
}

void bound_log(Files& files, const std::string& path, uint64_t limit, uint64_t keep) {
    if (!files.exists(path) || files.size(path) <= limit) {
        return;
    }
    const auto file = files.open(path, Open::write);
    auto copied = file->size();
    auto tail = read_range(*file, copied - std::min(copied, keep), copied);
    if (const auto line = tail.find('\n'); line != std::string::npos) {
        tail.erase(0, line + 1);
    }
    file->write_at(0, tail);
    auto kept = static_cast<uint64_t>(tail.size());
    // What was written meanwhile follows. What comes between the last look and the cut is lost,
    // unless the guest writes so fast that this would never end.
    for (int i = 0; i < 3 && file->size() > copied; ++i) {
        const auto more = read_range(*file, copied, file->size());
        file->write_at(kept, more);
        kept += more.size();
        copied += more.size();
    }
    file->resize(kept);
}

}  // namespace welkin::compute::qemu
