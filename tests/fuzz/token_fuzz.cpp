// Opening any token and decoding any payload does no harm, and a payload that decodes comes back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "identity/tokens/fernet.h"
#include "identity/tokens/payload.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace welkin;
    static const std::vector<std::string> keys = {std::string(identity::fernet::key_bytes, 'k')};
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    CHECK(!identity::fernet::open(keys, bytes));
    if (const auto payload = identity::decode(bytes)) {
        CHECK(identity::decode(identity::encode(*payload)) == payload);
    }
    const auto sealed = identity::fernet::seal(keys.front(), std::string(16, 'i'), 0, bytes);
    if (sealed.size() <= identity::fernet::max_token_characters) {
        CHECK(identity::fernet::open(keys, sealed) == bytes);
    }
    return 0;
}
