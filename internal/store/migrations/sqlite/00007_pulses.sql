-- What reads changed in states that are stored whole in another row: see
-- pulses.go. A row holds the pulses of one write, of many servers.

-- +goose Up
CREATE TABLE journal (
    revision INTEGER PRIMARY KEY,
    doc      BLOB NOT NULL
);
