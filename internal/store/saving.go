package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/fleet/change"
)

// How a state is saved.
type how uint8

const (
	same   how = iota // it is stored as it is
	pulsed            // as what moved since
	whole             // as a row
)

// saving is one state on its way to the database.
type saving struct {
	state *fleet.State
	how   how
	base  int64 // same, pulsed: the revision that is followed
	delta change.Delta
	doc   []byte       // whole: packed
	age   int          // whole: how many pulses the row counts as having
	kept  *fleet.State // as the database has it
	aged  bool         // nobody's news: written because its row is old
}

// savings works out how states are to be saved, before anybody has to wait.
func (s *Store) savings(states []fleet.State) ([]saving, error) {
	saves := make([]saving, 0, len(states))
	p := s.packer()
	defer s.layDown(p)
	last := lastOf(states)
	for i := range states {
		if last != nil && last[states[i].Server] != i {
			continue // said again further on
		}
		v := saving{state: &states[i]}
		own := states[i]
		v.kept = &own
		have, known := s.mirror.find(own.Server)
		v.age = spread(own.Server, 0)
		if known {
			v.follow(&have)
		}
		if !known || v.how == whole {
			if err := s.makeWhole(p, &v); err != nil {
				return nil, err
			}
		}
		saves = append(saves, v)
	}
	return saves, nil
}

// lastOf says where each server's last state stands, if one has several.
func lastOf(states []fleet.State) map[string]int {
	last := make(map[string]int, len(states))
	for i := range states {
		last[states[i].Server] = i
	}
	if len(last) == len(states) {
		return nil
	}
	return last
}

// follow chooses how a state is saved that follows one that is known.
func (v *saving) follow(have *mirrored) {
	delta, ok := change.Make(have.state, v.state)
	age := v.state.Updated.Sub(have.since)
	young := age < oldRow && age > -oldRow
	switch {
	case ok && len(delta) == 0:
		v.how, v.base = same, have.head
	case ok && young && have.pulses < mostPulses:
		v.how, v.base, v.delta = pulsed, have.head, delta
	case ok && young:
		v.how, v.age = whole, 0 // its turn among the others stays
	default:
		v.how, v.age = whole, spread(v.state.Server, have.head)
	}
}

// packer lends a packer until layDown. One stays for good: a collector needs it
// every few seconds, and a new one takes nearly a megabyte.
func (s *Store) packer() *packer {
	select {
	case p := <-s.packers:
		return p
	default:
		return &packer{}
	}
}

func (s *Store) layDown(p *packer) {
	p.shrink()
	select {
	case s.packers <- p:
	default:
	}
}

// makeWhole packs a state. What the database does not take as it is, is kept as
// it will be read.
func (s *Store) makeWhole(p *packer, v *saving) error {
	v.how = whole
	doc, faithful, err := p.packState(v.state)
	if v.doc = doc; err == nil && !faithful {
		var u unpacker
		var read fleet.State
		err = u.state(doc, &read)
		v.kept = &read
	}
	if err != nil {
		return fmt.Errorf("server %s: %w", v.state.Server, err)
	}
	return nil
}

// isText reports whether nothing of a document had to be replaced because it
// was no text.
func isText(doc []byte) bool { return !bytes.Contains(doc, []byte(`\ufffd`)) }

// renewals are rows that are written anew only for their age.
func (s *Store) renewals(saves []saving) ([]saving, error) {
	aged := s.mirror.aged(s.now())
	if len(aged) == 0 {
		return saves, nil
	}
	p := s.packer()
	defer s.layDown(p)
	for i := range aged {
		v := saving{state: aged[i].state, kept: aged[i].state, base: aged[i].head, aged: true}
		for k := range saves {
			v.aged = v.aged && saves[k].state.Server != v.state.Server // else it is written anyway
		}
		if !v.aged {
			continue
		}
		if err := s.makeWhole(p, &v); err != nil {
			return nil, err
		}
		saves = append(saves, v)
	}
	return saves, nil
}

// journal packs the pulses among what is saved; nil when there are none.
func (s *Store) journal(saves []saving) ([]byte, error) {
	var pulses []pulse
	for i := range saves {
		if v := &saves[i]; v.how == pulsed {
			pulses = append(pulses, pulse{v.state.Server, v.base, v.delta})
		}
	}
	if len(pulses) == 0 {
		return nil, nil
	}
	p := s.packer()
	defer s.layDown(p)
	return p.packPulses(pulses)
}

// saveStates writes what savings and journal prepared. What was to follow a
// state that another process overtook is written whole; its pulse, should it be
// packed already, follows nothing and is passed over by all who read.
func (s *Store) saveStates(ctx context.Context, tx *sql.Tx, revision int64, saves []saving, journal []byte) error {
	if len(saves) == 0 {
		return nil
	}
	if err := s.catchUp(ctx, tx, revision-1); err != nil {
		return err
	}
	rows := make([]*saving, 0, len(saves))
	for i := range saves {
		v := &saves[i]
		if have, ok := s.mirror.find(v.state.Server); (v.how != whole || v.aged) && (!ok || have.head != v.base) {
			if v.aged {
				v.how = same // it was written meanwhile
				continue
			}
			p := s.packer()
			err := s.makeWhole(p, v)
			if s.layDown(p); err != nil {
				return err
			}
		}
		if v.how == whole {
			rows = append(rows, v)
		}
	}
	if len(journal) > 0 {
		if _, err := s.prepared.exec(ctx, tx, insertJournal, revision, journal); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	return s.saveRows(ctx, tx, revision, rows)
}

const insertJournal = `INSERT INTO journal (revision, doc) VALUES ($1, $2)`

// rowsAtOnce is how many rows one statement writes.
const rowsAtOnce = 8

// saveRows writes whole rows, several with each statement.
func (s *Store) saveRows(ctx context.Context, tx *sql.Tx, revision int64, rows []*saving) error {
	for len(rows) > 0 {
		n := rowsAtOnce
		if len(rows) < n {
			n = 1
		}
		args := make([]any, 0, 5*n)
		for _, v := range rows[:n] {
			args = append(args, v.state.Server, revision, v.state.Health.String(), micros(v.state.Updated), v.doc)
		}
		if _, err := s.prepared.exec(ctx, tx, upsertStates(n), args...); err != nil {
			return fmt.Errorf("state of %s: %w", rows[0].state.Server, err)
		}
		rows = rows[n:]
	}
	return nil
}

var upsertSome, upsertOne = upsert(rowsAtOnce), upsert(1)

func upsertStates(n int) string {
	if n == 1 {
		return upsertOne
	}
	return upsertSome
}

func upsert(rows int) string {
	return `INSERT INTO states (server, revision, health, updated, doc) VALUES ` + tuples(rows, 5) +
		` ON CONFLICT (server) DO UPDATE SET revision = excluded.revision, health = excluded.health, updated = excluded.updated, doc = excluded.doc`
}

// tuples are numbered parameters for so many rows of so many columns.
func tuples(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i%columns > 0:
			b.WriteString(", ")
		case i > 0:
			b.WriteString("), (")
		default:
			b.WriteByte('(')
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}
