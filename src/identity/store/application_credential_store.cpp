#include "identity/store/application_credential_store.h"

namespace welkin::identity {

namespace {

const sql::Columns<ApplicationCredential> columns{
    "identity_application_credential",
    {{"id", &ApplicationCredential::id},
     {"user_id", &ApplicationCredential::user_id},
     {"project_id", &ApplicationCredential::project_id},
     {"name", &ApplicationCredential::name},
     {"description", &ApplicationCredential::description},
     {"secret_hash", &ApplicationCredential::secret_hash},
     {"expires_at", &ApplicationCredential::expires_at},
     {"unrestricted", &ApplicationCredential::unrestricted},
     {"roles", &ApplicationCredential::roles}}};

}  // namespace

std::optional<ApplicationCredential> ApplicationCredentialStore::find(
    sql::Transaction& tx, const ApplicationCredentialId& id) const {
    return columns.find(tx, "id = ?", id);
}

std::optional<ApplicationCredential> ApplicationCredentialStore::find_by_name(
    sql::Transaction& tx, const UserId& user, std::string_view name) const {
    return columns.find(tx, "user_id = ? AND name = ?", user, name);
}

std::vector<ApplicationCredential> ApplicationCredentialStore::list(sql::Transaction& tx,
                                                                    const UserId& user,
                                                                    const sql::Page& page) const {
    return sql::page(tx, columns, "id", page, "user_id = ?", user);
}

void ApplicationCredentialStore::insert(sql::Transaction& tx,
                                        const ApplicationCredential& made) const {
    try {
        columns.insert(tx, made);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("The user already has an application credential named '{}'.", made.name);
    }
}

void ApplicationCredentialStore::erase(sql::Transaction& tx,
                                       const ApplicationCredentialId& id) const {
    tx.execute("DELETE FROM identity_application_credential WHERE id = ?", id);
}

void ApplicationCredentialStore::forget_user(sql::Transaction& tx, const UserId& user) const {
    tx.execute("DELETE FROM identity_application_credential WHERE user_id = ?", user);
}

void ApplicationCredentialStore::forget_project(sql::Transaction& tx,
                                                const ProjectId& project) const {
    tx.execute("DELETE FROM identity_application_credential WHERE project_id = ?", project);
}

}  // namespace welkin::identity
