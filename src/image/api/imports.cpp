// The import half of image_data.h.
#include "core/base/uuid.h"
#include "image/api/access.h"
#include "image/api/image_data.h"
#include "image/upload.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;

void check_import(const json::Value& body, const State& state) {
    const auto& method = body["method"];
    if (!method.is_object()) {
        throw bad_request("Import request requires a 'method' field, an object.");
    }
    if (method["name"].is_null()) {
        throw bad_request("Import request requires a 'name' field.");
    }
    if (method["name"] != json::Value("glance-direct")) {
        throw bad_request("Unknown import method name '{}'; there is 'glance-direct'.",
                          method.text("name"));
    }
    for (const auto* flag : {"all_stores", "all_stores_must_succeed"}) {
        if (const auto* value = body.find(flag); value != nullptr && !value->is_bool()) {
            throw bad_request("'{}' must be boolean value only", flag);
        }
    }
    const auto& stores = body["stores"];
    if (!stores.is_null() && stores != json::Value(json::Array{state.store_id})) {
        throw conflict("The only image store is '{}'.", state.store_id);
    }
}

void write_task(json::Writer& writer, const ImportTask& task) {
    writer.begin_object();
    writer.member("id", task.id).member("type", "api_image_import");
    writer.member("status", task.status).member("image_id", task.image_id.str());
    writer.member("owner", task.owner.str()).member("user_id", task.user_id.str());
    writer.member("request_id", task.request_id).member("input", task.input);
    writer.member_null("result").member("message", task.message);
    writer.member_null("expires_at");
    writer.member("created_at", format_time(task.created_at));
    writer.member("updated_at", format_time(task.updated_at));
    writer.member("self", fmt::format("/v2/tasks/{}", task.id));
    writer.member("schema", "/v2/schemas/task").end_object();
}

}  // namespace

Task<Reply> import_image(Request& request, State& state) {
    const ImageId id(request.path_part("image_id"));
    check_import(request.json(), state);
    const auto task_id = new_uuid(state.core.env);
    co_await state.core.database.write([&](sql::Transaction& tx) {
        auto image = state.images.get(tx, viewer_of(request), id);
        request.authorize(owner_of(image, request));
        if (image.status == Status::active) {
            throw conflict("Image with status active cannot be target for import");
        }
        // The data was digested and inspected as it came, so all that is left is to take it over.
        const auto staged = state.transfers.staged(tx, id);
        if (image.status != Status::uploading || !staged ||
            !state.transfers.settle(tx, staged->location, Stage::staged)) {
            throw conflict("Image needs to be staged before 'glance-direct' method can be used");
        }
        activate(tx, state, request.author(), image, *staged);
        state.tasks.insert(
            tx, {.id = task_id,
                 .image_id = id,
                 .owner = image.owner,
                 .user_id = request.caller().user_id,
                 .request_id = request.request_id(),
                 .status = "success",
                 .input = json::Object{{"image_id", id.str()}, {"import_req", request.json()}},
                 .created_at = tx.now(),
                 .updated_at = tx.now()});
    });
    co_return http::accepted();
}

Task<Reply> list_image_tasks(Request& request, State& state) {
    const ImageId id(request.path_part("image_id"));
    const auto tasks = co_await state.core.database.read([&](sql::Transaction& tx) {
        const auto image = state.images.get(tx, viewer_of(request), id);
        request.authorize(owner_of(image, request), not_found("No image found with ID {}", id));
        return state.tasks.list(tx, id);
    });
    json::Text text;
    json::Writer writer(text.value);
    writer.begin_object().key("tasks").begin_array();
    for (const auto& task : tasks) {
        write_task(writer, task);
    }
    writer.end_array().end_object();
    co_return http::ok(std::move(text));
}

}  // namespace welkin::image
