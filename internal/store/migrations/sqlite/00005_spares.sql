-- What became of the spares that orders keep. Each row follows from an entry
-- of an order's log, which the chain of decisions seals.

-- +goose Up
CREATE TABLE spare_moves (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    version  BIGINT NOT NULL, -- of the order that made it
    time     BIGINT NOT NULL,
    action   TEXT NOT NULL,
    serial   TEXT NOT NULL,   -- in normal form; empty: not known
    doc      TEXT NOT NULL
);
CREATE INDEX spare_moves_order ON spare_moves (order_id, seq);
CREATE INDEX spare_moves_time ON spare_moves (time);
CREATE INDEX spare_moves_serial ON spare_moves (serial) WHERE serial <> '';

-- +goose StatementBegin
CREATE TRIGGER spare_moves_no_update BEFORE UPDATE ON spare_moves
BEGIN
    SELECT RAISE(ABORT, 'the moves of spares are append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER spare_moves_no_delete BEFORE DELETE ON spare_moves
BEGIN
    SELECT RAISE(ABORT, 'the moves of spares are append-only');
END;
-- +goose StatementEnd
