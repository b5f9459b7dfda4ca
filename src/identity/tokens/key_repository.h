#pragma once
// KeyRepository: the keys that tokens are sealed with, as files in one folder, rotated by
// themselves.
//
// Files are numbered. 0 is staged: the next primary, known to every process before the first token
// is sealed with it. The highest is primary: it seals. Those between are secondary: they open older
// tokens until the last of these has expired. A file has the key as base64url in its first line
// and, but for the staged one, the time since when it was primary in the second.
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/base/time.h"

namespace welkin::identity {

struct KeyRules {
    Duration rotation = 24h;  ///< how long a key stays primary
    Duration keep = 72h;      ///< how long a secondary is kept: the longest life of a token
};

class KeyRepository {
public:
    /// Makes the first keys if there are none.
    KeyRepository(Env& env, std::string folder, KeyRules rules);

    /// Keys in the order to try them: the primary first. Any thread.
    std::shared_ptr<const std::vector<std::string>> keys() const;

    /// Rotates if it is time to, drops secondaries that no token needs, and takes over what another
    /// process has changed. Blocks on files; one at a time.
    void maintain();
    /// Makes the staged key primary now.
    void rotate();

private:
    struct Stored {
        int number = 0;
        std::string key;
        Time primary_since{};
    };
    std::vector<Stored> load();  ///< ascending; broken files are skipped with a log line
    void save(const Stored& stored);
    void promote(std::vector<Stored>& stored);
    void drop_unneeded(std::vector<Stored>& stored);
    void publish(const std::vector<Stored>& stored);
    std::string path(int number) const;

    Env& env_;
    std::string folder_;
    KeyRules rules_;
    std::mutex changing_;       ///< maintain() and rotate()
    mutable std::mutex mutex_;  ///< keys_
    std::shared_ptr<const std::vector<std::string>> keys_;
};

}  // namespace welkin::identity
