package discover

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"ironage/probes/snmp"
)

// The bounds of Options.
const (
	DefaultRate    = 200
	MaxRate        = 5000
	MaxCredentials = 16
	// maxOpen bounds how many addresses wait for an answer at once.
	maxOpen = 8192
)

// Options say what to search and how gently.
type Options struct {
	Plan        *Plan
	Port        uint16
	Credentials []snmp.Credential // tried one after another
	Rate        int               // packets per second
	Timeout     time.Duration     // of one try
	Retries     int               // further tries with each credential
	// Now is the clock; nil: that of the machine.
	Now func() time.Time
	// Progress is told how far the search is, a few times a second.
	Progress func(Progress)
	// Save is given the state now and then, and at the end. Its error ends the search.
	Save func(*State) error
	// Resume is an earlier state to go on from.
	Resume *State
}

func (o *Options) check() error {
	switch {
	case o.Plan == nil || o.Plan.Count() == 0:
		return errors.New("nothing to search")
	case len(o.Credentials) == 0 || len(o.Credentials) > MaxCredentials:
		return fmt.Errorf("%d credentials to try; expected 1 to %d", len(o.Credentials), MaxCredentials)
	case o.Rate < 1 || o.Rate > MaxRate:
		return fmt.Errorf("%d packets a second; expected 1 to %d", o.Rate, MaxRate)
	case o.Port == 0 || o.Timeout <= 0 || o.Retries < 0:
		return errors.New("the port and the time-out must be above 0, the retries not below")
	}
	for _, c := range o.Credentials {
		if err := c.Check(); err != nil {
			return fmt.Errorf("credential %s: %w", c.Name, err)
		}
	}
	return nil
}

// Counts is what a search sent and what came that was no evidence.
type Counts struct {
	Packets int `json:"packets"`
	// Elsewhere came from an address or port that was not asked, Strays answer
	// nothing that was asked, Late came when the address was done with, Garbled
	// is no SNMP.
	Elsewhere int `json:"elsewhere"`
	Strays    int `json:"strays"`
	Late      int `json:"late"`
	Garbled   int `json:"garbled"`
	// Unsent are addresses to which nothing could be sent, Why the first reason.
	Unsent int    `json:"unsent"`
	Why    string `json:"why,omitempty"`
}

// Progress is how far a search is.
type Progress struct {
	Done, Total, Found, Open int
	Counts
}

// ask is one address on its way.
type ask struct {
	at      netip.AddrPort
	index   int
	key     int // credential
	tries   int // sent with it in this round
	dialog  *snmp.Dialog
	sent    int // serial number of the packet whose answer is awaited; 0: none
	queued  bool
	refused string
}

// deadline is when a packet counts as unanswered.
type deadline struct {
	ask  *ask
	sent int
	at   time.Time
}

// search is the state of a search as pure steps: what to send when, and what
// an answer means. It does no I/O and is told the time.
type search struct {
	o         *Options
	pacer     *pacer
	next      int       // the first number not begun
	begun     *finished // asked at least once, also in an earlier run
	done      *finished
	open      map[netip.Addr]*ask
	ready     []*ask     // to be sent before anything new
	deadlines []deadline // in order of time, since all wait equally long
	waiting   int        // packets whose answer is awaited
	id        uint32
	stopping  bool
	agents    []Agent
	counts    Counts
}

