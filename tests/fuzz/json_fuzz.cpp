// Reading any bytes never does harm, and what is read comes back as it was.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/error.h"
#include "core/json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace welkin;
    json::Value value;
    try {
        value = json::parse({reinterpret_cast<const char*>(data), size});
    } catch (const Error& error) {
        CHECK(error.fault == Fault::bad_request);
        return 0;
    }
    const auto text = json::to_string(value);
    CHECK(json::parse(text) == value);
    CHECK(json::to_string(json::parse(text)) == text);
    return 0;
}
