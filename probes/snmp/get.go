package snmp

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gosnmp/gosnmp"
)

// maxCulprits bounds how many broken objects one call hunts down one by one.
const maxCulprits = 32

// smallestPDU is the message size below which no limit is learned: every agent
// must take 484 bytes, and a single object may need that.
const smallestPDU = 484

// maxAsked is below what the 8 bits of gosnmp's error index can name.
const maxAsked = 200

// Get reads any number of objects and answers for each, in the order asked: a
// value, NoSuchObject or NoSuchInstance. Where the error is an *Incomplete, the
// objects it lists are Null and the others as read; with any other error
// nothing was read.
func (s *Session) Get(ctx context.Context, oids []OID) ([]Variable, error) {
	q, err := NewQuestion(oids, nil)
	return s.once(ctx, q, err)
}

// Next reads what follows each of any number of objects, in the order asked:
// the way to read many rows of many tables again without reading beyond their
// ends. sizes are what the answers probably take on the wire (Variable.Size);
// nil when nobody knows. Errors are as with Get; what is lost keeps the name
// that was asked, with a Null.
func (s *Session) Next(ctx context.Context, oids []OID, sizes []int) ([]Variable, error) {
	q, err := NewNextQuestion(oids, nil, sizes)
	return s.once(ctx, q, err)
}

// once asks what was not asked before.
func (s *Session) once(ctx context.Context, q *Question, err error) ([]Variable, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.address, err)
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	g := s.getting(q, make([]Variable, q.Len()))
	g.run(ctx)
	err = g.end()
	return g.vars, err
}

// Ask is Get or Next with a question that is asked often: nothing is written
// anew. use is called once with the variables, unless the error says that
// nothing was read; they are lent, and must not be kept. Their octets may.
func (s *Session) Ask(ctx context.Context, q *Question, use func([]Variable)) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	g, lent := s.lent(q)
	g.run(ctx)
	return g.finish(lent, func(vars []Variable, _ error) {
		if vars != nil {
			use(vars)
		}
	})
}

// lent is a getting whose variables are borrowed until its finish.
func (s *Session) lent(q *Question) (*getting, *[]Variable) {
	lent, _ := lists.Get().(*[]Variable)
	return s.getting(q, slices.Grow((*lent)[:0], q.Len())[:q.Len()]), lent
}

// finish hands the turn back, the variables to their user (nil where nothing was
// read), and then their list to the next question.
func (g *getting) finish(lent *[]Variable, use func([]Variable, error)) error {
	err := g.end()
	if err == nil || errors.Is(err, ErrIncomplete) {
		use(g.vars, err)
	} else {
		use(nil, err)
	}
	clear(g.vars) // lets go of the octets
	*lent = g.vars[:0]
	lists.Put(lent)
	return err
}

// getting is one Get in progress.
type getting struct {
	s        *Session
	q        *Question
	vars     []Variable
	work     [][]int // groups of ascending indexes into vars still to ask, the next one last
	lost     []OID
	cause    error // why the first of lost is
	fatal    error // ended the whole
	answered bool  // by anything but a refusal
	culprits int
}

// getting begins to ask; vars are as many as the question has objects, and empty.
func (s *Session) getting(q *Question, vars []Variable) *getting {
	g := &getting{s: s, q: q, vars: vars}
	for i, o := range q.asks.oids {
		g.vars[i].OID = o
	}
	g.push(q.order)
	return g
}

// end hands the turn back.
func (g *getting) end() error {
	err := g.result()
	g.s.end(err)
	if err != nil {
		err = fmt.Errorf("%s: %w", g.s.address, err)
	}
	return err
}

func (g *getting) run(ctx context.Context) {
	for g.unfinished() {
		g.ask(ctx, g.next())
	}
}

func (g *getting) unfinished() bool { return len(g.work) > 0 && g.fatal == nil }

// next is the group for the next message.
func (g *getting) next() []int {
	next := g.work[len(g.work)-1]
	g.work = g.work[:len(g.work)-1]
	n := g.fit(next)
	g.push(next[n:])
	return next[:n]
}

// result is the error of the whole.
func (g *getting) result() error {
	if !g.answered && g.fatal == nil {
		g.fatal = g.cause
	}
	if g.fatal != nil && (!g.answered || errors.Is(g.fatal, context.Canceled)) {
		return g.fatal // being called off says nothing about the agent
	}
	for _, group := range slices.Backward(g.work) { // what a fatal error left unasked
		for _, i := range group {
			g.lost = append(g.lost, g.vars[i].OID)
		}
	}
	switch {
	case g.fatal != nil:
		return &Incomplete{Lost: g.lost, Cause: g.fatal}
	case len(g.lost) > 0:
		return &Incomplete{Lost: g.lost, Cause: g.cause}
	}
	return nil
}

func (g *getting) push(group []int) {
	if len(group) > 0 {
		g.work = append(g.work, group)
	}
}

// split asks for both halves instead, the first one first.
func (g *getting) split(group []int) {
	half := (len(group) + 1) / 2
	g.push(group[half:])
	g.push(group[:half])
}

// envelope is what a message takes around its variables.
func (s *Session) envelope() int {
	switch c := s.codec.(type) {
	case *usm:
		return 130 + 2*len(c.engine) + len(c.user) + len(c.context) + macLength(c.params.AuthenticationProtocol)
	case *plain:
		return 32 + len(c.community)
	}
	return 0
}

// valueGuess is what a value takes more than the Null it is asked with. Live
// objects are small integers; where they are not, the agent says tooBig.
const valueGuess = 2

