// The credentials resource: secrets kept for users; and its EC2 form, key pairs by access key.
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/crypto/digest.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

constexpr size_t max_blob_bytes = 65536;

const json::Fields<Credential> credential_fields{
    "credential",
    "credentials",
    {{"id", &Credential::id, json::read_only},
     {"user_id", &Credential::user_id, id_text()},
     {"project_id", &Credential::project_id, id_text()},
     {"type", &Credential::type, json::required, json::text(1, 255)},
     {"blob", &Credential::blob, json::required, json::text(0, max_blob_bytes)},
     {"links", self_link<Credential>("credentials")}},
    json::Unknown::ignore};

auth::Owner owner_of(const UserId& user) {
    return {.user = user, .extra = {{"target.credential.user_id", user.value}}};
}

CredentialId ec2_id(std::string_view access) {
    return CredentialId(text::to_hex(crypto::sha256(access)));
}

/// The access key in an EC2 key pair's blob. Throws bad_request().
std::string access_in(const Credential& credential) {
    const auto blob = json::parse(credential.blob);
    if (blob.text("access").empty() || blob.text("secret").empty() || !credential.project_id) {
        throw bad_request(
            "A credential of type ec2 needs a project_id, and a blob that is a JSON "
            "object with access and secret.");
    }
    return blob.text("access");
}

/// The credential and the right to do with it what the route is for.
Credential credential_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const CredentialId id(request.path_part("credential_id"));
    auto found = identity.credentials.find(tx, id);
    request.authorize(found ? owner_of(found->user_id) : auth::Owner{});
    if (!found) {
        throw not_found("Could not find credential: {}.", id);
    }
    return *std::move(found);
}

void write_ec2(json::Writer& out, const Credential& credential, const Request& request) {
    const auto blob = json::parse(credential.blob);
    const auto project = credential.project_id.value_or(ProjectId()).value;
    out.begin_object();
    out.member("access", blob.text("access")).member("secret", blob.text("secret"));
    out.member("user_id", credential.user_id.value).member("tenant_id", project);
    out.member_null("trust_id");
    out.key("links").begin_object();
    out.member("self", url_of(request) + "/users/" + credential.user_id.value +
                           "/credentials/OS-EC2/" + blob.text("access"));
    out.end_object().end_object();
}

json::Text ec2_text(const Credential& credential, const Request& request) {
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("credential");
    write_ec2(out, credential, request);
    out.end_object();
    return text;
}

Credential ec2_in_path(sql::Transaction& tx, State& identity, const Request& request) {
    const auto& access = request.path_part("access");
    auto found = identity.credentials.find(tx, ec2_id(access));
    if (!found || found->type != "ec2" || found->user_id.value != request.path_part("user_id")) {
        throw not_found("Could not find credential: {}.", access);
    }
    return *std::move(found);
}

}  // namespace

/// POST /credentials
Task<Reply> create_credential(Request& request, State& identity) {
    co_await refuse_restricted(request, identity);
    auto made = credential_fields.parse(request.json("credential"));
    if (made.user_id.empty()) {
        made.user_id = request.caller().user_id;
    }
    request.authorize(owner_of(made.user_id));
    made.id = made.type == "ec2" ? ec2_id(access_in(made))
                                 : CredentialId(new_hex_uuid(identity.core.env));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.users.get(tx, made.user_id);
        identity.credentials.insert(tx, made);
        identity.record(tx, request.author(), "credential", made.id.value, "create");
    });
    co_return http::created(credential_fields.show(made, view_of(request)));
}

/// GET /credentials: everybody their own, who may see more all that match.
Task<Reply> list_credentials(Request& request, State& identity) {
    auto page = page_of(request, identity, {{.name = "user_id"}, {.name = "type"}}, "id");
    request.authorize();
    if (!request.may("identity:list_any_credentials")) {
        require(page, "user_id", request.caller().user_id.value);
    }
    const auto all = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.credentials.list(tx, page); });
    co_return http::ok(credential_fields.list(all, view_of(request), [&](json::Writer& out) {
        out.key("links").raw(std::string_view(list_links(request, last_id(all, page))).substr(9));
    }));
}

