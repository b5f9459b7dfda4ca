// The JSON schemas that clients validate with and learn the fields from.
#include "image/api/image_view.h"
#include "image/api/info.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;
using json::Writer;

constexpr std::string_view uuid_pattern =
    "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

enum class Access { read_write, read_only };

/// Begins a property's schema; what is special to it follows, then end_object().
Writer& property(Writer& writer, std::string_view name, std::string_view type,
                 std::string_view description, Access access = Access::read_write) {
    writer.key(name).begin_object().member("description", description);
    writer.key("type");
    if (type.starts_with('?')) {
        writer.begin_array().string("null").string(type.substr(1)).end_array();
    } else {
        writer.string(type);
    }
    if (access == Access::read_only) {
        writer.member("readOnly", true);
    }
    return writer;
}

void choices(Writer& writer, std::span<const std::string_view> allowed, bool or_null) {
    writer.key("enum").begin_array();
    if (or_null) {
        writer.null();
    }
    for (const auto choice : allowed) {
        writer.string(choice);
    }
    writer.end_array();
}

void write_identity_properties(Writer& writer) {
    constexpr std::string_view statuses[] = {"queued",    "saving",         "active",
                                             "killed",    "deleted",        "uploading",
                                             "importing", "pending_delete", "deactivated"};
    constexpr std::string_view visibilities[] = {"community", "public", "private", "shared"};
    property(writer, "id", "string", "Identifier of the image").member("pattern", uuid_pattern);
    writer.end_object();
    property(writer, "name", "?string", "Name of the image").member("maxLength", 255).end_object();
    property(writer, "status", "string", "Status of the image", Access::read_only);
    choices(writer, statuses, false);
    writer.end_object();
    property(writer, "visibility", "string", "Who may see the image");
    choices(writer, visibilities, false);
    writer.end_object();
    property(writer, "protected", "boolean", "Whether the image is kept from deletion");
    writer.end_object();
    property(writer, "os_hidden", "boolean", "Whether lists leave the image out").end_object();
    property(writer, "owner", "?string", "Project that owns the image").member("maxLength", 255);
    writer.end_object();
    property(writer, "created_at", "string", "When the image was created", Access::read_only);
    writer.end_object();
    property(writer, "updated_at", "string", "When the image was last changed", Access::read_only);
    writer.end_object();
    property(writer, "tags", "array", "Tags of the image").key("items").begin_object();
    writer.member("type", "string").member("maxLength", 255).end_object().end_object();
}

void write_data_properties(Writer& writer) {
    property(writer, "checksum", "?string", "MD5 of the data, hex", Access::read_only)
        .member("maxLength", 32)
        .end_object();
    property(writer, "os_hash_algo", "?string", "Algorithm of os_hash_value", Access::read_only)
        .member("maxLength", 64)
        .end_object();
    property(writer, "os_hash_value", "?string", "Digest of the data, hex", Access::read_only)
        .member("maxLength", 128)
        .end_object();
    property(writer, "size", "?integer", "Bytes of data", Access::read_only).end_object();
    property(writer, "virtual_size", "?integer", "Bytes of the disk as a guest sees it",
             Access::read_only)
        .end_object();
    property(writer, "container_format", "?string", "Format of the container");
    choices(writer, container_formats(), true);
    writer.end_object();
    property(writer, "disk_format", "?string", "Format of the disk");
    choices(writer, disk_formats(), true);
    writer.end_object();
    property(writer, "min_ram", "integer", "MB of memory a server needs").end_object();
    property(writer, "min_disk", "integer", "GB of disk a server needs").end_object();
    property(writer, "self", "string", "URL of the image", Access::read_only).end_object();
    property(writer, "file", "string", "URL of the data", Access::read_only).end_object();
    property(writer, "stores", "string", "Stores that have the data", Access::read_only);
    writer.end_object();
    property(writer, "direct_url", "string", "URL of the data in its store", Access::read_only);
    writer.end_object();
    property(writer, "schema", "string", "URL of this schema", Access::read_only).end_object();
}

void write_link(Writer& writer, std::string_view rel, std::string_view href) {
    writer.begin_object().member("rel", rel).member("href", href).end_object();
}

void write_image_schema(Writer& writer) {
    writer.begin_object().member("name", "image").key("properties").begin_object();
    write_identity_properties(writer);
    write_data_properties(writer);
    writer.end_object();
    writer.key("additionalProperties").begin_object().member("type", "string").end_object();
    writer.key("links").begin_array();
    write_link(writer, "self", "{self}");
    write_link(writer, "enclosure", "{file}");
    write_link(writer, "describedby", "{schema}");
    writer.end_array().end_object();
}

void write_member_schema(Writer& writer) {
    constexpr std::string_view statuses[] = {"pending", "accepted", "rejected"};
    writer.begin_object().member("name", "member").key("properties").begin_object();
    property(writer, "member_id", "string", "Project that the image is shared with").end_object();
    property(writer, "image_id", "string", "Identifier of the image")
        .member("pattern", uuid_pattern)
        .end_object();
    property(writer, "created_at", "string", "When it was shared").end_object();
    property(writer, "updated_at", "string", "When the status was last changed").end_object();
    property(writer, "status", "string", "What the member says to it");
    choices(writer, statuses, false);
    writer.end_object();
    property(writer, "schema", "string", "URL of this schema", Access::read_only).end_object();
    writer.end_object().end_object();
}

void write_task_schema(Writer& writer) {
    writer.begin_object().member("name", "task").key("properties").begin_object();
    for (const auto* name : {"id", "type", "status", "image_id", "owner", "user_id", "request_id",
                             "message", "created_at", "updated_at", "self", "schema"}) {
        property(writer, name, "string", "", Access::read_only).end_object();
    }
    property(writer, "input", "?object", "What was asked for").end_object();
    property(writer, "result", "?object", "What came of it", Access::read_only).end_object();
    writer.end_object().end_object();
}

/// A list of what `item` describes, paged if it has links.
void write_list_schema(Writer& writer, std::string_view name, void (*item)(Writer&), bool paged) {
    writer.begin_object().member("name", name).key("properties").begin_object();
    writer.key(name).begin_object().member("type", "array").key("items");
    item(writer);
    writer.end_object();
    for (const auto* link : {"first", "next", "schema"}) {
        if (paged || std::string_view(link) == "schema") {
            writer.key(link).begin_object().member("type", "string").end_object();
        }
    }
    writer.end_object().key("links").begin_array();
    if (paged) {
        write_link(writer, "first", "{first}");
        write_link(writer, "next", "{next}");
    }
    write_link(writer, "describedby", "{schema}");
    writer.end_array().end_object();
}

struct Row {
    std::string_view name;
    void (*write)(Writer& writer);
};

constexpr Row table[] = {
    {"image", write_image_schema},
    {"images",
     [](Writer& writer) { write_list_schema(writer, "images", write_image_schema, true); }},
    {"member", write_member_schema},
    {"members",
     [](Writer& writer) { write_list_schema(writer, "members", write_member_schema, false); }},
    {"task", write_task_schema},
    {"tasks", [](Writer& writer) { write_list_schema(writer, "tasks", write_task_schema, true); }},
};

}  // namespace

Task<Reply> show_schema(Request& request, State&) {
    request.authorize();
    const auto& name = request.path_part("name");
    for (const auto& row : table) {
        if (row.name == name) {
            json::Text text;
            Writer writer(text.value);
            row.write(writer);
            co_return http::ok(std::move(text));
        }
    }
    throw not_found("There is no schema '{}'.", name);
}

}  // namespace welkin::image
