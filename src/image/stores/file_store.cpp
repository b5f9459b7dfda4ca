#include "image/stores/file_store.h"

#include <fcntl.h>

namespace welkin::image::stores {

namespace {

/// How much is written before the disk is asked to begin with it, so that the final sync is short.
constexpr uint64_t writeback_bytes = 32 << 20;

class FileSink : public Sink {
public:
    FileSink(Files& files, std::string incoming, std::string target)
        : files_(files),
          incoming_(std::move(incoming)),
          target_(std::move(target)),
          file_(files.open(incoming_, Open::create_new)) {}

    ~FileSink() override {
        if (!finished_) {
            try {
                files_.remove(incoming_);
            } catch (const std::exception&) {
                // The catalogue still knows the transfer and has it removed later.
            }
        }
    }

    void write(std::string_view bytes) override {
        file_->write_at(size_, bytes);
        size_ += bytes.size();
        if (size_ - written_back_ >= writeback_bytes && file_->descriptor() >= 0) {
            ::sync_file_range(file_->descriptor(), static_cast<off64_t>(written_back_),
                              static_cast<off64_t>(size_ - written_back_), SYNC_FILE_RANGE_WRITE);
            written_back_ = size_;
        }
    }

    void finish() override {
        file_->sync();
        files_.rename(incoming_, target_);
        finished_ = true;
    }

private:
    Files& files_;
    std::string incoming_;
    std::string target_;
    std::unique_ptr<File> file_;
    uint64_t size_ = 0;
    uint64_t written_back_ = 0;
    bool finished_ = false;
};

class FileStore : public Store {
public:
    FileStore(Env& env, const std::string& directory)
        : files_(env.files()), data_(directory + "/data/"), incoming_(directory + "/incoming/") {
        files_.make_directories(data_);
        files_.make_directories(incoming_);
    }

    std::unique_ptr<Sink> create(const std::string& name) override {
        return std::make_unique<FileSink>(files_, incoming_ + name, data_ + name);
    }

    std::shared_ptr<File> open(const std::string& name) override {
        if (!files_.exists(data_ + name)) {
            throw not_found("The image store has no data named {}.", name);
        }
        return files_.open(data_ + name, Open::read);
    }

    void remove(const std::string& name) override {
        files_.remove(incoming_ + name);
        files_.remove(data_ + name);
    }

    std::optional<std::string> local_path(const std::string& name) override { return data_ + name; }

    uint64_t free_bytes() override { return files_.free_bytes(data_); }

private:
    Files& files_;
    std::string data_;
    std::string incoming_;
};

}  // namespace

std::unique_ptr<Store> make_file_store(Env& env, const std::string& directory) {
    return std::make_unique<FileStore>(env, directory);
}

}  // namespace welkin::image::stores
