#pragma once
// Changes of an image as JSON patches: application/openstack-images-v2.1-json-patch, an early form
// of RFC 6902, and -v2.0, an even earlier one whose operation is the key that holds the path.
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.h"
#include "image/record.h"

namespace welkin::image {

struct PatchChange {
    enum class Op { add, replace, remove } op = Op::add;
    std::string name;       ///< of a field or property
    json::Value value;      ///< unless it is removed
    bool only_new = false;  ///< add refuses what is there (v2.0)
};

/// Throws unsupported_media() for another content type, bad_request() for what is no patch, and
/// forbidden() for names that nobody may change.
std::vector<PatchChange> parse_patch(std::string_view content_type, const json::Value& body);

/// Throws bad_request() for a value that will not do, forbidden() for what cannot be changed (now),
/// conflict() for a property that is not there, or is there.
void apply_change(Record& image, const PatchChange& change);

/// Tags sorted and each once.
void tidy_tags(std::vector<std::string>& tags);
/// Throws bad_request() unless a property can have this name and value, forbidden() if reserved.
void check_property(std::string_view name, const json::Value& value);

}  // namespace welkin::image
