-- Domains and projects. A domain has no domain_id; name_scope is domain_id or '' so that names are
-- unique within a domain, and those of domains among themselves.
CREATE TABLE identity_project (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    name_scope VARCHAR(64) NOT NULL,
    domain_id VARCHAR(64),
    parent_id VARCHAR(64),
    is_domain INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    description TEXT,
    tags TEXT NOT NULL,
    options TEXT NOT NULL,
    extra TEXT NOT NULL,
    epoch BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_project_by_name ON identity_project (name_scope, name);
CREATE INDEX identity_project_by_parent ON identity_project (parent_id);

CREATE TABLE identity_user (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    domain_id VARCHAR(64) NOT NULL,
    enabled INTEGER NOT NULL,
    default_project_id VARCHAR(64),
    password_hash TEXT NOT NULL,
    options TEXT NOT NULL,
    extra TEXT NOT NULL,
    epoch BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_user_by_name ON identity_user (domain_id, name);

CREATE TABLE identity_group (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    domain_id VARCHAR(64) NOT NULL,
    description TEXT,
    extra TEXT NOT NULL
);
CREATE UNIQUE INDEX identity_group_by_name ON identity_group (domain_id, name);

CREATE TABLE identity_membership (
    user_id VARCHAR(64) NOT NULL,
    group_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (user_id, group_id)
);
CREATE INDEX identity_membership_by_group ON identity_membership (group_id);

CREATE TABLE identity_role (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    name_scope VARCHAR(64) NOT NULL,
    domain_id VARCHAR(64),
    description TEXT,
    options TEXT NOT NULL,
    extra TEXT NOT NULL
);
CREATE UNIQUE INDEX identity_role_by_name ON identity_role (name_scope, name);

CREATE TABLE identity_implication (
    prior_id VARCHAR(64) NOT NULL,
    implied_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (prior_id, implied_id)
);

CREATE TABLE identity_assignment (
    actor VARCHAR(8) NOT NULL,
    actor_id VARCHAR(64) NOT NULL,
    target VARCHAR(8) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    role_id VARCHAR(64) NOT NULL,
    inherited INTEGER NOT NULL,
    PRIMARY KEY (actor_id, target_id, role_id, inherited, actor, target)
);
CREATE INDEX identity_assignment_by_target ON identity_assignment (target_id);
CREATE INDEX identity_assignment_by_role ON identity_assignment (role_id);

CREATE TABLE identity_region (
    id VARCHAR(255) NOT NULL PRIMARY KEY,
    description TEXT,
    parent_region_id VARCHAR(255),
    extra TEXT NOT NULL
);

CREATE TABLE identity_service (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    type VARCHAR(255) NOT NULL,
    name VARCHAR(255),
    description TEXT,
    enabled INTEGER NOT NULL,
    extra TEXT NOT NULL
);

CREATE TABLE identity_endpoint (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    service_id VARCHAR(64) NOT NULL,
    region_id VARCHAR(255),
    interface VARCHAR(8) NOT NULL,
    url TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    extra TEXT NOT NULL
);
CREATE INDEX identity_endpoint_by_service ON identity_endpoint (service_id);

CREATE TABLE identity_revoked_token (
    audit_id VARCHAR(64) NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_revoked_token_by_expiry ON identity_revoked_token (expires_at);

-- roles: JSON list of role ids; secret_hash: as of passwords.
CREATE TABLE identity_application_credential (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    user_id VARCHAR(64) NOT NULL,
    project_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    secret_hash TEXT NOT NULL,
    expires_at BIGINT,
    unrestricted INTEGER NOT NULL,
    roles TEXT NOT NULL
);
CREATE UNIQUE INDEX identity_application_credential_by_name
    ON identity_application_credential (user_id, name);
CREATE INDEX identity_application_credential_by_project
    ON identity_application_credential (project_id);

-- Secrets of other kinds (EC2 keys, certificates); blob is sealed, see credential.h.
CREATE TABLE identity_credential (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    user_id VARCHAR(64) NOT NULL,
    project_id VARCHAR(64),
    type VARCHAR(255) NOT NULL,
    blob_sealed TEXT NOT NULL
);
CREATE INDEX identity_credential_by_user ON identity_credential (user_id);

CREATE TABLE identity_policy (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    type VARCHAR(255) NOT NULL,
    blob_text TEXT NOT NULL,
    extra TEXT NOT NULL
);
