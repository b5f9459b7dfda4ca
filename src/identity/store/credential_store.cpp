#include "identity/store/credential_store.h"

#include "core/base/text.h"
#include "identity/tokens/fernet.h"

namespace welkin::identity {

namespace {

constexpr unsigned owner_only = 0600;

const sql::Columns<Credential> columns{"identity_credential",
                                       {{"id", &Credential::id},
                                        {"user_id", &Credential::user_id},
                                        {"project_id", &Credential::project_id},
                                        {"type", &Credential::type},
                                        {"blob_sealed", &Credential::blob}}};

}  // namespace

CredentialStore::CredentialStore(Env& env, const std::string& key_path) : env_(env) {
    auto content = env.files().read(key_path);
    if (!content) {
        content = text::to_base64url(env.random_bytes(fernet::key_bytes)) + "\n";
        env.files().write_durably(key_path, *content, owner_only);
    }
    auto key = fernet::key_from_text(text::trim(*content));
    if (!key) {
        throw internal("{} is not a key: it must have 32 bytes in base64url.", key_path);
    }
    keys_.push_back(*std::move(key));
}

Credential CredentialStore::sealed(Credential credential) const {
    credential.blob =
        fernet::seal(keys_.front(), env_.random_bytes(fernet::iv_bytes), 0, credential.blob);
    return credential;
}

Credential CredentialStore::opened(Credential credential) const {
    auto blob = fernet::open(keys_, credential.blob, fernet::no_limit);
    if (!blob) {
        throw internal("Credential {} was sealed with another key.", credential.id);
    }
    credential.blob = *std::move(blob);
    return credential;
}

std::optional<Credential> CredentialStore::find(sql::Transaction& tx,
                                                const CredentialId& id) const {
    auto found = columns.find(tx, "id = ?", id);
    return found ? std::optional(opened(*std::move(found))) : std::nullopt;
}

std::vector<Credential> CredentialStore::list(sql::Transaction& tx, const sql::Page& page) const {
    auto found = sql::page(tx, columns, "id", page, "");
    for (auto& credential : found) {
        credential = opened(std::move(credential));
    }
    return found;
}

void CredentialStore::insert(sql::Transaction& tx, const Credential& credential) const {
    try {
        columns.insert(tx, sealed(credential));
    } catch (const sql::ConstraintViolation&) {
        throw conflict("There is already a credential with the id {}.", credential.id);
    }
}

void CredentialStore::update(sql::Transaction& tx, const Credential& credential) const {
    columns.update_all(tx, sealed(credential), "id = ?", credential.id);
}

void CredentialStore::erase(sql::Transaction& tx, const CredentialId& id) const {
    tx.execute("DELETE FROM identity_credential WHERE id = ?", id);
}

void CredentialStore::forget_user(sql::Transaction& tx, const UserId& user) {
    tx.execute("DELETE FROM identity_credential WHERE user_id = ?", user);
}

void CredentialStore::forget_project(sql::Transaction& tx, const ProjectId& project) {
    tx.execute("DELETE FROM identity_credential WHERE project_id = ?", project);
}

}  // namespace welkin::identity
