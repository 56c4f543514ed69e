package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"ironage/internal/fleet/change"
)

// A poll that changed nothing that a person would call a change is stored as a
// pulse: what moved since the row or pulse before it. The pulses of one write
// are one row of the journal. A state is its whole row and then its pulses, in
// the order of their revisions, each where its base is the revision before it: a
// collector that lost the lease and writes all the same cannot mix its pulses
// with those of another. What was skipped that way is healed by the next whole row.

// pulse is what moved in one server's state.
type pulse struct {
	server string
	base   int64 // revision of the row or pulse that it follows
	delta  []byte
}

// mostPulses is how many pulses may follow a whole row.
const mostPulses = 10

// packPulses is the journal's document of pulses.
func (p *packer) packPulses(pulses []pulse) ([]byte, error) {
	raw := slices.Grow(p.raw[:0], pulseHead)[:pulseHead]
	raw = binary.AppendUvarint(raw, uint64(len(pulses)))
	for i := range pulses {
		v := &pulses[i]
		raw = binary.AppendUvarint(raw, uint64(len(v.server)))
		raw = append(raw, v.server...)
		raw = binary.AppendUvarint(raw, uint64(v.base)) //nolint:gosec // revisions are never negative
		raw = binary.AppendUvarint(raw, uint64(len(v.delta)))
		raw = append(raw, v.delta...)
	}
	p.raw = raw
	binary.LittleEndian.PutUint32(raw, change.Form())
	binary.LittleEndian.PutUint32(raw[4:], crc32.ChecksumIEEE(raw[pulseHead:]))
	return p.pack(raw)
}

// formText is the form of this process's pulses, as its lease says it.
func formText() string { return fmt.Sprintf("%08x", change.Form()) }

// pulseHead is what stands before the pulses: the form of their deltas, and
// their checksum.
const pulseHead = 8

// eachPulse gives the pulses of a document. Those of another ironage, whose
// states have other fields, and those that are damaged are passed over: their
// servers are as their whole rows say until those are written anew, and the lease
// of who writes them is foreign. The deltas are only lent.
func (u *unpacker) eachPulse(doc []byte, give func(pulse)) {
	raw, err := u.unpack(doc)
	if err != nil || len(raw) < pulseHead || binary.LittleEndian.Uint32(raw) != change.Form() ||
		binary.LittleEndian.Uint32(raw[4:]) != crc32.ChecksumIEEE(raw[pulseHead:]) {
		return
	}
	r := reader{rest: raw[pulseHead:]}
	for n := r.number(); n > 0 && !r.bad; n-- {
		p := pulse{server: string(r.bytes()), base: int64(r.number()), delta: r.bytes()} //nolint:gosec // at worst no revision
		if !r.bad {
			give(p)
		}
	}
}

// reader takes apart what packPulses put together.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// catchUp tells the mirror what was written since it last looked. until is the
// revision of q's transaction; it may be asked for again and again.
func (s *Store) catchUp(ctx context.Context, q querier, until int64) error {
	m := &s.mirror
	m.reading.Lock()
	defer m.reading.Unlock()
	seen, begun := m.position()
	if begun && seen >= until {
		return nil
	}
	if begun { // else no state is kept that a row could have overtaken
		rows, err := list(ctx, s, q, func(scan scanner) (r writtenRow, err error) {
			return r, scan(&r.server, &r.revision)
		}, `SELECT server, revision FROM states WHERE revision > $1`, seen)
		if err != nil {
			return err
		}
		m.overtake(rows)
	}
	var u unpacker
	_, err := list(ctx, s, q, func(scan scanner) (none struct{}, err error) {
		var revision int64
		var doc sql.RawBytes
		if err := scan(&revision, &doc); err != nil {
			return none, err
		}
		u.eachPulse(doc, func(p pulse) { m.follow(revision, p) })
		return none, nil
	}, `SELECT revision, doc FROM journal WHERE revision > $1 ORDER BY revision`, seen)
	if err == nil {
		m.reached(until)
	}
	return err
}

// writtenRow is a row that was written whole.
type writtenRow struct {
	server   string
	revision int64
}

// pruneEvery is after how many writes the journal is looked through.
const pruneEvery = 64

// prune drops the rows of the journal that no server needs any more, because
// its whole row is newer.
func (s *Store) prune(ctx context.Context, tx *sql.Tx, revision int64) error {
	oldest, sure := s.mirror.needed(revision)
	if !sure {
		return nil
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM journal WHERE revision < $1`, oldest)
	return err
}
