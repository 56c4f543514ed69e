package snmp

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnmp/gosnmp"
)

// The bounds of one Columns call. A table beyond them is an agent gone wrong,
// or wants to be read in another way.
const (
	maxRows        = 20_000  // of one column
	maxVariables   = 100_000 // of all columns
	maxTotalOctets = 32 << 20
)

// Columns reads whole columns (any subtrees, in fact), several in one request.
// The result holds the first column's rows in order, then the second's, and so
// on. An error means that what is returned is not whole: an *Incomplete lists
// the columns concerned, with any other error nothing was read.
func (s *Session) Columns(ctx context.Context, columns []OID) ([]Variable, error) {
	if err := s.check(columns); err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	w := newWalk(s, columns)
	w.run(ctx)
	err := w.result()
	s.end(err)
	if err != nil {
		err = fmt.Errorf("%s: %w", s.address, err)
	}
	return w.all(), err
}

// state is how far a column is.
type state uint8

const (
	reading state = iota
	whole         // its end was seen
	doubted       // the agent said that the whole MIB ends here; see settle
	stuck         // the agent cannot give the next object; see settle
	broken        // it will not become whole
)

// column is one column being read.
type column struct {
	base  OID
	last  OID // continue behind this one
	state state
	vars  []Variable
	why   error // stuck or broken
}

func (c *column) set(to state, why error) { c.state, c.why = to, why }

// walk is one Columns call in progress.
type walk struct {
	s         *Session
	columns   []*column
	solo      []*column // to be asked alone, to find which one an error is about
	careful   int       // so many requests to go with GetNext, after an error
	variables int
	octets    int
	names     []byte // of the latest question, in BER
	perVar    int    // bytes a variable takes, as seen so far
	answered  bool   // by anything but a refusal
	fatal     error
}

// guessedVar is what a variable of a hardware table takes before any was seen.
const guessedVar = 30

func newWalk(s *Session, bases []OID) *walk {
	w := &walk{s: s, perVar: guessedVar, columns: make([]*column, len(bases))}
	for i, b := range bases {
		w.columns[i] = &column{base: b, last: b}
	}
	return w
}

func (w *walk) run(ctx context.Context) {
	for w.fatal == nil {
		group, alone := w.next()
		if len(group) == 0 {
			w.settle(ctx)
			return
		}
		w.ask(ctx, group, alone)
	}
}

// next is the columns for the next request: one that must be looked at alone,
// or the first unfinished ones in the order asked, so that the columns of one
// table travel together.
func (w *walk) next() (group []*column, alone bool) {
	for len(w.solo) > 0 {
		c := w.solo[0]
		w.solo = w.solo[1:]
		if c.state == reading {
			return []*column{c}, true
		}
	}
	width := max(1, w.room()/2) // at least two rows of each
	room := w.s.maxPDU() - w.s.envelope()
	for _, c := range w.columns {
		if c.state != reading {
			continue
		}
		if room -= (Variable{OID: c.last}).Size(); len(group) == width || room < 0 && len(group) > 0 {
			break
		}
		group = append(group, c)
	}
	return group, false
}

// room is how many variables an answer can carry.
func (w *walk) room() int {
	return least(max(1, (w.s.maxPDU()-w.s.envelope())/w.perVar), w.s.limits.MaxVarbinds)
}

// question is the request about a group: GetBulk if it may be.
func (w *walk) question(group []*column, alone bool) request {
	r := request{kind: gosnmp.GetBulkRequest, oids: make([]OID, len(group))}
	for i, c := range group {
		r.oids[i] = c.last
	}
	w.names = appendVariables(w.names[:0], r.oids)
	r.names = w.names
	if alone || w.careful > 0 || !w.s.bulk() {
		r.kind = gosnmp.GetNextRequest
		return r
	}
	r.reps = max(1, min(w.room()/len(group), least(w.s.options.MaxRepetitions, w.s.limits.MaxRepetitions)))
	return r
}

// bulk reports whether the agent may be asked with GetBulk.
func (s *Session) bulk() bool {
	p, community := s.codec.(*plain)
	return !s.limits.NoBulk && (!community || p.version != gosnmp.Version1)
}

// ask puts one question about the group and takes its answer.
func (w *walk) ask(ctx context.Context, group []*column, alone bool) {
	large := w.question(group, alone)
	w.careful = max(0, w.careful-1)
	small := large.first(max(1, len(group)/4))
	small.kind, small.reps = gosnmp.GetNextRequest, 0
	if large.kind == gosnmp.GetNextRequest && len(group) == 1 {
		small = request{}
	}
	tries := w.s.tries(large, small)
	r, err := w.s.exchange(ctx, tries)
	if err != nil {
		w.failed(group, large, err)
		return
	}
	w.answered = w.answered || r.status != gosnmp.AuthorizationError
	got := *tries.of(r.try)
	if w.s.struck(got.kind != large.kind || len(got.oids) < len(large.oids)) {
		w.s.lower(large)
	}
	group = group[:len(got.oids)]
	switch {
	case r.status != gosnmp.NoError:
		w.refused(group, got, r.answer)
	case len(r.vars) == 0:
		w.narrow(group, 0, stuck, errors.New("the agent answers without any object"))
	default:
		w.s.bulkWorks = w.s.bulkWorks || got.kind == gosnmp.GetBulkRequest
		w.take(group, r.vars)
	}
	r.giveBack()
}

