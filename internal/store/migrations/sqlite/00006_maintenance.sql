-- Windows of maintenance, each decision about them, and acknowledgements that
-- end at a time.

-- +goose Up
CREATE TABLE windows (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    version BIGINT NOT NULL,
    until   BIGINT NOT NULL,  -- when it is over at the latest
    told    BIGINT NOT NULL,  -- 1: its beginning stands among the events, and its end does not
    doc     TEXT NOT NULL
);
CREATE INDEX windows_until ON windows (until);

-- Append-only: the triggers below refuse every change.
CREATE TABLE window_log (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    window_id BIGINT NOT NULL REFERENCES windows (id),
    version   BIGINT NOT NULL,
    time      BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    doc       TEXT NOT NULL,
    UNIQUE (window_id, version)
);

-- +goose StatementBegin
CREATE TRIGGER window_log_no_update BEFORE UPDATE ON window_log
BEGIN
    SELECT RAISE(ABORT, 'the log of maintenance windows is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER window_log_no_delete BEFORE DELETE ON window_log
BEGIN
    SELECT RAISE(ABORT, 'the log of maintenance windows is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER windows_no_delete BEFORE DELETE ON windows
BEGIN
    SELECT RAISE(ABORT, 'windows of maintenance are never deleted');
END;
-- +goose StatementEnd

ALTER TABLE finding_acks ADD COLUMN until BIGINT NOT NULL DEFAULT 0; -- 0: no time
ALTER TABLE events ADD COLUMN ack_until BIGINT NOT NULL DEFAULT 0;
