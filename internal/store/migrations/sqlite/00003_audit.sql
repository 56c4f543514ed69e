-- The chain of decisions: each entry is sealed over the one before it.

-- +goose Up
CREATE TABLE audit (
    seq      BIGINT PRIMARY KEY,
    time     BIGINT NOT NULL,
    actor    TEXT NOT NULL,
    origin   TEXT NOT NULL,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    order_id BIGINT NOT NULL, -- 0: not about an order
    version  BIGINT NOT NULL,
    detail   TEXT NOT NULL,
    hash     TEXT NOT NULL
);
CREATE INDEX audit_order ON audit (order_id, version);
INSERT INTO meta (name, value) VALUES ('audit_entries', 0);

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions is append-only');
END;
-- +goose StatementEnd
