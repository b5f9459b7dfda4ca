CREATE TABLE placement_host (
    host VARCHAR(255) NOT NULL PRIMARY KEY,
    total_vcpus BIGINT NOT NULL,
    total_memory_mb BIGINT NOT NULL,
    total_disk_gb BIGINT NOT NULL,
    reserved_vcpus BIGINT NOT NULL,
    reserved_memory_mb BIGINT NOT NULL,
    reserved_disk_gb BIGINT NOT NULL,
    vcpu_ratio DOUBLE PRECISION NOT NULL,
    memory_ratio DOUBLE PRECISION NOT NULL,
    disk_ratio DOUBLE PRECISION NOT NULL,
    capacity_vcpus BIGINT NOT NULL,
    capacity_memory_mb BIGINT NOT NULL,
    capacity_disk_gb BIGINT NOT NULL,
    used_vcpus BIGINT NOT NULL,
    used_memory_mb BIGINT NOT NULL,
    used_disk_gb BIGINT NOT NULL,
    claims BIGINT NOT NULL,
    generation BIGINT NOT NULL
);
CREATE TABLE placement_claim (
    consumer VARCHAR(64) NOT NULL PRIMARY KEY,
    host VARCHAR(255) NOT NULL,
    vcpus BIGINT NOT NULL,
    memory_mb BIGINT NOT NULL,
    disk_gb BIGINT NOT NULL,
    project_id VARCHAR(64) NOT NULL
);
CREATE INDEX placement_claim_host ON placement_claim (host);
CREATE INDEX placement_claim_project ON placement_claim (project_id);
