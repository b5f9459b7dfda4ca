-- Times are microseconds since 1970; lists and objects are JSON text.
CREATE TABLE network_network (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    admin_state_up INTEGER NOT NULL,
    status VARCHAR(16) NOT NULL,
    shared INTEGER NOT NULL,
    external INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    port_security_enabled INTEGER NOT NULL,
    mtu INTEGER NOT NULL,
    dns_domain VARCHAR(255) NOT NULL,
    availability_zone_hints TEXT NOT NULL,
    revision_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX network_network_project ON network_network (project_id);
CREATE INDEX network_network_shared ON network_network (shared);

CREATE TABLE network_subnet (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    network_id VARCHAR(36) NOT NULL REFERENCES network_network (id),
    name VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    ip_version INTEGER NOT NULL,
    cidr VARCHAR(64) NOT NULL,
    gateway_ip VARCHAR(45),
    enable_dhcp INTEGER NOT NULL,
    ipv6_ra_mode VARCHAR(32),
    ipv6_address_mode VARCHAR(32),
    allocation_pools TEXT NOT NULL,
    dns_nameservers TEXT NOT NULL,
    host_routes TEXT NOT NULL,
    revision_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX network_subnet_network ON network_subnet (network_id);
CREATE INDEX network_subnet_project ON network_subnet (project_id);

CREATE TABLE network_port (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    network_id VARCHAR(36) NOT NULL REFERENCES network_network (id),
    name VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    admin_state_up INTEGER NOT NULL,
    status VARCHAR(16) NOT NULL,
    mac_address VARCHAR(17) NOT NULL,
    device_id VARCHAR(255) NOT NULL,
    device_owner VARCHAR(255) NOT NULL,
    host_id VARCHAR(255) NOT NULL,
    vnic_type VARCHAR(64) NOT NULL,
    binding_profile TEXT NOT NULL,
    port_security_enabled INTEGER NOT NULL,
    allowed_address_pairs TEXT NOT NULL,
    extra_dhcp_opts TEXT NOT NULL,
    dns_name VARCHAR(255) NOT NULL,
    created_for_server INTEGER NOT NULL,
    nic_order INTEGER NOT NULL,
    nic_tag VARCHAR(60) NOT NULL,
    revision_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX network_port_mac ON network_port (network_id, mac_address);
CREATE INDEX network_port_project ON network_port (project_id);
CREATE INDEX network_port_device ON network_port (device_id);
CREATE INDEX network_port_host ON network_port (host_id);

-- address_key is the address in fixed-width hex, so that its order is the address's.
CREATE TABLE network_fixed_ip (
    subnet_id VARCHAR(36) NOT NULL REFERENCES network_subnet (id),
    address_key VARCHAR(32) NOT NULL,
    address VARCHAR(45) NOT NULL,
    port_id VARCHAR(36) NOT NULL REFERENCES network_port (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (subnet_id, address_key)
);
CREATE INDEX network_fixed_ip_port ON network_fixed_ip (port_id);
CREATE INDEX network_fixed_ip_address ON network_fixed_ip (address);

CREATE TABLE network_security_group (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    stateful INTEGER NOT NULL,
    revision_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX network_security_group_project ON network_security_group (project_id);

CREATE TABLE network_default_group (
    project_id VARCHAR(64) NOT NULL PRIMARY KEY,
    group_id VARCHAR(36) NOT NULL
);

CREATE TABLE network_security_group_rule (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    project_id VARCHAR(64) NOT NULL,
    security_group_id VARCHAR(36) NOT NULL REFERENCES network_security_group (id),
    direction VARCHAR(8) NOT NULL,
    ethertype VARCHAR(8) NOT NULL,
    protocol VARCHAR(40),
    port_range_min INTEGER,
    port_range_max INTEGER,
    remote_ip_prefix VARCHAR(64),
    remote_group_id VARCHAR(36),
    description TEXT NOT NULL,
    revision_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX network_security_group_rule_group ON network_security_group_rule (security_group_id);
CREATE INDEX network_security_group_rule_remote ON network_security_group_rule (remote_group_id);
CREATE INDEX network_security_group_rule_project ON network_security_group_rule (project_id);

CREATE TABLE network_port_group (
    port_id VARCHAR(36) NOT NULL REFERENCES network_port (id),
    security_group_id VARCHAR(36) NOT NULL REFERENCES network_security_group (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (port_id, security_group_id)
);
CREATE INDEX network_port_group_group ON network_port_group (security_group_id);

CREATE TABLE network_quota (
    project_id VARCHAR(64) NOT NULL,
    resource VARCHAR(64) NOT NULL,
    hard_limit BIGINT NOT NULL,
    PRIMARY KEY (project_id, resource)
);

CREATE TABLE network_tag (
    resource_id VARCHAR(36) NOT NULL,
    tag VARCHAR(255) NOT NULL,
    PRIMARY KEY (resource_id, tag)
);
CREATE INDEX network_tag_tag ON network_tag (tag);

CREATE TABLE network_agent (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    host VARCHAR(255) NOT NULL,
    agent_type VARCHAR(64) NOT NULL,
    executable VARCHAR(64) NOT NULL,
    admin_state_up INTEGER NOT NULL,
    description TEXT NOT NULL,
    configurations TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    heartbeat_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX network_agent_host ON network_agent (host, agent_type);
