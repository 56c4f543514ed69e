-- Parts that left their place and sit nowhere that is known: should one come
-- back, its history is here. The parts that sit somewhere are in the states.

-- +goose Up
CREATE TABLE parts (
    kind     TEXT NOT NULL,
    serial   TEXT NOT NULL,
    server   TEXT NOT NULL, -- where it sat last
    slot     TEXT NOT NULL,
    departed BIGINT NOT NULL,
    doc      TEXT NOT NULL,
    PRIMARY KEY (kind, serial)
);
CREATE INDEX parts_departed ON parts (departed);
CREATE INDEX parts_serial ON parts (serial);
