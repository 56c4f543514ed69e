package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// ReplaceServers makes the inventory exactly servers. What is known about a
// server that leaves stays: it may come back, and its history with it.
func (s *Store) ReplaceServers(ctx context.Context, servers []fleet.Server) error {
	docs := make([]string, len(servers))
	for i := range servers {
		var err error
		if docs[i], err = document(servers[i]); err != nil {
			return err
		}
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM servers`); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO servers (name, site, room, rack, service, criticality, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (name) DO UPDATE SET doc = excluded.doc`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }() // ends with the transaction anyway
		for i, v := range servers {
			if _, err := insert.ExecContext(ctx, v.Name, v.Site, v.Room, v.Rack, v.Service, string(v.Criticality), docs[i]); err != nil {
				return fmt.Errorf("server %s: %w", v.Name, err)
			}
		}
		_, err = bump(ctx, tx)
		return err
	})
}

// Servers is the inventory, by name.
func (s *Store) Servers(ctx context.Context) ([]fleet.Server, error) {
	return list(ctx, s, s.readers, func(scan scanner) (v fleet.Server, err error) {
		return v, scanDocument(scan, &v)
	}, `SELECT doc FROM servers ORDER BY name`)
}

// scanDocument decodes a row that is one JSON column.
func scanDocument(scan scanner, v any) error {
	var doc []byte
	if err := scan(&doc); err != nil {
		return err
	}
	return json.Unmarshal(doc, v)
}

// SaveStates is SavePolls without news of parts that left or came back.
func (s *Store) SaveStates(ctx context.Context, states []fleet.State, events []fleet.Event, hours []fleet.HourValue) error {
	return s.SavePolls(ctx, fleet.Polls{States: states, Events: events, Hours: hours})
}

// SavePolls writes what a collector found out in one transaction, so that a
// part's record is never in two places or in none. States that are stored as
// they are cost no write and no revision; hours that exist are merged. Without
// anything to write it does nothing.
func (s *Store) SavePolls(ctx context.Context, p fleet.Polls) error {
	if p.Empty() {
		return nil
	}
	docs, err := s.stateDocuments(p.States) // before anybody has to wait for the lock
	if err != nil {
		return err
	}
	parts, err := partDocuments(p.Departed)
	if err != nil {
		return err
	}
	var revision int64
	err = s.note(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if revision, err = bump(ctx, tx); err != nil {
			return err
		}
		if err := s.saveStates(ctx, tx, revision, p.States, docs); err != nil {
			return err
		}
		if err := saveEvents(ctx, tx, p.Events); err != nil {
			return err
		}
		if err := saveParts(ctx, tx, p.Departed, parts, p.Returned); err != nil {
			return err
		}
		return saveHours(ctx, tx, p.Hours)
	})
	if err != nil {
		s.kept.drop(revision, p.States)
	}
	return err
}

// stateDocument is a state as it is stored, and whether it says all of it.
type stateDocument struct {
	packed   []byte
	faithful bool
}

func (s *Store) stateDocuments(states []fleet.State) ([]stateDocument, error) {
	docs := make([]stateDocument, len(states))
	p, ok := s.packers.Get().(*packer)
	if !ok {
		p = &packer{}
	}
	defer s.packers.Put(p)
	for i := range states {
		doc, whole, err := documentOf(&states[i])
		if err == nil {
			docs[i].faithful = whole && isText(doc)
			docs[i].packed, err = p.pack(doc)
		}
		if err != nil {
			return nil, fmt.Errorf("server %s: %w", states[i].Server, err)
		}
	}
	return docs, nil
}

