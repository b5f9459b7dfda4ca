// The policies resource: documents kept for other programs.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

constexpr size_t max_blob_characters = 262144;

const json::Fields<PolicyDocument> policy_fields{
    "policy",
    "policies",
    {{"id", &PolicyDocument::id, json::read_only},
     {"type", &PolicyDocument::type, json::required, json::text(1, 255)},
     {"blob", &PolicyDocument::blob, json::required, json::text(0, max_blob_characters)},
     {"links", self_link<PolicyDocument>("policies")}},
    json::Unknown::ignore};

PolicyDocument document_in_path(sql::Transaction& tx, const State& identity,
                                const Request& request) {
    return identity.stores.policies.get(tx, PolicyDocumentId(request.path_part("policy_id")));
}

}  // namespace

/// POST /policies
Task<Reply> create_policy(Request& request, State& identity) {
    auto document = parse_new(policy_fields, request.json("policy"));
    request.authorize();
    document.id = PolicyDocumentId(new_hex_uuid(identity.core.env));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.policies.insert(tx, document);
        identity.record(tx, request.author(), "policy", document.id.value, "create");
    });
    co_return http::created(show(policy_fields, document, request));
}

/// GET /policies
Task<Reply> list_policies(Request& request, State& identity) {
    const auto page = page_of(request, identity, {{.name = "type"}}, "type");
    request.authorize();
    const auto documents = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.policies.list(tx, page); });
    co_return http::ok(show_list(policy_fields, documents, request, page));
}

/// GET /policies/{policy_id}
Task<Reply> show_policy(Request& request, State& identity) {
    request.authorize();
    const auto document = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return document_in_path(tx, identity, request); });
    co_return http::ok(show(policy_fields, document, request));
}

/// PATCH /policies/{policy_id}
Task<Reply> update_policy(Request& request, State& identity) {
    const auto& body = request.json("policy");
    request.authorize();
    const auto document = co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto changed = document_in_path(tx, identity, request);
        apply_changes(policy_fields, changed, body);
        identity.stores.policies.update(tx, changed);
        identity.record(tx, request.author(), "policy", changed.id.value, "update");
        return changed;
    });
    co_return http::ok(show(policy_fields, document, request));
}

/// DELETE /policies/{policy_id}
Task<Reply> delete_policy(Request& request, State& identity) {
    request.authorize();
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto document = document_in_path(tx, identity, request);
        identity.stores.policies.erase(tx, document.id);
        identity.record(tx, request.author(), "policy", document.id.value, "delete");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
