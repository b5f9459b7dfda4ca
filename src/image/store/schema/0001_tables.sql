CREATE TABLE image_image (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    name VARCHAR(255),
    status VARCHAR(16) NOT NULL,
    visibility VARCHAR(16) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    disk_format VARCHAR(32),
    container_format VARCHAR(32),
    size BIGINT,
    virtual_size BIGINT,
    checksum VARCHAR(32),
    sha512 VARCHAR(128),
    min_disk BIGINT NOT NULL,
    min_ram BIGINT NOT NULL,
    protected INTEGER NOT NULL,
    os_hidden INTEGER NOT NULL,
    location VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX image_image_owner ON image_image (owner);
CREATE INDEX image_image_created ON image_image (created_at, id);

CREATE TABLE image_property (
    image_id VARCHAR(36) NOT NULL,
    name VARCHAR(255) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (image_id, name)
);

CREATE TABLE image_tag (
    image_id VARCHAR(36) NOT NULL,
    tag VARCHAR(255) NOT NULL,
    PRIMARY KEY (image_id, tag)
);

CREATE TABLE image_member (
    image_id VARCHAR(36) NOT NULL,
    member VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (image_id, member)
);
CREATE INDEX image_member_member ON image_member (member);

CREATE TABLE image_transfer (
    location VARCHAR(64) NOT NULL PRIMARY KEY,
    image_id VARCHAR(36) NOT NULL,
    stage VARCHAR(16) NOT NULL,
    expires_at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    virtual_size BIGINT NOT NULL,
    checksum VARCHAR(32) NOT NULL,
    sha512 VARCHAR(128) NOT NULL
);
CREATE INDEX image_transfer_expires ON image_transfer (expires_at);
CREATE INDEX image_transfer_image ON image_transfer (image_id);

CREATE TABLE image_task (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    image_id VARCHAR(36) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    input TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX image_task_image ON image_task (image_id);
