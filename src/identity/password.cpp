#include "identity/password.h"

#include <crypt.h>

#include <map>
#include <mutex>

#include "core/async/async.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace welkin::identity {

namespace {

constexpr Duration remembered_for = 60s;
constexpr size_t max_remembered = 4096;
constexpr size_t bcrypt_bytes = 72;

/// What crypt() is given: see the header.
std::string prepared(const std::string& password) {
    if (password.size() <= bcrypt_bytes && password.find('\0') == std::string::npos) {
        return password;
    }
    return text::to_base64(crypto::sha256(password));
}

std::string crypt_text(const std::string& password, const std::string& setting) {
    // Tens of kilobytes, hence not on the stack.
    const auto data = std::make_unique<crypt_data>();
    const char* made = crypt_r(prepared(password).c_str(), setting.c_str(), data.get());
    return made == nullptr || made[0] == '*' ? std::string() : std::string(made);
}

}  // namespace

struct Passwords::State {
    Env& env;
    int cost;
    std::string secret;
    std::string nobody;  ///< hash of a password that nobody knows
    std::mutex mutex;
    std::map<std::string, Time> remembered;  ///< until when

    State(Env& environment, int rounds)
        : env(environment), cost(rounds), secret(env.random_bytes(32)) {
        nobody = make(text::to_hex(env.random_bytes(16)), env.random_bytes(16));
    }

    std::string make(const std::string& password, const std::string& salt) const {
        char setting[CRYPT_GENSALT_OUTPUT_SIZE];
        CHECK(crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), salt.data(),
                               static_cast<int>(salt.size()), setting,
                               static_cast<int>(sizeof setting)) != nullptr);
        auto made = crypt_text(password, setting);
        CHECK(!made.empty());
        return made;
    }

    std::string key(const std::string& password, const std::string& hash) const {
        return crypto::hmac(crypto::Algorithm::sha256, secret, hash + '\0' + password);
    }

    bool knows(const std::string& key) {
        const std::lock_guard lock(mutex);
        const auto found = remembered.find(key);
        return found != remembered.end() && found->second > env.now();
    }

    void remember(const std::string& key) {
        const std::lock_guard lock(mutex);
        if (remembered.size() >= max_remembered) {
            std::erase_if(remembered, [&](const auto& entry) { return entry.second <= env.now(); });
        }
        if (remembered.size() >= max_remembered) {
            remembered.clear();
        }
        remembered[key] = env.now() + remembered_for;
    }
};

Passwords::Passwords(Env& env, int cost) : state_(std::make_shared<State>(env, cost)) {}
Passwords::~Passwords() = default;

Task<std::string> Passwords::hash(std::string password) {
    const auto state = state_;
    const auto salt = state->env.random_bytes(16);
    co_return co_await async::blocking([&] { return state->make(password, salt); });
}

Task<bool> Passwords::matches(std::string password, std::string hash) {
    if (password.size() > max_password_bytes) {
        co_return false;
    }
    const auto state = state_;
    const auto key = hash.empty() ? std::string() : state->key(password, hash);
    if (!key.empty() && state->knows(key)) {
        co_return true;
    }
    const auto& against = hash.empty() ? state->nobody : hash;
    const auto made = co_await async::blocking([&] { return crypt_text(password, against); });
    const bool right = !made.empty() && text::equal_in_constant_time(made, against);
    if (hash.empty() || !right) {
        co_return false;
    }
    state->remember(key);
    co_return true;
}

}  // namespace welkin::identity
