package store

import (
	"context"
	"database/sql"
)

// prepared are the statements of every poll: a database takes longer to read
// most of them than to do what they say. They belong to one handle.
type prepared map[string]*sql.Stmt

func prepare(ctx context.Context, db *sql.DB, queries ...string) (prepared, error) {
	all := make(prepared, len(queries))
	for _, q := range queries {
		stmt, err := db.PrepareContext(ctx, q) //nolint:sqlclosecheck // closed with the handle
		if err != nil {
			return nil, err
		}
		all[q] = stmt
	}
	return all, nil
}

// in is a statement of that handle in a transaction, for who runs it many times.
func (p prepared) in(ctx context.Context, tx *sql.Tx, query string) *sql.Stmt {
	return tx.StmtContext(ctx, p[query])
}

// exec runs a statement in a transaction of that handle.
func (p prepared) exec(ctx context.Context, tx *sql.Tx, query string, args ...any) (sql.Result, error) {
	stmt := p[query]
	if stmt == nil {
		return tx.ExecContext(ctx, query, args...)
	}
	return tx.StmtContext(ctx, stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // closed with the transaction
}

// number runs a statement that gives one number.
func (p prepared) number(ctx context.Context, tx *sql.Tx, query string, args ...any) (n int64, err error) {
	row := tx.QueryRowContext
	if stmt := p[query]; stmt != nil {
		own := tx.StmtContext(ctx, stmt)
		row = func(ctx context.Context, _ string, args ...any) *sql.Row { return own.QueryRowContext(ctx, args...) }
	}
	return n, row(ctx, query, args...).Scan(&n)
}
