CREATE TABLE history_entry (
    sequence AUTO_KEY,
    time BIGINT NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    author_project_id VARCHAR(64) NOT NULL,
    project_id VARCHAR(64) NOT NULL,
    service VARCHAR(32) NOT NULL,
    resource VARCHAR(64) NOT NULL,
    resource_id VARCHAR(255) NOT NULL,
    action VARCHAR(64) NOT NULL,
    detail TEXT
);
CREATE INDEX history_entry_resource ON history_entry (service, resource, resource_id);
CREATE INDEX history_entry_time ON history_entry (time);
