#include "image/api/image_patch.h"

#include "core/base/text.h"
#include "image/api/image_view.h"

namespace welkin::image {

namespace {

using Op = PatchChange::Op;

constexpr std::string_view type_v20 = "application/openstack-images-v2.0-json-patch";
constexpr std::string_view type_v21 = "application/openstack-images-v2.1-json-patch";
constexpr std::pair<std::string_view, Op> operations[] = {
    {"add", Op::add}, {"remove", Op::remove}, {"replace", Op::replace}};
constexpr size_t longest_value = 65535;

/// The single part of a JSON pointer such as "/a~1b", which names "a/b".
std::string name_of(std::string_view pointer) {
    if (!pointer.starts_with('/')) {
        throw bad_request("Pointer `{}` does not start with \"/\".", pointer);
    }
    const auto part = pointer.substr(1);
    if (part.empty() || part.contains('/')) {
        throw bad_request("Invalid JSON pointer for this resource: '{}'; it must be '/name'.",
                          pointer);
    }
    for (auto at = part.find('~'); at != std::string_view::npos; at = part.find('~', at + 1)) {
        if (at + 1 == part.size() || (part[at + 1] != '0' && part[at + 1] != '1')) {
            throw bad_request(
                "Pointer `{}` contains \"~\" not part of a recognized escape sequence.", pointer);
        }
    }
    auto name = text::replace_all(std::string(part), "~1", "/");
    return std::string(text::trim(text::replace_all(std::move(name), "~0", "~")));
}

const std::string& string_member(const json::Value& change, std::string_view key) {
    const auto* value = change.find(key);
    if (value == nullptr || !value->is_string()) {
        throw bad_request("Unable to find '{}' in JSON Schema change, as a string.", key);
    }
    return value->as_string();
}

PatchChange parse_v21(const json::Value& raw) {
    const auto& wanted = string_member(raw, "op");
    for (const auto& [name, op] : operations) {
        if (name == wanted) {
            return {.op = op, .name = name_of(string_member(raw, "path"))};
        }
    }
    throw bad_request(
        "Invalid operation: `{}`. It must be one of the following: add, remove, replace.", wanted);
}

PatchChange parse_v20(const json::Value& raw) {
    std::optional<PatchChange> found;
    for (const auto& [name, op] : operations) {
        if (raw.find(name) == nullptr) {
            continue;
        }
        if (found) {
            found.reset();
            break;
        }
        found = PatchChange{
            .op = op, .name = name_of(string_member(raw, name)), .only_new = op == Op::add};
    }
    if (!found) {
        throw bad_request(
            "Operation objects must contain exactly one member named \"add\", \"remove\", or "
            "\"replace\".");
    }
    return *found;
}

void check_name(std::string_view name) {
    if (name == "id" || is_read_only(name)) {
        throw forbidden("Attribute '{}' is read-only.", name);
    }
    if (is_reserved(name)) {
        throw forbidden("Attribute '{}' is reserved.", name);
    }
}

void apply_to_core(Record& image, const PatchChange& change) {
    const auto& name = change.name;
    if (change.op == Op::remove) {
        throw forbidden("Property {} may not be removed.", name);
    }
    if (change.only_new) {
        throw conflict("Property {} already present.", name);
    }
    if ((name == "disk_format" || name == "container_format") && image.status != Status::queued) {
        throw forbidden("Attribute {} can be only replaced for a queued image.", name);
    }
    image_fields.update(image, json::Object{{name, change.value}});
    tidy_tags(image.tags);
}

}  // namespace

std::vector<PatchChange> parse_patch(std::string_view content_type, const json::Value& body) {
    const auto type = text::lower(text::trim(content_type.substr(0, content_type.find(';'))));
    if (type != type_v20 && type != type_v21) {
        throw unsupported_media("An image is changed by a patch of the type {} or {}, not '{}'.",
                                type_v21, type_v20, content_type)
            .with_header("Accept-Patch", fmt::format("{}, {}", type_v20, type_v21));
    }
    if (!body.is_array()) {
        throw bad_request("Request body must be a JSON array of operation objects.");
    }
    std::vector<PatchChange> changes;
    for (const auto& raw : body.as_array()) {
        if (!raw.is_object()) {
            throw bad_request("Operations must be JSON objects.");
        }
        auto change = type == type_v21 ? parse_v21(raw) : parse_v20(raw);
        check_name(change.name);
        if (change.op != Op::remove) {
            const auto* value = raw.find("value");
            if (value == nullptr) {
                throw bad_request("The operation on '{}' requires a member named \"value\".",
                                  change.name);
            }
            change.value = *value;
        }
        changes.push_back(std::move(change));
    }
    return changes;
}

void apply_change(Record& image, const PatchChange& change) {
    if (is_core(change.name)) {
        apply_to_core(image, change);
        return;
    }
    const bool there = image.properties.contains(change.name);
    if (change.op == Op::add ? change.only_new && there : !there) {
        throw conflict("Property {} {}.", change.name,
                       there ? "already present" : "does not exist");
    }
    if (change.op == Op::remove) {
        image.properties.erase(change.name);
        return;
    }
    check_property(change.name, change.value);
    image.properties[change.name] = change.value.as_string();
}

void tidy_tags(std::vector<std::string>& tags) {
    std::ranges::sort(tags);
    const auto rest = std::ranges::unique(tags);
    tags.erase(rest.begin(), rest.end());
}

void check_property(std::string_view name, const json::Value& value) {
    if (is_reserved(name)) {
        throw forbidden("Attribute '{}' is reserved.", name);
    }
    const auto characters = text::count_characters(name);
    if (characters == 0 || characters > 255) {
        throw bad_request("A property's name has 1 to 255 characters, not {}.", characters);
    }
    if (!value.is_string()) {
        throw bad_request("The property '{}' must be a string, not {}.", name, value.kind());
    }
    if (value.as_string().size() > longest_value) {
        throw bad_request("The property '{}' has {} bytes; at most {} are allowed.", name,
                          value.as_string().size(), longest_value);
    }
}

}  // namespace welkin::image
