#include "compute/api/keypairs.h"

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/keypair.h"
#include "core/async/async.h"
#include "core/base/text.h"

namespace welkin::compute {

using namespace json;  // the words of field tables
using http::Reply;
using http::Request;
using json::text;

namespace {

// The name's rules were widened twice; what all versions agree on is checked here.
const Check keypair_name =
    pattern("[A-Za-z0-9 ._@:-]{1,255}", "letters, digits, spaces and . _ - @ :, at most 255");

const Fields<Keypair> keypair_fields{
    "keypair",
    "keypairs",
    {
        {"name", &Keypair::name, required, text(1, 255)},
        {"type", &Keypair::type, since(2, 2), one_of({"ssh", "x509"})},
        {"user_id", &Keypair::user_id, accepted_since(2, 10), text(1, 255)},
        {"public_key", &Keypair::public_key, required_since(2, 92), text(0, 65535)},
        {"private_key", &Keypair::private_key, read_only, hidden_when_empty},
        {"fingerprint", &Keypair::fingerprint, read_only},
    },
};

/// GET shows more than POST answers.
const Fields<Keypair> detailed_fields{
    "keypair",
    "keypairs",
    {
        {"id", &Keypair::id, read_only},
        {"name", &Keypair::name, read_only},
        {"type", &Keypair::type, since(2, 2), read_only},
        {"user_id", &Keypair::user_id, read_only},
        {"public_key", &Keypair::public_key, read_only},
        {"fingerprint", &Keypair::fingerprint, read_only},
        {"created_at", &Keypair::created_at, read_only, time_bare},
        {"deleted", computed<Keypair>([](Writer& writer, const Keypair&, const View&) {
             writer.boolean(false);
         })},
        {"deleted_at",
         computed<Keypair>([](Writer& writer, const Keypair&, const View&) { writer.null(); })},
        {"updated_at",
         computed<Keypair>([](Writer& writer, const Keypair&, const View&) { writer.null(); })},
    },
};

const Fields<Keypair> listed_fields{
    "keypair",
    "keypairs",
    {
        {"name", &Keypair::name},
        {"type", &Keypair::type, since(2, 2)},
        {"public_key", &Keypair::public_key},
        {"fingerprint", &Keypair::fingerprint},
    },
};

/// Whose keys: the caller's, or from 2.10 on those of ?user_id=.
UserId user_of(const Request& request) {
    const auto asked = request.query.find("user_id");
    return asked && request.version() >= Version{2, 10} ? UserId(*asked) : request.caller().user_id;
}

/// Before 2.92 a name may have letters of any language and loses its outer spaces.
void check_name(Keypair& wanted, Version version) {
    if (version >= Version{2, 92}) {
        keypair_name.check("name", Value(wanted.name));
    }
    wanted.name = std::string(text::trim(wanted.name));
    if (wanted.name.empty()) {
        throw bad_request(
            "Keypair data is invalid: Keypair name must be string and between 1 and "
            "255 characters long");
    }
    if (version < Version{2, 92} && (text::has_control_characters(wanted.name) ||
                                     wanted.name.find_first_of("/\\") != std::string::npos)) {
        throw bad_request("Keypair data is invalid: Keypair name contains unsafe characters");
    }
}

}  // namespace

/// POST /os-keypairs: keeps the caller's public key or, before 2.92, makes a new pair.
Task<Reply> create_keypair(Request& request, State& compute) {
    const auto version = request.version();

    // Parse: the field table knows which fields exist, and are required, at this version.
    const auto& body = envelope(request, "keypair");
    auto wanted = keypair_fields.parse(body, version);
    check_name(wanted, version);
    if (wanted.user_id.empty()) {
        wanted.user_id = request.caller().user_id;
    }

    // Authorize: the route names the rule, the handler names whose resource it is.
    request.authorize({.user = wanted.user_id});

    // Act: throws conflict() for a taken name and over_limit() past the quota.
    auto& env = compute.core.env;
    auto keypair = body.find("public_key")
                       ? import_key(env, wanted)
                       : co_await async::blocking([&] { return generate_key(env, wanted); });
    keypair.created_at = env.now();
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        const auto limits = compute.quotas.limits(tx, request.caller().project_id);
        if (!within(limits.at("key_pairs"), compute.keypairs.count(tx, keypair.user_id), 1)) {
            throw over_limit("Quota exceeded, too many key pairs.");
        }
        compute.keypairs.insert(tx, keypair);
        history::append(tx, request.author(), {"compute", "keypair", keypair.name, "create"});
    });

    // Respond: the private key, when we made one, is shown here and never stored.
    auto view = keypair_fields.show(keypair, version);
    co_return version < Version{2, 2} ? http::ok(std::move(view)) : http::created(std::move(view));
}

/// GET /os-keypairs: [{"keypair": {...}}, ...], each in an envelope of its own.
Task<Reply> list_keypairs(Request& request, State& compute) {
    check_query(request, {2, 75}, {"user_id", "limit", "marker"});
    const auto user = user_of(request);
    request.authorize({.user = user});

    sql::Page page{.sort = {{"name"}}};
    const bool paged = request.version() >= Version{2, 35};
    if (paged) {
        page = read_page(request, {}, {{"name"}});
    }
    const auto keypairs = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.keypairs.list(tx, user, page); });

    Text body;
    Writer writer(body.value);
    writer.begin_object().key("keypairs").begin_array();
    for (const auto& keypair : keypairs) {
        writer.begin_object().key("keypair");
        listed_fields.write(writer, keypair, request.version());
        writer.end_object();
    }
    writer.end_array();
    if (paged) {
        write_next_link(writer, request, "keypairs", keypairs.size(), page,
                        keypairs.empty() ? "" : keypairs.back().name);
    }
    writer.end_object();
    co_return http::ok(std::move(body));
}

/// GET /os-keypairs/{name}
Task<Reply> show_keypair(Request& request, State& compute) {
    check_query(request, {2, 75}, {"user_id"});
    const auto user = user_of(request);
    request.authorize({.user = user});

    const auto keypair = co_await compute.core.database.read([&](sql::Transaction& tx) {
        return compute.keypairs.get(tx, user, request.path_part("name"));
    });
    co_return http::ok(detailed_fields.show(keypair, request.version()));
}

/// DELETE /os-keypairs/{name}
Task<Reply> delete_keypair(Request& request, State& compute) {
    check_query(request, {2, 75}, {"user_id"});
    const auto user = user_of(request);
    request.authorize({.user = user});

    const auto& name = request.path_part("name");
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        compute.keypairs.erase(tx, user, name);
        history::append(tx, request.author(), {"compute", "keypair", name, "delete"});
    });
    co_return request.version() < Version{2, 2} ? http::accepted() : http::no_content();
}

}  // namespace welkin::compute
