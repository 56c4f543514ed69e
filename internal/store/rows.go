package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
)

// scanner reads the columns of one row.
type scanner func(dest ...any) error

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, read func(scanner) (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }() // Err below tells
	var all []T
	for rows.Next() {
		v, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// list runs a query of the readers and collects its rows.
func list[T any](ctx context.Context, s *Store, q querier, read func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.explain(err)
	}
	all, err := collect(rows, read)
	return all, s.explain(err)
}

// where builds the condition of a query with numbered parameters.
type where struct {
	terms []string
	args  []any
}

func (w *where) and(term string, arg any) {
	w.args = append(w.args, arg)
	w.terms = append(w.terms, fmt.Sprintf(term, len(w.args)))
}

func (w *where) String() string {
	if len(w.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.terms, " AND ")
}

// Lengths of what is stored. Devices are untrusted: a name of ten megabytes
// must not fill the disk.
const (
	maxText   = 512
	maxDetail = 4096    // of an event's text
	maxPlain  = 1 << 20 // documents up to here are stored as they are
)

// document is v as JSON, cut to size if somebody has blown it up: first the
// texts and lists that no honest device has, then harder.
func document(v any) (string, error) {
	doc, _, err := documentOf(v)
	return string(doc), err
}

// documentOf also says whether the document had to be cut.
func documentOf(v any) (doc []byte, whole bool, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, false, fmt.Errorf("encode %T: %w", v, err)
	}
	whole = len(b) <= maxPlain
	for text, items := maxText, 4096; len(b) > maxPlain && items > 0; text, items = text/2, items/4 {
		var tree any
		if err := json.Unmarshal(b, &tree); err != nil {
			return nil, false, fmt.Errorf("encode %T: %w", v, err)
		}
		if b, err = json.Marshal(shrink(tree, text, items)); err != nil {
			return nil, false, fmt.Errorf("encode %T: %w", v, err)
		}
		if len(b) <= 4*maxPlain { // large, but bearable: rather whole than cut again
			break
		}
	}
	return b, whole, nil
}

// shrink cuts texts to text bytes and lists and maps to items of a decoded document.
func shrink(v any, text, items int) any {
	switch x := v.(type) {
	case string:
		return cut(x, text)
	case []any:
		x = x[:min(len(x), items)]
		for i := range x {
			x[i] = shrink(x[i], text, items)
		}
		return x
	case map[string]any:
		n := 0
		for k, e := range x {
			if n++; n > items || len(k) > text {
				delete(x, k)
				continue
			}
			x[k] = shrink(e, text, items)
		}
		return x
	}
	return v
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n-len("…")], "") + "…"
}
