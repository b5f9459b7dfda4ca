#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <mutex>
#include <system_error>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/real_env.h"

namespace welkin {

namespace {

[[noreturn]] void fail(std::string_view what, const std::string& path, int number = errno) {
    const auto reason = std::generic_category().message(number);
    if (number == ENOSPC || number == EDQUOT) {
        throw insufficient_storage("Could not {} {}: {}.", what, path, reason);
    }
    throw internal("Could not {} {}: {}.", what, path, reason);
}

Descriptor open_or_fail(const std::string& path, int flags, unsigned mode = 0644) {
    Descriptor file(::open(path.c_str(), flags | O_CLOEXEC, mode));
    if (!file.valid()) {
        fail("open", path);
    }
    return file;
}

std::string folder_of(const std::string& path) {
    const auto at = path.rfind('/');
    return at == std::string::npos ? "." : at == 0 ? "/" : path.substr(0, at);
}

void sync_folder(const std::string& folder) {
    const auto descriptor = open_or_fail(folder, O_RDONLY | O_DIRECTORY);
    // Some file systems know no fsync of a folder; there it is not needed either.
    if (::fsync(descriptor.get()) != 0 && errno != EINVAL) {
        fail("sync", folder);
    }
}

size_t read_some_at(int fd, const std::string& path, uint64_t offset, std::span<char> into) {
    size_t done = 0;
    while (done < into.size()) {
        const ssize_t count =
            ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail("read", path);
        }
        if (count == 0) {
            break;
        }
        done += static_cast<size_t>(count);
    }
    return done;
}

void write_all_at(int fd, const std::string& path, uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail("write", path);
        }
        bytes.remove_prefix(static_cast<size_t>(count));
        offset += static_cast<uint64_t>(count);
    }
}

class RealFile final : public File {
public:
    RealFile(Descriptor descriptor, std::string path, bool created)
        : descriptor_(std::move(descriptor)), path_(std::move(path)), unnamed_(created) {}

    size_t read_at(uint64_t offset, std::span<char> into) override {
        return read_some_at(descriptor_.get(), path_, offset, into);
    }
    void write_at(uint64_t offset, std::string_view bytes) override {
        write_all_at(descriptor_.get(), path_, offset, bytes);
    }
    void sync() override {
        if (::fdatasync(descriptor_.get()) != 0) {
            fail("sync", path_);
        }
        if (unnamed_) {
            sync_folder(folder_of(path_));
            unnamed_ = false;
        }
    }
    uint64_t size() override {
        struct stat info{};
        if (::fstat(descriptor_.get(), &info) != 0) {
            fail("look at", path_);
        }
        return static_cast<uint64_t>(info.st_size);
    }
    void resize(uint64_t size_bytes) override {
        if (::ftruncate(descriptor_.get(), static_cast<off_t>(size_bytes)) != 0) {
            fail("resize", path_);
        }
    }
    int descriptor() const override { return descriptor_.get(); }

private:
    Descriptor descriptor_;
    std::string path_;
    bool unnamed_;  ///< made by us, and its name in the folder not yet durable
};

class RealFiles final : public Files {
public:
    std::unique_ptr<File> open(const std::string& path, Open mode) override {
        if (mode == Open::read) {
            return std::make_unique<RealFile>(open_or_fail(path, O_RDONLY), path, false);
        }
        if (mode == Open::write) {
            Descriptor present(::open(path.c_str(), O_RDWR | O_CLOEXEC));
            if (present.valid()) {
                return std::make_unique<RealFile>(std::move(present), path, false);
            }
            return std::make_unique<RealFile>(open_or_fail(path, O_RDWR | O_CREAT), path, true);
        }
        return std::make_unique<RealFile>(open_or_fail(path, O_RDWR | O_CREAT | O_EXCL), path,
                                          true);
    }

    bool exists(const std::string& path) override {
        struct stat info{};
        return ::stat(path.c_str(), &info) == 0;
    }

    uint64_t size(const std::string& path) override {
        struct stat info{};
        if (::stat(path.c_str(), &info) != 0) {
            fail("look at", path);
        }
        return static_cast<uint64_t>(info.st_size);
    }

    std::optional<std::string> read(const std::string& path) override {
        const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file.valid()) {
            if (errno == ENOENT || errno == ENOTDIR) {
                return {};
            }
            fail("open", path);
        }
        // Files in /proc and /sys say nothing of their size, so read until the end.
        std::string content;
        for (size_t chunk = 16384;; chunk = std::min<size_t>(chunk * 2, 4 << 20)) {
            const size_t before = content.size();
            content.resize(before + chunk);
            const size_t count =
                read_some_at(file.get(), path, before, std::span(content).subspan(before));
            content.resize(before + count);
            if (count < chunk) {
                return content;
            }
        }
    }

    void write_durably(const std::string& path, std::string_view content, unsigned mode) override {
        // One name, taken in turns: what a crash leaves, the next write replaces.
        const std::string temporary = path + ".part";
        const std::scoped_lock lock(writers_[std::hash<std::string>{}(path) % writers_.size()]);
        ::unlink(temporary.c_str());
        const Descriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!file.valid()) {
            fail("create a temporary file beside", path);
        }
        try {
            if (::fchmod(file.get(), mode) != 0) {
                fail("set the mode of", temporary);
            }
            write_all_at(file.get(), temporary, 0, content);
            if (::fdatasync(file.get()) != 0) {
                fail("sync", temporary);
            }
            rename(temporary, path);
        } catch (...) {
            ::unlink(temporary.c_str());
            throw;
        }
    }

    void rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) {
            fail("rename to " + to + " the file", from);
        }
        sync_folder(folder_of(to));
    }

    bool link(const std::string& from, const std::string& to) override {
        return ::link(from.c_str(), to.c_str()) == 0;
    }

    void remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
            fail("remove", path);
        }
    }

    void remove_all(const std::string& path) override {
        std::error_code trouble;
        std::filesystem::remove_all(path, trouble);
        if (trouble) {
            fail("remove", path, trouble.value());
        }
    }

    void make_directories(const std::string& path) override {
        if (path.empty() || ::mkdir(path.c_str(), 0755) == 0) {
            if (!path.empty()) {
                sync_folder(folder_of(path));
            }
            return;
        }
        if (errno == ENOENT && path.contains('/')) {
            make_directories(folder_of(path));
            if (::mkdir(path.c_str(), 0755) == 0) {
                sync_folder(folder_of(path));
                return;
            }
        }
        if (errno != EEXIST || !std::filesystem::is_directory(path)) {
            fail("create the folder", path);
        }
    }

    std::vector<std::string> list(const std::string& directory) override {
        DIR* const stream = ::opendir(directory.c_str());
        if (stream == nullptr) {
            if (errno == ENOENT) {
                return {};
            }
            fail("list", directory);
        }
        const std::unique_ptr<DIR, decltype([](DIR* open) { ::closedir(open); })> owner(stream);
        std::vector<std::string> names;
        errno = 0;
        while (const dirent* const entry = ::readdir(stream)) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") {
                names.emplace_back(name);
            }
        }
        if (errno != 0) {
            fail("list", directory);
        }
        std::ranges::sort(names);
        return names;
    }

    uint64_t free_bytes(const std::string& path) override {
        struct statvfs info{};
        if (::statvfs(path.c_str(), &info) != 0) {
            fail("look at the file system of", path);
        }
        return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
    }

private:
    std::array<std::mutex, 16> writers_;
};

}  // namespace

std::unique_ptr<Files> make_real_files() { return std::make_unique<RealFiles>(); }

}  // namespace welkin
