-- How far each webhook has been told, and what it could not be told.

-- +goose Up
CREATE TABLE hooks (
    name  TEXT PRIMARY KEY,
    seq   BIGINT NOT NULL, -- the last entry of order_log that was told or given up
    tries BIGINT NOT NULL, -- of the entry after it
    next  BIGINT NOT NULL, -- when it is tried again; 0: at once
    error TEXT NOT NULL
);

CREATE TABLE dead_letters (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    hook   TEXT NOT NULL,
    seq    BIGINT NOT NULL,
    tries  BIGINT NOT NULL,
    error  TEXT NOT NULL,
    at     BIGINT NOT NULL,
    UNIQUE (hook, seq)
);
