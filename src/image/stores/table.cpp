#include "image/stores/table.h"

#include "core/base/text.h"
#include "image/stores/fake_store.h"
#include "image/stores/file_store.h"

namespace welkin::image::stores {

namespace {

struct Row {
    std::string_view name;
    std::unique_ptr<Store> (*make)(Env& env, const std::string& directory);
};

constexpr Row table[] = {
    {"file", make_file_store},
    {"fake", [](Env&, const std::string&) { return make_fake_store(1 << 30); }},
};

}  // namespace

std::unique_ptr<Store> make_store(std::string_view name, Env& env, const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& row : table) {
        if (row.name == name) {
            return row.make(env, directory);
        }
        names.emplace_back(row.name);
    }
    throw bad_request("image.store is '{}'; it must be one of: {}.", name, text::join(names, ", "));
}

}  // namespace welkin::image::stores