// failed deals with a question that got no usable answer.
func (w *walk) failed(group []*column, asked request, err error) {
	w.s.trouble = true
	switch {
	case !errors.Is(err, ErrGarbled) || !w.s.known:
		w.fatal = err
	case asked.kind == gosnmp.GetBulkRequest:
		w.careful = carefulRows // one damaged value spoils the message it is in
	default:
		w.narrow(group, 0, stuck, err)
	}
}

// carefulRows is how many rows are read one by one after an error before
// GetBulk is tried again.
const carefulRows = 3

// refused deals with an error status.
func (w *walk) refused(group []*column, asked request, a answer) {
	w.s.trouble = true
	switch {
	case a.status == gosnmp.AuthorizationError:
		w.fatal = ErrDenied
	case a.status == gosnmp.TooBig:
		w.tooBig(group, asked)
	case asked.kind == gosnmp.GetBulkRequest:
		// The culprit may be rows ahead: go there step by step.
		w.careful = carefulRows
		if !w.s.bulkWorks {
			if w.s.bulkErrors++; w.s.bulkErrors >= 3 {
				w.s.limits.NoBulk = true
			}
		}
	case a.status == gosnmp.NoSuchName: // version 1: the MIB ends
		w.s.trouble = false
		w.narrow(group, a.index, doubted, nil)
	default:
		w.narrow(group, a.index, stuck, statusError(a.status))
	}
}

// narrow gives a state to the column that an error is about, found by its
// 1-based index or by asking for each alone.
func (w *walk) narrow(group []*column, index int, to state, why error) {
	if culprit := index - 1; culprit >= 0 && culprit < len(group) {
		group = group[culprit : culprit+1]
	}
	if len(group) > 1 {
		w.solo = append(w.solo, group...)
		return
	}
	group[0].set(to, why)
}

// tooBig asks for less from now on.
func (w *walk) tooBig(group []*column, asked request) {
	w.s.limits.Clean = 0
	total := len(group) * max(1, asked.reps)
	switch {
	case total > 1 && w.s.maxPDU() > smallestPDU:
		w.s.limits.MaxPDU = max(smallestPDU, w.s.maxPDU()*2/3)
	case total > 1:
		w.s.limits.MaxVarbinds = total / 2
	case asked.kind == gosnmp.GetBulkRequest:
		w.careful = carefulRows
	default:
		group[0].set(stuck, statusError(gosnmp.TooBig))
	}
}

// lower learns from a large request that was answered in its small form only.
func (s *Session) lower(large request) {
	s.limits.Clean = 0
	total := len(large.oids) * max(1, large.reps)
	switch {
	case total > 4 && len(large.oids) > 1:
		s.limits.MaxVarbinds = total / 4
	case large.reps > 1:
		s.limits.MaxRepetitions = max(1, large.reps/4)
	case large.kind == gosnmp.GetBulkRequest:
		// Not the amount was the trouble but GetBulk.
		s.limits.NoBulk, s.limits.MaxVarbinds, s.limits.MaxRepetitions = true, 0, 0
	default:
		s.limits.MaxVarbinds = 1
	}
}

// take hands the variables of an answer, row by row, to the columns.
func (w *walk) take(group []*column, vars []Variable) {
	size := 0
	for i, v := range vars {
		size += v.Size()
		if c := group[i%len(group)]; c.state == reading {
			w.advance(c, v)
		}
	}
	w.perVar = max(smallestVarbind, (size+len(vars)-1)/len(vars))
}

// advance takes the variable behind c.last.
func (w *walk) advance(c *column, v Variable) {
	gone := !v.Value.Exists() && v.Value.Type != Null
	switch {
	case gone && (v.Value.Type == EndOfMibView || v.OID == c.last):
		c.set(doubted, nil)
	case v.OID.Compare(c.last) <= 0:
		c.set(broken, fmt.Errorf("the agent goes in circles: %s follows %s", v.OID, c.last))
	case !v.OID.Under(c.base):
		c.set(whole, nil)
	case len(c.vars) == maxRows:
		c.set(broken, fmt.Errorf("no end after %d rows", maxRows))
	case w.full():
		c.set(broken, errTooMuch)
	default:
		c.vars, c.last = append(c.vars, v), v.OID
		w.variables++
		w.octets += len(v.Value.Octets)
	}
}

var errTooMuch = errors.New("the agent gives more than can be kept")

// full reports whether nothing more can be kept.
func (w *walk) full() bool { return w.variables >= maxVariables || w.octets > maxTotalOctets }