// fit is how many of a group go into one message, by the bytes of the request
// and a guess at those of the answer.
func (g *getting) fit(group []int) int {
	room := g.s.maxPDU() - g.s.envelope()
	answer := room
	most := min(len(group), least(maxAsked, g.s.limits.MaxVarbinds))
	for n, i := range group[:most] {
		size := g.q.size(i) + valueGuess
		room -= size
		if i < len(g.q.sizes) {
			size = g.q.sizes[i]
		}
		answer -= size
		if room < 0 || answer < 0 {
			return max(1, n)
		}
	}
	return most
}

// ask puts one question and turns its answer into values or into more work.
func (g *getting) ask(ctx context.Context, group []int) {
	tries := g.tries(group)
	r, err := g.s.exchange(ctx, tries)
	g.take(group, &tries, r, err)
}

// tries are the messages that ask for a group.
func (g *getting) tries(group []int) attempts {
	large, small := g.q.request(group), request{}
	if len(group) > 1 {
		small = g.q.request(group[:max(1, len(group)/4)])
	}
	return g.s.tries(large, small)
}

// take turns what came of the question about a group into values or into more work.
func (g *getting) take(group []int, tries *attempts, r reply, err error) {
	switch {
	case err == nil:
	case errors.Is(err, ErrGarbled) && g.s.known:
		g.s.trouble = true
		g.blame(group, 0, err) // one damaged value spoils the message it is in
		return
	default:
		g.s.trouble = true
		g.push(group)
		g.fatal = err
		return
	}
	g.answered = g.answered || r.status != gosnmp.AuthorizationError
	if asked := len(tries.of(r.try).oids); asked < len(group) {
		if g.s.struck(true) {
			g.s.limits.MaxVarbinds = asked
		}
		g.push(group[asked:])
		group = group[:asked]
	} else {
		g.s.struck(false)
	}
	g.settle(group, r.answer)
	r.giveBack()
}

// settle deals with the answer to a group.
func (g *getting) settle(group []int, a answer) {
	switch a.status {
	case gosnmp.NoError:
		g.fill(group, a.vars)
	case gosnmp.TooBig:
		g.tooBig(group)
	case gosnmp.NoSuchName: // version 1: one absent object hides all the others
		if culprit := a.index - 1; culprit >= 0 && culprit < len(group) {
			g.vars[group[culprit]].Value = Value{Type: NoSuchObject}
			g.push(slices.Delete(slices.Clone(group), culprit, culprit+1))
		} else if len(group) == 1 {
			g.vars[group[0]].Value = Value{Type: NoSuchObject}
		} else {
			g.split(group)
		}
	case gosnmp.AuthorizationError:
		g.push(group)
		g.fatal = ErrDenied
	default:
		g.blame(group, a.index, statusError(a.status))
	}
}

// statusError is an SNMP error status as an error.
func statusError(status gosnmp.SNMPError) error {
	return fmt.Errorf("the agent answers %s", statusName(status))
}

func statusName(status gosnmp.SNMPError) string {
	names := []string{
		"noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength",
		"wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed",
		"undoFailed", "authorizationError", "notWritable", "inconsistentName",
	}
	if int(status) < len(names) {
		return names[status]
	}
	return fmt.Sprintf("unknown error %d", status)
}

// tooBig asks for less from now on.
func (g *getting) tooBig(group []int) {
	if len(group) == 1 {
		g.lose(group[0], statusError(gosnmp.TooBig))
		return
	}
	if g.q.kind == gosnmp.GetNextRequest {
		g.split(group) // what stands behind an object may be of any size: that says nothing about the agent
		return
	}
	size := g.s.envelope()
	for _, i := range group {
		size += g.q.size(i) + valueGuess
	}
	g.s.trouble, g.s.limits.Clean = true, 0
	if g.s.limits.MaxPDU = max(smallestPDU, size/2); size/2 < smallestPDU {
		g.s.limits.MaxVarbinds = (len(group) + 1) / 2 // long values, not many objects
	}
	g.split(group)
}

// blame finds the object that an error is about, by its 1-based index or by
// halving.
func (g *getting) blame(group []int, index int, why error) {
	switch culprit := index - 1; {
	case len(group) == 1:
		g.lose(group[0], why)
	case g.culprits >= maxCulprits:
		for _, i := range group {
			g.lose(i, why)
		}
	case culprit >= 0 && culprit < len(group):
		g.lose(group[culprit], why)
		g.push(slices.Delete(slices.Clone(group), culprit, culprit+1))
	default:
		g.split(group)
	}
}

func (g *getting) lose(i int, why error) {
	g.culprits++
	g.lost = append(g.lost, g.vars[i].OID)
	if g.cause == nil {
		g.cause = why
	}
}

// fill takes the values. Some agents leave variables out or give others: what
// is missing is asked again, and is lost when that brings nothing either.
func (g *getting) fill(group []int, vars []Variable) {
	var missing []int
	for n, i := range group {
		if n < len(vars) && g.q.kind == gosnmp.GetNextRequest {
			g.vars[i] = vars[n]
			continue
		}
		if n < len(vars) && vars[n].OID == g.vars[i].OID {
			g.vars[i].Value = vars[n].Value
			continue
		}
		at := slices.IndexFunc(vars, func(v Variable) bool { return v.OID == g.vars[i].OID })
		if at < 0 {
			missing = append(missing, i)
			continue
		}
		g.vars[i].Value = vars[at].Value
	}
	switch {
	case len(missing) == 0:
	case len(missing) < len(group):
		g.push(missing)
	default:
		g.blame(group, 0, errors.New("the answer holds other objects than were asked"))
	}
}
