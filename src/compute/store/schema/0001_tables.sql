CREATE TABLE compute_flavor (
    id VARCHAR(255) NOT NULL PRIMARY KEY,
    name VARCHAR(255) NOT NULL UNIQUE,
    vcpus BIGINT NOT NULL,
    memory_mb BIGINT NOT NULL,
    disk_gb BIGINT NOT NULL,
    ephemeral_gb BIGINT NOT NULL,
    swap_mb BIGINT NOT NULL,
    rxtx_factor DOUBLE PRECISION NOT NULL,
    is_public INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    description TEXT,
    extra_specs TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE compute_flavor_access (
    flavor_id VARCHAR(255) NOT NULL,
    project_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (flavor_id, project_id)
);

CREATE TABLE compute_keypair (
    user_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    id BIGINT NOT NULL,
    type VARCHAR(16) NOT NULL,
    public_key TEXT NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, name)
);

CREATE TABLE compute_server (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    description TEXT,
    hostname VARCHAR(255) NOT NULL,
    image_id VARCHAR(36) NOT NULL,
    flavor_id VARCHAR(255) NOT NULL,
    flavor_name VARCHAR(255) NOT NULL,
    vcpus BIGINT NOT NULL,
    memory_mb BIGINT NOT NULL,
    disk_gb BIGINT NOT NULL,
    ephemeral_gb BIGINT NOT NULL,
    swap_mb BIGINT NOT NULL,
    extra_specs TEXT NOT NULL,
    key_name VARCHAR(255) NOT NULL,
    key_type VARCHAR(16) NOT NULL,
    public_key TEXT NOT NULL,
    user_data TEXT NOT NULL,
    config_drive INTEGER NOT NULL,
    disk_config VARCHAR(16) NOT NULL,
    metadata TEXT NOT NULL,
    tags TEXT NOT NULL,
    access_ipv4 VARCHAR(64) NOT NULL,
    access_ipv6 VARCHAR(64) NOT NULL,
    host VARCHAR(255) NOT NULL,
    availability_zone VARCHAR(255) NOT NULL,
    launch_index BIGINT NOT NULL,
    reservation_id VARCHAR(64) NOT NULL,
    root_device VARCHAR(64) NOT NULL,
    vm_state VARCHAR(32) NOT NULL,
    task_state VARCHAR(32) NOT NULL,
    power_state VARCHAR(32) NOT NULL,
    progress BIGINT NOT NULL,
    locked_by VARCHAR(16) NOT NULL,
    locked_reason TEXT,
    fault_code BIGINT NOT NULL,
    fault_message TEXT NOT NULL,
    fault_details TEXT NOT NULL,
    fault_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    launched_at BIGINT
);

CREATE INDEX compute_server_of_project
    ON compute_server (project_id, created_at, id, vcpus, memory_mb);

CREATE INDEX compute_server_on_host ON compute_server (host);

CREATE INDEX compute_server_by_age ON compute_server (created_at, id);

CREATE TABLE compute_host (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    service_id BIGINT NOT NULL,
    service_uuid VARCHAR(36) NOT NULL UNIQUE,
    node_id BIGINT NOT NULL,
    node_uuid VARCHAR(36) NOT NULL UNIQUE,
    disabled INTEGER NOT NULL,
    disabled_reason TEXT,
    forced_down INTEGER NOT NULL,
    hypervisor_type VARCHAR(64) NOT NULL,
    hypervisor_version BIGINT NOT NULL,
    architecture VARCHAR(32) NOT NULL,
    cpu_info TEXT NOT NULL,
    host_ip VARCHAR(64) NOT NULL,
    vcpus BIGINT NOT NULL,
    memory_mb BIGINT NOT NULL,
    disk_gb BIGINT NOT NULL,
    free_disk_gb BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    heartbeat_at BIGINT NOT NULL
);

CREATE TABLE compute_aggregate (
    id AUTO_KEY,
    uuid VARCHAR(36) NOT NULL UNIQUE,
    name VARCHAR(255) NOT NULL UNIQUE,
    metadata TEXT NOT NULL,
    hosts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT
);

CREATE TABLE compute_server_group (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    policy VARCHAR(64) NOT NULL,
    max_server_per_host BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX compute_server_group_of_project ON compute_server_group (project_id);

CREATE TABLE compute_server_group_member (
    server_id VARCHAR(36) NOT NULL PRIMARY KEY,
    group_id VARCHAR(36) NOT NULL
);

CREATE INDEX compute_server_group_members ON compute_server_group_member (group_id);

CREATE TABLE compute_quota (
    project_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    resource VARCHAR(64) NOT NULL,
    hard_limit BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_id, resource)
);

CREATE TABLE compute_console_token (
    token VARCHAR(64) NOT NULL PRIMARY KEY,
    server_id VARCHAR(36) NOT NULL,
    host VARCHAR(255) NOT NULL,
    type VARCHAR(32) NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX compute_console_token_of_server ON compute_console_token (server_id);
