#pragma once
// An image on the wire: its fields, and the flat object of fields and properties that is shown.
#include <string_view>

#include "core/json/fields.h"
#include "image/record.h"

namespace welkin::image {

extern const json::Fields<Record> image_fields;

std::span<const std::string_view> disk_formats();
std::span<const std::string_view> container_formats();

/// Names that are shown but never accepted: 403 for who sends them.
bool is_read_only(std::string_view name);
/// Names that a property cannot have: 403 as well.
bool is_reserved(std::string_view name);
/// One of image_fields that may be set.
bool is_core(std::string_view name);

void write_image(json::Writer& writer, const Record& image, std::string_view store_id);

}  // namespace welkin::image
