-- Times are microseconds since 1970 UTC. Documents are JSON; what is searched
-- or guarded is a column of its own.

-- +goose Up
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO meta (name, value) VALUES ('revision', 0);

CREATE TABLE servers (
    name        TEXT PRIMARY KEY,
    site        TEXT NOT NULL,
    room        TEXT NOT NULL,
    rack        TEXT NOT NULL,
    service     TEXT NOT NULL,
    criticality TEXT NOT NULL,
    doc         TEXT NOT NULL
);

CREATE TABLE states (
    server   TEXT PRIMARY KEY,
    revision BIGINT NOT NULL,
    health   TEXT NOT NULL,
    updated  BIGINT NOT NULL,
    doc      BLOB NOT NULL -- packed JSON, see pack.go
);
CREATE INDEX states_revision ON states (revision);

CREATE TABLE events (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    time      BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    server    TEXT NOT NULL,
    component TEXT NOT NULL,
    health    TEXT NOT NULL,
    doc       TEXT NOT NULL,
    ack_by    TEXT,
    ack_at    BIGINT,
    ack_note  TEXT
);
CREATE INDEX events_server ON events (server, id);
CREATE INDEX events_time ON events (time);

CREATE TABLE finding_acks (
    server    TEXT NOT NULL,
    component TEXT NOT NULL,
    code      TEXT NOT NULL,
    by_whom   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    note      TEXT NOT NULL,
    PRIMARY KEY (server, component, code)
);

-- AUTOINCREMENT: the number of an order is never used again.
CREATE TABLE orders (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    version BIGINT NOT NULL,
    server  TEXT NOT NULL,
    slot    TEXT NOT NULL,
    state   TEXT NOT NULL,
    tier    TEXT NOT NULL,
    changed BIGINT NOT NULL,
    doc     TEXT NOT NULL
);
CREATE INDEX orders_state ON orders (state, changed);
-- A place has at most one open order, whoever writes.
CREATE UNIQUE INDEX orders_open ON orders (server, slot)
    WHERE state IN ('proposed', 'approved', 'ordered', 'ready', 'in_progress', 'replaced', 'deferred');

-- Append-only: the triggers below refuse every change.
CREATE TABLE order_log (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    version  BIGINT NOT NULL,
    time     BIGINT NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    doc      TEXT NOT NULL,
    UNIQUE (order_id, version)
);

-- +goose StatementBegin
CREATE TRIGGER order_log_no_update BEFORE UPDATE ON order_log
BEGIN
    SELECT RAISE(ABORT, 'the log of orders is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_log_no_delete BEFORE DELETE ON order_log
BEGIN
    SELECT RAISE(ABORT, 'the log of orders is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER orders_no_delete BEFORE DELETE ON orders
BEGIN
    SELECT RAISE(ABORT, 'orders are never deleted');
END;
-- +goose StatementEnd

CREATE TABLE readings (
    server TEXT NOT NULL,
    metric TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    low    DOUBLE PRECISION NOT NULL,
    mean   DOUBLE PRECISION NOT NULL,
    high   DOUBLE PRECISION NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (server, metric, hour)
) WITHOUT ROWID;
CREATE INDEX readings_hour ON readings (hour);

CREATE TABLE leases (
    name      TEXT PRIMARY KEY,
    holder    TEXT NOT NULL,
    taken     BIGINT NOT NULL,
    heartbeat BIGINT NOT NULL,
    ttl       BIGINT NOT NULL,
    work      TEXT NOT NULL
);

CREATE TABLE read_requests (
    server  TEXT PRIMARY KEY,
    by_whom TEXT NOT NULL,
    at      BIGINT NOT NULL
);