func newSearch(o *Options) (*search, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &search{o: o, pacer: newPacer(o.Rate), begun: newFinished(o.Plan.Count()), done: newFinished(o.Plan.Count()),
		open: map[netip.Addr]*ask{}, id: rand.Uint32()}
	if o.Resume != nil {
		if err := s.restore(o.Resume); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// stop lets nothing more be sent; what was sent may still be answered.
func (s *search) stop() { s.stopping = true }

// over reports whether there is nothing left to wait for.
func (s *search) over() bool {
	if s.stopping {
		return s.waiting == 0
	}
	return len(s.open) == 0 && s.exhausted()
}

// exhausted reports whether every address was begun.
func (s *search) exhausted() bool {
	for s.next < s.o.Plan.Count() && s.begun.has(s.next) {
		s.next++
	}
	return s.next >= s.o.Plan.Count()
}

// packet is something to send.
type packet struct {
	to  netip.AddrPort
	raw []byte
}

// step lets time pass. It gives the next packet to send now, or how long
// nothing will happen unless something is heard.
func (s *search) step(now time.Time) (out packet, send bool, wait time.Duration, err error) {
	s.expire(now)
	wait = s.untilDeadline(now)
	if s.stopping {
		return packet{}, false, wait, nil
	}
	s.dropClosed()
	if len(s.ready) == 0 && (s.exhausted() || len(s.open) >= maxOpen) {
		return packet{}, false, wait, nil
	}
	if w := s.pacer.wait(now); w > 0 {
		if len(s.deadlines) == 0 || w < wait {
			wait = w
		}
		return packet{}, false, wait, nil
	}
	out, err = s.send(s.choose(), now)
	return out, err == nil, 0, err
}

// dropClosed forgets what is done with although it stood in the queue: a late
// answer came.
func (s *search) dropClosed() {
	for len(s.ready) > 0 && s.open[s.ready[0].at.Addr()] != s.ready[0] {
		s.ready = s.ready[1:]
	}
}

// choose is whom to ask next: who was asked before, else somebody new.
func (s *search) choose() *ask {
	if len(s.ready) > 0 {
		a := s.ready[0]
		s.ready = s.ready[1:]
		a.queued = false
		return a
	}
	s.exhausted() // moves on to the next one that was not begun
	return s.begin(s.next)
}

func (s *search) begin(index int) *ask {
	a := &ask{at: netip.AddrPortFrom(s.o.Plan.At(index), s.o.Port), index: index}
	s.open[a.at.Addr()] = a
	s.begun.add(index)
	return a
}

func (s *search) send(a *ask, now time.Time) (packet, error) {
	if a.dialog == nil {
		d, err := snmp.NewDialog(s.o.Credentials[a.key], introduction())
		if err != nil {
			return packet{}, err
		}
		a.dialog = d
	}
	if s.id = (s.id + 1) & (1<<31 - 1); s.id == 0 {
		s.id = 1
	}
	raw, err := a.dialog.Request(s.id)
	if err != nil {
		return packet{}, fmt.Errorf("%s: %w", a.at, err)
	}
	s.pacer.spend(now)
	s.counts.Packets++
	s.waiting++
	a.tries++
	a.sent = s.counts.Packets
	s.deadlines = append(s.deadlines, deadline{a, a.sent, now.Add(s.o.Timeout)})
	return packet{a.at, raw}, nil
}

// unsent notes that the network would not take a packet.
func (s *search) unsent(to netip.AddrPort, why error) {
	a := s.open[to.Addr()]
	if a == nil {
		return
	}
	if s.counts.Unsent++; s.counts.Why == "" {
		s.counts.Why = tidy(why.Error(), maxNote)
	}
	s.finish(a)
}

// untilDeadline is how long the oldest packet still waits; a second when none does.
func (s *search) untilDeadline(now time.Time) time.Duration {
	if len(s.deadlines) == 0 {
		return time.Second
	}
	return s.deadlines[0].at.Sub(now)
}

func (s *search) expire(now time.Time) {
	for len(s.deadlines) > 0 {
		d := s.deadlines[0]
		settled := d.ask.sent != d.sent
		if !settled && d.at.After(now) {
			return
		}
		s.deadlines = s.deadlines[1:]
		if !settled {
			s.rest(d.ask)
			s.silent(d.ask)
		}
	}
}

// rest notes that no packet to an address is on its way any more.
func (s *search) rest(a *ask) {
	if a.sent != 0 {
		a.sent = 0
		s.waiting--
	}
}

// silent decides what follows on a packet that was not answered.
func (s *search) silent(a *ask) {
	if a.tries <= s.o.Retries {
		s.queue(a)
		return
	}
	s.another(a, s.o.Credentials[a.key].Version == snmp.V3 && !a.dialog.Met())
}

// another goes on with the next credential. Where there is no agent of version
// 3, no further user of version 3 is tried.
func (s *search) another(a *ask, noV3 bool) {
	if a.refused == "" && a.dialog != nil && a.dialog.Met() {
		a.refused = "answers SNMPv3 discovery but not the request"
	}
	for a.key++; a.key < len(s.o.Credentials) && noV3 && s.o.Credentials[a.key].Version == snmp.V3; a.key++ {
		continue
	}
	a.dialog, a.tries = nil, 0
	if a.key >= len(s.o.Credentials) {
		if a.refused != "" {
			s.agents = append(s.agents, Agent{Address: a.at, Refused: a.refused})
		}
		s.finish(a)
		return
	}
	s.queue(a)
}

func (s *search) queue(a *ask) {
	if !a.queued {
		a.queued = true
		s.ready = append(s.ready, a)
	}
}

func (s *search) finish(a *ask) {
	s.rest(a)
	delete(s.open, a.at.Addr())
	s.done.add(a.index)
}

// hear judges a datagram.
func (s *search) hear(from netip.AddrPort, raw []byte) {
	at := from.Addr().Unmap()
	a := s.open[at]
	if a == nil || from.Port() != s.o.Port {
		if i, ours := s.o.Plan.Index(at); ours && from.Port() == s.o.Port && s.done.has(i) {
			s.counts.Late++
		} else {
			s.counts.Elsewhere++
		}
		return
	}
	if a.dialog == nil {
		s.counts.Strays++
		return
	}
	turn, err := a.dialog.Hear(raw)
	switch {
	case errors.Is(err, snmp.ErrStray):
		s.counts.Strays++
	case errors.Is(err, snmp.ErrGarbled):
		s.counts.Garbled++
	case err != nil:
		_, a.refused = snmp.Reach(err)
		a.refused = tidy(a.refused, maxNote)
		s.rest(a)
		s.another(a, false)
	case turn.Again:
		s.rest(a)
		a.tries = 0
		s.queue(a)
	default:
		found := Agent{Address: a.at, Credential: s.o.Credentials[a.key].Name, Engine: a.dialog.Engine()}
		found.introduce(turn.Vars)
		s.agents = append(s.agents, found)
		s.finish(a)
	}
}

func (s *search) progress() Progress {
	return Progress{Done: s.done.count, Total: s.o.Plan.Count(), Found: len(s.agents), Open: len(s.open), Counts: s.counts}
}
