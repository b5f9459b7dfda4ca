#include "image/api/members.h"

#include "image/api/access.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;

void write_member(json::Writer& writer, const Member& member) {
    writer.begin_object();
    writer.member("member_id", member.member.str()).member("image_id", member.image_id.str());
    writer.member("status", to_text(member.status));
    writer.member("created_at", format_time(member.created_at));
    writer.member("updated_at", format_time(member.updated_at));
    writer.member("schema", "/v2/schemas/member").end_object();
}

json::Text show(const Member& member) {
    json::Text text;
    json::Writer writer(text.value);
    write_member(writer, member);
    return text;
}

Error no_such_member(const ProjectId& member, const ImageId& image) {
    return not_found("{} not found in the member list of the image {}.", member, image);
}

/// Who is neither the owner nor an administrator sees no members but itself.
bool may_see(const Request& request, const Record& image, const Member& member) {
    const auto& project = request.caller().project_id;
    return request.is_admin() || project == image.owner || project == member.member;
}

/// The image of the path, if it is one that can have members.
Record shared_image(sql::Transaction& tx, const Request& request, const State& state) {
    const ImageId id(request.path_part("image_id"));
    auto image = state.images.get(tx, viewer_of(request), id);
    if (image.visibility != Visibility::shared) {
        throw forbidden("Only shared images have members; image {} is {}.", id,
                        to_text(image.visibility));
    }
    return image;
}

Member member_of(sql::Transaction& tx, const Request& request, const State& state,
                 const Record& image) {
    const ProjectId id(request.path_part("member_id"));
    const auto member = state.members.find(tx, image.id, id);
    if (!member || !may_see(request, image, *member)) {
        throw no_such_member(id, image.id);
    }
    return *member;
}

void note_member(sql::Transaction& tx, const Request& request, const Record& image,
                 const Member& member, std::string_view action) {
    note_change(tx, request.author(), image, action,
                json::Object{{"member", member.member.str()},
                             {"status", std::string(to_text(member.status))}});
}

/// The string member `name` of the body, or throws bad_request().
std::string body_text(const Request& request, std::string_view name) {
    const auto& value = request.json()[name];
    if (!value.is_string() || value.as_string().empty()) {
        throw bad_request("The request needs an object with a '{0}', such as {{\"{0}\": \"...\"}}.",
                          name);
    }
    return value.as_string();
}

}  // namespace

Task<Reply> add_member(Request& request, State& state) {
    const ProjectId wanted(body_text(request, "member"));
    if (wanted.str().size() > 64) {
        throw bad_request("'{}' is not a project's id.", wanted);
    }
    const auto member = co_await state.core.database.write([&](sql::Transaction& tx) {
        const auto image = shared_image(tx, request, state);
        request.authorize(owner_of(image, request));
        if (state.members.list(tx, image.id).size() >= state.limits.members) {
            throw over_limit(
                "Image {} is shared with {} projects already, and more are not "
                "allowed.",
                image.id, state.limits.members);
        }
        const Member added{
            .image_id = image.id, .member = wanted, .created_at = tx.now(), .updated_at = tx.now()};
        state.members.insert(tx, added);
        note_member(tx, request, image, added, "add_member");
        return added;
    });
    co_return http::ok(show(member));
}

Task<Reply> list_members(Request& request, State& state) {
    const auto members = co_await state.core.database.read([&](sql::Transaction& tx) {
        const auto image = shared_image(tx, request, state);
        request.authorize(owner_of(image, request));
        auto found = state.members.list(tx, image.id);
        std::erase_if(found, [&](const auto& one) { return !may_see(request, image, one); });
        return found;
    });
    json::Text text;
    json::Writer writer(text.value);
    writer.begin_object().key("members").begin_array();
    for (const auto& member : members) {
        write_member(writer, member);
    }
    writer.end_array().member("schema", "/v2/schemas/members").end_object();
    co_return http::ok(std::move(text));
}

Task<Reply> show_member(Request& request, State& state) {
    const auto member = co_await state.core.database.read([&](sql::Transaction& tx) {
        const ImageId id(request.path_part("image_id"));
        const auto image = state.images.get(tx, viewer_of(request), id);
        const auto found = member_of(tx, request, state, image);
        request.authorize(owner_of(image, request), no_such_member(found.member, id));
        return found;
    });
    co_return http::ok(show(member));
}

Task<Reply> update_member(Request& request, State& state) {
    const auto wanted = body_text(request, "status");
    const auto status = enum_from_text(wanted, std::type_identity<MemberStatus>{});
    if (!status) {
        throw bad_request("The status '{}' is not one of pending, accepted, rejected.", wanted);
    }
    const auto member = co_await state.core.database.write([&](sql::Transaction& tx) {
        const auto image = shared_image(tx, request, state);
        auto changed = member_of(tx, request, state, image);
        request.authorize(owner_of(image, changed.member));
        changed.status = *status;
        changed.updated_at = tx.now();
        state.members.set_status(tx, changed);
        note_member(tx, request, image, changed, "update_member");
        return changed;
    });
    co_return http::ok(show(member));
}

Task<Reply> remove_member(Request& request, State& state) {
    co_await state.core.database.write([&](sql::Transaction& tx) {
        const auto image = shared_image(tx, request, state);
        const auto member = member_of(tx, request, state, image);
        request.authorize(owner_of(image, request));
        state.members.erase(tx, image.id, member.member);
        note_member(tx, request, image, member, "delete_member");
    });
    co_return http::no_content();
}

}  // namespace welkin::image
