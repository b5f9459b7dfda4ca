#include "image/api/image_view.h"

#include <array>
#include <limits>

#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::image {

namespace {

constexpr std::array<std::string_view, 11> known_disk_formats = {
    "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"};
constexpr std::array<std::string_view, 8> known_container_formats = {
    "ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"};

constexpr std::array<std::string_view, 7> reserved_names = {
    "location", "locations", "deleted", "deleted_at", "direct_url", "stores", "owner_id"};

json::Check one_of(std::span<const std::string_view> names) {
    return json::one_of({names.begin(), names.end()});
}

json::Check dashed_uuid() {
    return {[](std::string_view name, const json::Value& value) {
        if (!value.is_string() || !is_dashed_uuid(value.as_string())) {
            throw bad_request("'{}' must be a UUID such as f81d4fae-7dec-41d0-a765-00a0c91e6bf6.",
                              name);
        }
    }};
}

json::Check up_to_int_max() { return json::range(0, std::numeric_limits<int32_t>::max()); }

json::Computed<Record> link(const char* tail) {
    return json::computed<Record>(
        [tail](json::Writer& writer, const Record& image, const json::View&) {
            writer.string(fmt::format("/v2/images/{}{}", image.id, tail));
        });
}

}  // namespace

const json::Fields<Record> image_fields{
    "image",
    "images",
    {
        {"id", &Record::id, json::create_only, dashed_uuid()},
        {"name", &Record::name, json::text(0, 255)},
        {"status", &Record::status, json::read_only},
        {"visibility", &Record::visibility, json::no_sort},
        {"protected", &Record::is_protected, json::no_sort},
        {"os_hidden", &Record::is_hidden, json::no_sort},
        {"checksum", &Record::md5, json::read_only, json::no_sort},
        {"os_hash_algo",
         json::computed<Record>([](json::Writer& writer, const Record& image, const json::View&) {
             image.sha512 ? writer.string("sha512") : writer.null();
         })},
        {"os_hash_value", &Record::sha512, json::read_only, json::no_sort, json::column("sha512")},
        {"owner", &Record::owner, json::no_sort, json::text(1, 64)},
        {"size", &Record::size_bytes, json::read_only},
        {"virtual_size", &Record::virtual_size_bytes, json::read_only, json::no_sort},
        {"container_format", &Record::container_format, one_of(known_container_formats)},
        {"disk_format", &Record::disk_format, one_of(known_disk_formats)},
        {"created_at", &Record::created_at, json::read_only},
        {"updated_at", &Record::updated_at, json::read_only},
        {"tags", &Record::tags, json::strings(10000, 255)},
        {"min_ram", &Record::min_ram_mb, json::no_sort, up_to_int_max()},
        {"min_disk", &Record::min_disk_gb, json::no_sort, up_to_int_max()},
        {"self", link("")},
        {"file", link("/file")},
        {"schema",
         json::computed<Record>([](json::Writer& writer, const Record&, const json::View&) {
             writer.string("/v2/schemas/image");
         })},
    }};

std::span<const std::string_view> disk_formats() { return known_disk_formats; }
std::span<const std::string_view> container_formats() { return known_container_formats; }

bool is_read_only(std::string_view name) {
    return std::ranges::any_of(image_fields.rows(), [&](const json::FieldRow& row) {
        return row.name == name && row.rules.marked(json::read_only);
    });
}

bool is_reserved(std::string_view name) {
    return name.starts_with("os_glance_") ||
           std::ranges::find(reserved_names, name) != reserved_names.end();
}

bool is_core(std::string_view name) {
    return std::ranges::any_of(image_fields.rows(), [&](const json::FieldRow& row) {
        return row.name == name && !row.rules.marked(json::read_only);
    });
}

void write_image(json::Writer& writer, const Record& image, std::string_view store_id) {
    const json::View view;
    writer.begin_object();
    for (const auto& row : image_fields.rows()) {
        writer.rendered_key(row.key);
        if (row.type == nullptr) {
            row.compute(writer, &image, view);
        } else {
            row.type->write(writer, reinterpret_cast<const char*>(&image) + row.offset,
                            json::Form::wire);
        }
    }
    if (!image.location.empty()) {
        writer.member("stores", store_id);
    }
    for (const auto& [name, value] : image.properties) {
        writer.member(name, value);
    }
    writer.end_object();
}

}  // namespace welkin::image
