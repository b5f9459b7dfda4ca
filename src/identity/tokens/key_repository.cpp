#include "identity/tokens/key_repository.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/observe/log.h"
#include "identity/tokens/fernet.h"

namespace welkin::identity {

namespace {

constexpr unsigned owner_only = 0600;

}  // namespace

KeyRepository::KeyRepository(Env& env, std::string folder, KeyRules rules)
    : env_(env), folder_(std::move(folder)), rules_(rules) {
    env_.files().make_directories(folder_);
    auto stored = load();
    if (stored.empty() || stored.front().number != 0) {
        Stored staged{.number = 0, .key = env_.random_bytes(fernet::key_bytes)};
        save(staged);
        stored.insert(stored.begin(), std::move(staged));
    }
    if (stored.size() == 1) {
        promote(stored);
    }
    publish(stored);
}

std::shared_ptr<const std::vector<std::string>> KeyRepository::keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
}

void KeyRepository::maintain() {
    const std::lock_guard lock(changing_);
    auto stored = load();
    if (stored.size() < 2 || stored.front().number != 0) {
        log::error("the key repository is incomplete; the keys in memory stay in use",
                   {{"folder", folder_}});
        return;
    }
    if (env_.now() - stored.back().primary_since >= rules_.rotation) {
        promote(stored);
    }
    drop_unneeded(stored);
    publish(stored);
}

void KeyRepository::rotate() {
    const std::lock_guard lock(changing_);
    auto stored = load();
    CHECK(stored.size() >= 2);
    promote(stored);
    publish(stored);
}

/// The new primary is written before the staged key is replaced: a crash between the two leaves the
/// same key under both numbers, which is harmless.
void KeyRepository::promote(std::vector<Stored>& stored) {
    auto& staged = stored.front();
    Stored primary{
        .number = stored.back().number + 1, .key = staged.key, .primary_since = env_.now()};
    save(primary);
    staged.key = env_.random_bytes(fernet::key_bytes);
    save(staged);
    log::info("token key rotated", {{"primary", primary.number}});
    stored.push_back(std::move(primary));
}

/// A secondary sealed its last token when its successor became primary.
void KeyRepository::drop_unneeded(std::vector<Stored>& stored) {
    for (size_t i = 1; i + 1 < stored.size();) {
        if (env_.now() - stored[i + 1].primary_since <= rules_.keep) {
            ++i;
            continue;
        }
        env_.files().remove(path(stored[i].number));
        stored.erase(stored.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void KeyRepository::publish(const std::vector<Stored>& stored) {
    auto keys = std::make_shared<std::vector<std::string>>();
    for (auto it = stored.rbegin(); it != stored.rend(); ++it) {
        keys->push_back(it->key);
    }
    const std::lock_guard lock(mutex_);
    keys_ = std::move(keys);
}

std::vector<KeyRepository::Stored> KeyRepository::load() {
    std::vector<Stored> found;
    for (const auto& name : env_.files().list(folder_)) {
        const auto number = text::to_integer(name);
        if (!number || *number < 0 || *number > 1'000'000'000) {
            continue;
        }
        const auto content = env_.files().read(folder_ + "/" + name);
        const auto lines = text::split(content.value_or(""), '\n');
        auto key = fernet::key_from_text(text::trim(lines.front()));
        if (!key) {
            log::error("a token key file is not a key and is left out",
                       {{"file", folder_ + "/" + name}});
            continue;
        }
        const auto since = lines.size() > 1 ? parse_time(text::trim(lines[1])) : std::nullopt;
        found.push_back({static_cast<int>(*number), *std::move(key), since.value_or(Time{})});
    }
    std::ranges::sort(found, {}, &Stored::number);
    return found;
}

void KeyRepository::save(const Stored& stored) {
    auto content = text::to_base64url(stored.key) + "\n";
    if (stored.number != 0) {
        content += format_time_micros(stored.primary_since) + "\n";
    }
    env_.files().write_durably(path(stored.number), content, owner_only);
}

std::string KeyRepository::path(int number) const { return folder_ + "/" + std::to_string(number); }

}  // namespace welkin::identity
