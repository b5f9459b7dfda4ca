// A field table takes or refuses any body, never does harm, and saves what it took without loss.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/json/fields.h"

namespace {

using namespace welkin;

struct Thing {
    std::string id;
    std::string name;
    int count = 0;
    double share = 0;
    bool shared = false;
    ProjectId project;
    std::optional<Time> at;
    std::vector<std::string> tags;
    std::map<std::string, std::string> metadata;
    json::Value extra;
};

const json::Fields<Thing> things{"thing",
                                 "things",
                                 {
                                     {"id", &Thing::id, json::read_only},
                                     {"name", &Thing::name, json::printable_name(40)},
                                     {"count", &Thing::count, json::lenient, json::range(-5, 500)},
                                     {"share", &Thing::share},
                                     {"shared", &Thing::shared, json::lenient},
                                     {"project", &Thing::project, json::uuid()},
                                     {"at", &Thing::at},
                                     {"tags", &Thing::tags, json::strings(5, 20)},
                                     {"metadata", &Thing::metadata, json::string_map(5, 20, 20)},
                                     {"extra", &Thing::extra},
                                 }};

template <class F>
bool refused(F function) {
    try {
        function();
        return false;
    } catch (const Error& error) {
        CHECK(error.fault == Fault::bad_request);
        return true;
    }
}

void fuzz_body(std::string_view bytes) {
    Thing thing;
    if (refused([&] { thing = things.parse(json::parse(bytes)); })) {
        return;
    }
    const auto saved = things.save(thing);
    CHECK(things.save(things.load(saved)) == saved);
    CHECK(json::parse(things.show(thing).value)["thing"].is_object());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (bytes.starts_with("?")) {
        json::PageRules rules{.sort_keys_joined = true, .in_prefix = true};
        refused([&] {
            const auto page = things.page(http::Query(bytes.substr(1)), rules);
            CHECK(page.limit >= 0 && page.limit <= rules.max_limit);
        });
    } else {
        fuzz_body(bytes);
    }
    return 0;
}