func (s *Store) saveStates(ctx context.Context, tx *sql.Tx, revision int64, states []fleet.State, docs []stateDocument) error {
	if len(states) == 0 {
		s.kept.all(revision, nil)
		return nil
	}
	changed, whole := make([]string, 0, len(states)), true
	upsert, err := tx.PrepareContext(ctx, `INSERT INTO states (server, revision, health, updated, doc) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (server) DO UPDATE SET revision = excluded.revision, health = excluded.health, updated = excluded.updated, doc = excluded.doc
		WHERE states.doc <> excluded.doc`)
	if err != nil {
		return err
	}
	defer func() { _ = upsert.Close() }() // ends with the transaction anyway
	for i := range states {
		st := &states[i]
		done, err := upsert.ExecContext(ctx, st.Server, revision, st.Health.String(), micros(st.Updated), docs[i].packed)
		if err != nil {
			return fmt.Errorf("state of %s: %w", st.Server, err)
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		if n == 0 {
			continue // stored as it is already
		}
		if whole = whole && docs[i].faithful; docs[i].faithful {
			s.kept.keep(revision, st)
			changed = append(changed, st.Server)
		}
	}
	if whole {
		s.kept.all(revision, changed)
	}
	return nil
}

// States are the states that changed after revision since (0: all), and the
// revision that they show. Servers that left the inventory are among them.
func (s *Store) States(ctx context.Context, since int64) ([]fleet.State, int64, error) {
	// One transaction, so that the revision and the rows belong together.
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, 0, s.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	revision, err := s.revision(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	if states, ok := s.kept.since(since, revision); ok {
		return states, revision, nil
	}
	states, missing, err := s.keptStates(ctx, tx, since)
	if err == nil && missing {
		states, err = s.storedStates(ctx, tx, "revision > $1", since)
	}
	return states, revision, err
}

// keptStates are the states since a revision without reading their documents;
// missing is true when not all of them are kept.
func (s *Store) keptStates(ctx context.Context, tx *sql.Tx, since int64) (states []fleet.State, missing bool, err error) {
	states, err = list(ctx, s, tx, func(scan scanner) (v fleet.State, err error) {
		var server string
		var revision int64
		if err := scan(&server, &revision); err != nil || missing {
			return v, err
		}
		have := s.kept.find(server, revision)
		if missing = have == nil; missing {
			return v, nil
		}
		return *have, nil
	}, `SELECT server, revision FROM states WHERE revision > $1 ORDER BY server`, since)
	return states, missing, err
}

// storedStates reads the rows of a condition, by name; those that are kept are
// not decoded again, be it that another reader was there before.
func (s *Store) storedStates(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]fleet.State, error) {
	var u unpacker
	return list(ctx, s, tx, func(scan scanner) (v fleet.State, err error) {
		var server string
		var revision int64
		var doc sql.RawBytes
		if err := scan(&server, &revision, &doc); err != nil {
			return v, err
		}
		if have := s.kept.find(server, revision); have != nil {
			return *have, nil
		}
		if err := u.into(doc, &v); err != nil {
			return v, fmt.Errorf("state of %s: %w", server, err)
		}
		s.commons.Share(&fleet.State{}, &v)
		s.kept.keep(revision, &v)
		return v, nil
	}, `SELECT server, revision, doc FROM states WHERE `+where+` ORDER BY server`, args...)
}

// saveHours merges: the hour's lowest and highest, and the mean weighted by counts.
func saveHours(ctx context.Context, tx *sql.Tx, hours []fleet.HourValue) error {
	if len(hours) == 0 {
		return nil
	}
	merge, err := tx.PrepareContext(ctx, `INSERT INTO readings (server, metric, hour, low, mean, high, count) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (server, metric, hour) DO UPDATE SET
			low = CASE WHEN excluded.low < readings.low THEN excluded.low ELSE readings.low END,
			high = CASE WHEN excluded.high > readings.high THEN excluded.high ELSE readings.high END,
			mean = (readings.mean * readings.count + excluded.mean * excluded.count) / (readings.count + excluded.count),
			count = readings.count + excluded.count`)
	if err != nil {
		return err
	}
	defer func() { _ = merge.Close() }() // ends with the transaction anyway
	for _, h := range hours {
		if h.Count <= 0 || h.Avg != h.Avg || h.Min != h.Min || h.Max != h.Max { // nothing, or not a number
			continue
		}
		hour := h.Hour.UTC().Truncate(time.Hour)
		if _, err := merge.ExecContext(ctx, h.Server, cut(h.Metric, maxText), micros(hour), h.Min, h.Avg, h.Max, h.Count); err != nil {
			return fmt.Errorf("reading %s of %s: %w", h.Metric, h.Server, err)
		}
	}
	return nil
}

// Readings are the hours of one metric since a time, oldest first.
func (s *Store) Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error) {
	return list(ctx, s, s.readers, func(scan scanner) (fleet.HourValue, error) {
		h := fleet.HourValue{Server: server, Metric: metric}
		var hour int64
		err := scan(&hour, &h.Min, &h.Avg, &h.Max, &h.Count)
		h.Hour = fromMicros(hour)
		return h, err
	}, `SELECT hour, low, mean, high, count FROM readings WHERE server = $1 AND metric = $2 AND hour >= $3 ORDER BY hour`,
		server, metric, micros(since.UTC().Truncate(time.Hour)))
}

// ForgetReadings drops the hours before a time. Events, orders and their log
// are kept for ever.
func (s *Store) ForgetReadings(ctx context.Context, before time.Time) error {
	return s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM readings WHERE hour < $1`, micros(before))
		return err
	})
}
