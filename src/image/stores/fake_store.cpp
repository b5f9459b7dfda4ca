#include "image/stores/fake_store.h"

#include <cstring>
#include <map>
#include <mutex>

namespace welkin::image::stores {

namespace {

struct Shared {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<const std::string>> data;
    uint64_t capacity_bytes = 0;
    uint64_t used_bytes = 0;

    void take(uint64_t bytes) {
        const std::scoped_lock lock(mutex);
        if (used_bytes + bytes > capacity_bytes) {
            throw insufficient_storage("The image store is full.");
        }
        used_bytes += bytes;
    }
    void give_back(uint64_t bytes) {
        const std::scoped_lock lock(mutex);
        used_bytes -= bytes;
    }
};

class FakeSink : public Sink {
public:
    FakeSink(std::shared_ptr<Shared> shared, std::string name)
        : shared_(std::move(shared)), name_(std::move(name)) {}
    ~FakeSink() override { shared_->give_back(bytes_.size()); }

    void write(std::string_view bytes) override {
        shared_->take(bytes.size());
        bytes_ += bytes;
    }
    void finish() override {
        const std::scoped_lock lock(shared_->mutex);
        shared_->data[name_] = std::make_shared<const std::string>(std::exchange(bytes_, {}));
    }

private:
    std::shared_ptr<Shared> shared_;
    std::string name_;
    std::string bytes_;
};

class FakeFile : public File {
public:
    explicit FakeFile(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
    size_t read_at(uint64_t offset, std::span<char> into) override {
        const auto part = std::string_view(*bytes_).substr(
            std::min<uint64_t>(offset, bytes_->size()), into.size());
        std::memcpy(into.data(), part.data(), part.size());
        return part.size();
    }
    void write_at(uint64_t, std::string_view) override {
        throw internal("This file is read-only.");
    }
    void sync() override {}
    uint64_t size() override { return bytes_->size(); }
    void resize(uint64_t) override { throw internal("This file is read-only."); }

private:
    std::shared_ptr<const std::string> bytes_;
};

class FakeStore : public Store {
public:
    explicit FakeStore(uint64_t capacity_bytes) { shared_->capacity_bytes = capacity_bytes; }

    std::unique_ptr<Sink> create(const std::string& name) override {
        return std::make_unique<FakeSink>(shared_, name);
    }
    std::shared_ptr<File> open(const std::string& name) override {
        const std::scoped_lock lock(shared_->mutex);
        const auto found = shared_->data.find(name);
        if (found == shared_->data.end()) {
            throw not_found("The image store has no data named {}.", name);
        }
        return std::make_shared<FakeFile>(found->second);
    }
    void remove(const std::string& name) override {
        const std::scoped_lock lock(shared_->mutex);
        const auto found = shared_->data.find(name);
        if (found != shared_->data.end()) {
            shared_->used_bytes -= found->second->size();
            shared_->data.erase(found);
        }
    }
    std::optional<std::string> local_path(const std::string&) override { return std::nullopt; }
    uint64_t free_bytes() override {
        const std::scoped_lock lock(shared_->mutex);
        return shared_->capacity_bytes - shared_->used_bytes;
    }

private:
    std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace

std::unique_ptr<Store> make_fake_store(uint64_t capacity_bytes) {
    return std::make_unique<FakeStore>(capacity_bytes);
}

}  // namespace welkin::image::stores
