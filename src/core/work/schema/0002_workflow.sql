CREATE TABLE work_workflow (
    id AUTO_KEY,
    kind VARCHAR(64) NOT NULL,
    object VARCHAR(255) NOT NULL,
    state VARCHAR(16) NOT NULL,
    step INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    not_before BIGINT NOT NULL,
    interrupted INTEGER NOT NULL,
    context TEXT NOT NULL,
    error TEXT NOT NULL,
    lease_owner VARCHAR(64) NOT NULL,
    lease_until BIGINT NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    project_id VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX work_workflow_object ON work_workflow (object, id);