/// GET /credentials/{credential_id}
Task<Reply> show_credential(Request& request, State& identity) {
    const auto found = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return credential_in_path(tx, request, identity); });
    co_return http::ok(credential_fields.show(found, view_of(request)));
}

/// PATCH /credentials/{credential_id}
Task<Reply> update_credential(Request& request, State& identity) {
    co_await refuse_restricted(request, identity);
    const auto& body = request.json("credential");
    const auto after = co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto before = credential_in_path(tx, request, identity);
        auto changed = before;
        credential_fields.update(changed, body);
        if (changed.user_id != before.user_id && !request.is_admin()) {
            throw forbidden("Only an administrator may give a credential to another user.");
        }
        if (changed.type == "ec2") {
            access_in(changed);
        }
        identity.credentials.update(tx, changed);
        identity.record(tx, request.author(), "credential", changed.id.value, "update");
        return changed;
    });
    co_return http::ok(credential_fields.show(after, view_of(request)));
}

/// DELETE /credentials/{credential_id}
Task<Reply> delete_credential(Request& request, State& identity) {
    co_await refuse_restricted(request, identity);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto found = credential_in_path(tx, request, identity);
        identity.credentials.erase(tx, found.id);
        identity.record(tx, request.author(), "credential", found.id.value, "delete");
    });
    co_return http::no_content();
}

/// POST /users/{user_id}/credentials/OS-EC2
Task<Reply> create_ec2_credential(Request& request, State& identity) {
    co_await refuse_restricted(request, identity);
    const UserId user(request.path_part("user_id"));
    const ProjectId project(request.json().text("tenant_id"));
    if (project.empty()) {
        throw bad_request("The request needs a 'tenant_id': the id of the project it is for.");
    }
    request.authorize(owner_of(user));
    const auto access = new_hex_uuid(identity.core.env);
    const auto secret = text::to_hex(identity.core.env.random_bytes(16));
    const Credential made{.id = ec2_id(access),
                          .user_id = user,
                          .project_id = project,
                          .type = "ec2",
                          .blob = json::to_string(json::Object{
                              {"access", access}, {"secret", secret}, {"trust_id", nullptr}})};
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.users.get(tx, user);
        identity.stores.projects.get(tx, project);
        if (roles_on(tx, identity.stores, user, ScopeKind::project, project.value).empty()) {
            throw forbidden("User {} has no role on project {}.", user, project);
        }
        identity.credentials.insert(tx, made);
        identity.record(tx, request.author(), "credential", made.id.value, "create");
    });
    co_return http::created(ec2_text(made, request));
}

/// GET /users/{user_id}/credentials/OS-EC2
Task<Reply> list_ec2_credentials(Request& request, State& identity) {
    auto page = page_of(request, identity, {}, "id");
    require(page, "type", "ec2");
    require(page, "user_id", request.path_part("user_id"));
    request.authorize(owner_of(UserId(request.path_part("user_id"))));
    const auto all = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.credentials.list(tx, page); });
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("credentials").begin_array();
    for (const auto& credential : all) {
        write_ec2(out, credential, request);
    }
    out.end_array();
    text.value += list_links(request, last_id(all, page)) + "}";
    co_return http::ok(std::move(text));
}

/// GET /users/{user_id}/credentials/OS-EC2/{access}
Task<Reply> show_ec2_credential(Request& request, State& identity) {
    request.authorize(owner_of(UserId(request.path_part("user_id"))));
    const auto found = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return ec2_in_path(tx, identity, request); });
    co_return http::ok(ec2_text(found, request));
}

/// DELETE /users/{user_id}/credentials/OS-EC2/{access}
Task<Reply> delete_ec2_credential(Request& request, State& identity) {
    co_await refuse_restricted(request, identity);
    request.authorize(owner_of(UserId(request.path_part("user_id"))));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto found = ec2_in_path(tx, identity, request);
        identity.credentials.erase(tx, found.id);
        identity.record(tx, request.author(), "credential", found.id.value, "delete");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
