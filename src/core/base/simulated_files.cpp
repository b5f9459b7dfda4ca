#include "core/base/error.h"
#include "core/base/simulated_env.h"

namespace welkin {

namespace {

std::string folder_of(const std::string& path) {
    const auto at = path.rfind('/');
    CHECK(at != std::string::npos);
    return at == 0 ? "/" : path.substr(0, at);
}

}  // namespace

/// A file's content as programs see it, and as it is on the disk.
struct SimulatedFiles::Node {
    struct Change {
        bool resize = false;
        uint64_t offset = 0;  ///< the new size of a resize
        std::string bytes;

        void apply(std::string& to) const {
            if (resize) {
                to.resize(offset);
                return;
            }
            to.resize(std::max<size_t>(to.size(), offset + bytes.size()));
            to.replace(offset, bytes.size(), bytes);
        }
    };

    std::string content;
    std::string durable;
    std::vector<Change> unsynced;

    void change(Change change) {
        change.apply(content);
        unsynced.push_back(std::move(change));
    }
    void sync() {
        durable = content;
        unsynced.clear();
    }
};

class SimulatedFile final : public File {
public:
    SimulatedFile(SimulatedFiles& files, std::string path, SimulatedFiles::NodePointer node,
                  bool created, bool writable)
        : files_(files),
          path_(std::move(path)),
          node_(std::move(node)),
          unnamed_(created),
          writable_(writable),
          generation_(files.generation_) {}

    size_t read_at(uint64_t offset, std::span<char> into) override {
        check();
        if (offset >= node_->content.size()) {
            return 0;
        }
        return node_->content.copy(into.data(), into.size(), offset);
    }
    void write_at(uint64_t offset, std::string_view bytes) override {
        check_writable();
        const uint64_t end = offset + bytes.size();
        files_.need_space(end - std::min<uint64_t>(end, node_->content.size()));
        node_->change({.offset = offset, .bytes = std::string(bytes)});
    }
    void sync() override {
        check();
        node_->sync();
        if (std::exchange(unnamed_, false)) {
            files_.sync_folder(folder_of(path_));
        }
    }
    uint64_t size() override {
        check();
        return node_->content.size();
    }
    void resize(uint64_t size_bytes) override {
        check_writable();
        node_->change({.resize = true, .offset = size_bytes});
    }

private:
    void check() const {
        if (generation_ != files_.generation_) {
            throw internal("Could not use {}: the machine has lost power.", path_);
        }
    }
    void check_writable() const {
        check();
        if (!writable_) {
            throw internal("Could not write {}: it is open for reading.", path_);
        }
    }

    SimulatedFiles& files_;
    std::string path_;
    SimulatedFiles::NodePointer node_;
    bool unnamed_;  ///< its name in the folder is not yet durable
    bool writable_;
    int generation_;
};

std::unique_ptr<File> SimulatedFiles::open(const std::string& path, Open mode) {
    auto node = find(path);
    const bool create = node == nullptr;
    if (create ? mode == Open::read : mode == Open::create_new) {
        throw internal("Could not open {}: {}.", path,
                       create ? "No such file or directory" : "File exists");
    }
    if (create) {
        need_folder_of(path);
        node = std::make_shared<Node>();
        set_name(path, node);
    }
    return std::make_unique<SimulatedFile>(*this, path, node, create, mode != Open::read);
}

bool SimulatedFiles::exists(const std::string& path) {
    return names_.contains(path) || folders_.contains(path);
}

uint64_t SimulatedFiles::size(const std::string& path) { return get(path)->content.size(); }

std::optional<std::string> SimulatedFiles::read(const std::string& path) {
    const auto node = find(path);
    return node ? std::optional(node->content) : std::nullopt;
}

void SimulatedFiles::write_durably(const std::string& path, std::string_view content, unsigned) {
    need_folder_of(path);
    need_space(content.size());
    auto node = std::make_shared<Node>();
    node->content = content;
    node->sync();
    set_name(path, std::move(node));
    sync_folder(folder_of(path));
}

void SimulatedFiles::rename(const std::string& from, const std::string& to) {
    auto node = get(from);
    need_folder_of(to);
    set_name(from, nullptr);
    set_name(to, std::move(node));
    // One journal entry on a real disk: neither both names nor none.
    sync_folder(folder_of(to));
    sync_folder(folder_of(from));
}

void SimulatedFiles::remove(const std::string& path) {
    if (names_.contains(path)) {
        set_name(path, nullptr);
    }
}

void SimulatedFiles::remove_all(const std::string& path) {
    const auto below = path + "/";
    std::vector<std::string> doomed;
    for (const auto& [name, node] : names_) {
        if (name == path || name.starts_with(below)) {
            doomed.push_back(name);
        }
    }
    for (const auto& name : doomed) {
        set_name(name, nullptr);
        sync_folder(folder_of(name));
    }
    std::erase_if(folders_, [&](const auto& folder) {
        return folder.first == path || folder.first.starts_with(below);
    });
}

void SimulatedFiles::make_directories(const std::string& path) {
    for (auto folder = path; !folders_.contains(folder); folder = folder_of(folder)) {
        if (names_.contains(folder)) {
            throw internal("Could not create the folder {}: Not a directory.", folder);
        }
        folders_[folder] = true;
    }
}

std::vector<std::string> SimulatedFiles::list(const std::string& directory) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& path) {
        if (path != "/" && folder_of(path) == directory) {
            names.push_back(path.substr(path.rfind('/') + 1));
        }
    };
    for (const auto& [path, node] : names_) {
        add(path);
    }
    for (const auto& [path, present] : folders_) {
        add(path);
    }
    std::ranges::sort(names);
    return names;
}

