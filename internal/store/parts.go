package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ironage/internal/fleet"
)

func partDocuments(parts []fleet.DepartedPart) ([]string, error) {
	docs := make([]string, len(parts))
	for i := range parts {
		var err error
		if docs[i], err = document(&parts[i]); err != nil {
			return nil, fmt.Errorf("part %s: %w", parts[i].Serial, err)
		}
	}
	return docs, nil
}

// saveParts keeps the parts that left, and drops those that sit somewhere
// again. A serial number longer than any honest one is no identity.
func saveParts(ctx context.Context, tx *sql.Tx, left []fleet.DepartedPart, docs []string, returned []fleet.PartID) error {
	for _, id := range returned {
		if _, err := tx.ExecContext(ctx, `DELETE FROM parts WHERE kind = $1 AND serial = $2`, id.Kind.String(), id.Serial); err != nil {
			return fmt.Errorf("part %s: %w", id.Serial, err)
		}
	}
	for i := range left {
		d := &left[i]
		if d.Serial == "" || len(d.Serial) > maxText {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO parts (kind, serial, server, slot, departed, doc) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (kind, serial) DO UPDATE SET server = excluded.server, slot = excluded.slot, departed = excluded.departed, doc = excluded.doc`,
			d.Kind.String(), d.Serial, cut(d.Server, maxText), cut(d.Slot, maxText), micros(d.Left), docs[i]); err != nil {
			return fmt.Errorf("part %s: %w", d.Serial, err)
		}
	}
	return nil
}

// DepartedParts are the parts that left their place and sit nowhere that is
// known, the latest to leave first, at most so many.
func (s *Store) DepartedParts(ctx context.Context, most int) ([]fleet.DepartedPart, error) {
	return list(ctx, s, s.readers, scanPart, `SELECT doc FROM parts ORDER BY departed DESC, kind, serial LIMIT $1`, most)
}

// DepartedPart is what is remembered of one part by its serial number, written
// as fleet.NormalSerial does; none when it sits somewhere or was never seen.
// Parts of different kinds may share a serial number.
func (s *Store) DepartedPart(ctx context.Context, serial string) ([]fleet.DepartedPart, error) {
	return list(ctx, s, s.readers, scanPart, `SELECT doc FROM parts WHERE serial = $1 ORDER BY kind`, serial)
}

func scanPart(scan scanner) (d fleet.DepartedPart, err error) { return d, scanDocument(scan, &d) }

// ForgetParts drops the parts that left before a time, and the oldest of those
// beyond so many.
func (s *Store) ForgetParts(ctx context.Context, before time.Time, most int) error {
	return s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM parts WHERE departed < $1 OR departed <
			(SELECT COALESCE(MIN(departed), 0) FROM (SELECT departed FROM parts ORDER BY departed DESC LIMIT $2) AS newest)`, micros(before), most)
		return err
	})
}