uint64_t SimulatedFiles::free_bytes(const std::string&) {
    const uint64_t capacity = capacity_bytes_.value_or(uint64_t{1} << 40);
    return capacity - std::min(capacity, used_bytes());
}

void SimulatedFiles::power_cut() {
    ++generation_;
    const size_t survivors = dice_() % (unsynced_names_.size() + 1);
    for (size_t i = 0; i < survivors; ++i) {
        auto& [path, node] = unsynced_names_[i];
        if (node) {
            durable_names_[path] = std::move(node);
        } else {
            durable_names_.erase(path);
        }
    }
    unsynced_names_.clear();
    std::erase_if(durable_names_,
                  [&](const auto& entry) { return !folders_.contains(folder_of(entry.first)); });
    for (auto& [path, node] : durable_names_) {
        for (const auto& change : node->unsynced) {
            if (dice_() % 2 == 0) {
                change.apply(node->durable);
            }
        }
        node->unsynced.clear();
        node->content = node->durable;
    }
    names_ = durable_names_;
}

SimulatedFiles::NodePointer SimulatedFiles::find(const std::string& path) const {
    const auto found = names_.find(path);
    return found == names_.end() ? nullptr : found->second;
}

SimulatedFiles::NodePointer SimulatedFiles::get(const std::string& path) const {
    auto node = find(path);
    if (!node) {
        throw internal("Could not open {}: No such file or directory.", path);
    }
    return node;
}

void SimulatedFiles::need_folder_of(const std::string& path) const {
    if (!folders_.contains(folder_of(path))) {
        throw internal("Could not open {}: there is no folder {}.", path, folder_of(path));
    }
}

void SimulatedFiles::set_name(const std::string& path, NodePointer node) {
    if (node) {
        names_[path] = node;
    } else {
        names_.erase(path);
    }
    unsynced_names_.push_back({path, std::move(node)});
}

void SimulatedFiles::sync_folder(const std::string& folder) {
    std::erase_if(unsynced_names_, [&](const NameChange& change) {
        if (folder_of(change.path) != folder) {
            return false;
        }
        if (change.node) {
            durable_names_[change.path] = change.node;
        } else {
            durable_names_.erase(change.path);
        }
        return true;
    });
}

void SimulatedFiles::need_space(uint64_t more_bytes) const {
    if (capacity_bytes_ && used_bytes() + more_bytes > *capacity_bytes_) {
        throw insufficient_storage("Could not write {} more bytes: No space left on device.",
                                   more_bytes);
    }
}

uint64_t SimulatedFiles::used_bytes() const {
    uint64_t sum = 0;
    for (const auto& [path, node] : names_) {
        sum += node->content.size();
    }
    return sum;
}

}  // namespace welkin
