package probes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// Target is one endpoint with everything needed to ask it.
type Target struct {
	Server     string
	Endpoint   fleet.Endpoint
	Credential snmp.Credential
	Options    snmp.Options
	NoPing     bool
}

// Pinger sends a few echoes to a host. It never fails: what went wrong is in
// the Ping.
type Pinger interface {
	Ping(ctx context.Context, host string) fleet.Ping
}

// Prober reads endpoints. It is safe for concurrent use; reads of one endpoint
// take turns.
type Prober struct {
	lib  *profile.Library
	ping Pinger
	now  func() time.Time
	hub  *snmp.Hub // nil: a socket for each session
	// shared is what endpoints have in common.
	shared *profile.Shared

	mu          sync.Mutex
	known       map[place]*memory
	credentials map[snmp.Credential]*snmp.Credential
}

// New returns a Prober over a library of profiles. ping may be nil: then
// nothing is pinged.
func New(lib *profile.Library, ping Pinger, now func() time.Time) *Prober {
	return &Prober{lib: lib, ping: ping, now: now, shared: profile.NewShared(), known: map[place]*memory{},
		credentials: map[snmp.Credential]*snmp.Credential{}}
}

// Over makes all further sessions share the hub's sockets.
func (p *Prober) Over(h *snmp.Hub) *Prober {
	p.hub = h
	return p
}

// Read asks an endpoint once. It never panics and returns no error: whatever
// happened is in the Observation. A status read of an endpoint that was never
// inventoried, or whose rows have changed, becomes an inventory.
func (p *Prober) Read(ctx context.Context, t Target, r fleet.Rhythm) fleet.Observation {
	return p.read(ctx, t, r, whole)
}

// Fetch is Read without making components of what was read, once the rows are
// known: what the transport and the plans alone take. Status reads drop the
// values too.
func (p *Prober) Fetch(ctx context.Context, t Target, r fleet.Rhythm, keep bool) fleet.Observation {
	return p.read(ctx, t, r, purpose{keep: keep})
}

// Tables are the tables that an inventory of the target reads; none before the
// first one.
func (p *Prober) Tables(t Target) []snmp.OID {
	m := p.memory(t)
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.match.Tables()
}

// purpose is what a read is for.
type purpose struct {
	decode bool // the values are made into components
	keep   bool // the values are kept for the next read
}

var whole = purpose{decode: true, keep: true}

func (p *Prober) read(ctx context.Context, t Target, r fleet.Rhythm, to purpose) (obs fleet.Observation) {
	l := p.look(ctx, t, r, &obs)
	l.end(&obs, func() { p.snmp(ctx, t, &obs, to) })
	return obs
}

// pinging pings while SNMP is asked; nil where nobody is to.
func (p *Prober) pinging(ctx context.Context, t Target) <-chan fleet.Ping {
	if t.NoPing || p.ping == nil {
		return nil
	}
	out := make(chan fleet.Ping, 1)
	go func() {
		defer func() {
			if x := recover(); x != nil {
				out <- fleet.Ping{Reach: fleet.NotAsked, Note: fmt.Sprintf("the ping failed: %v", x)}
			}
		}()
		out <- p.ping.Ping(ctx, host(t.Endpoint.Address))
	}()
	return out
}

// host is an address without its port.
func host(address string) string {
	if h, _, err := net.SplitHostPort(address); err == nil {
		return h
	}
	return strings.Trim(address, "[]")
}

// Keep drops what is known of all endpoints but those of these servers: the
// others are polled no more.
func (p *Prober) Keep(servers []fleet.Server) {
	polled := map[place]bool{}
	for i := range servers {
		for _, ep := range servers[i].Endpoints {
			polled[place{ep.Address, ep.Credential}] = true
		}
	}
	p.forget(func(at place) bool { return !polled[at] })
}

// Close frees every session.
func (p *Prober) Close() error {
	p.forget(func(place) bool { return true })
	return nil
}

func (p *Prober) forget(which func(place) bool) {
	var gone []*memory
	p.mu.Lock()
	for at, m := range p.known {
		if which(at) {
			gone = append(gone, m)
			delete(p.known, at)
		}
	}
	p.mu.Unlock()
	for _, m := range gone {
		m.leave()
	}
}

func (p *Prober) memory(t Target) *memory {
	at := place{t.Endpoint.Address, t.Credential.Name}
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.known[at]
	if m == nil {
		m = &memory{}
		p.known[at] = m
	}
	return m
}

// dial gives a session: the kept one where its credential still holds.
func (p *Prober) dial(ctx context.Context, m *memory, t Target) (*snmp.Session, error) {
	m.as(t.Credential)
	if m.session != nil {
		m.session.Patience(t.Options)
		return m.session, nil
	}
	dial := snmp.Dial
	if p.hub != nil {
		dial = p.hub.Dial
	}
	s, err := dial(ctx, t.Endpoint.Address, t.Credential, t.Options, m.limits)
	if err != nil {
		return nil, err
	}
	if m.silent {
		s.Beside()
	}
	m.session, m.credential = s, p.credential(t.Credential)
	return s, nil
}

// mostCredentials bounds what is shared; a fleet has a handful.
const mostCredentials = 1024

// credential is c as others have it too.
func (p *Prober) credential(c snmp.Credential) *snmp.Credential {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.credentials[c]
	if known == nil {
		if len(p.credentials) >= mostCredentials {
			clear(p.credentials)
		}
		known = &c
		p.credentials[c] = known
	}
	return known
}

// snmp asks the agent and fills the observation.
func (p *Prober) snmp(ctx context.Context, t Target, obs *fleet.Observation, to purpose) {
	m := p.memory(t)
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := p.dial(ctx, m, t)
	if err != nil {
		obs.SNMP, obs.SNMPNote = snmp.Reach(err)
		return
	}
	p.over(ctx, s, s.Cost(), m, t, obs, to)
}

// over asks over the kept session s, or over src, which has asked it already for
// more than it had cost before. The caller has locked m.
func (p *Prober) over(ctx context.Context, src profile.Source, before fleet.Cost, m *memory, t Target, obs *fleet.Observation, to purpose) {
	s := m.session
	m.unpack(to)
	defer m.pack(p.shared, to)
	asked := false
	defer func() {
		if !asked {
			m.hangUp() // it failed inside the session, whose turn nobody hands back
		}
	}()
	errs, err := p.ask(ctx, src, m, obs)
	asked, m.silent = true, silent(err)
	m.limits, obs.Engine = s.Limits(), s.Engine()
	obs.Cost = costSince(s.Cost(), before)
	if err != nil || m.forgotten || !p.keeps(t) {
		m.hangUp()
	}
	obs.SNMP, obs.SNMPNote = snmp.Reach(err)
	if err != nil {
		return
	}
	m.engine = obs.Engine
	if !to.decode && m.plan != nil {
		return
	}
	var reading profile.Reading
	if role := settleRole(obs, m.match); obs.Rhythm == fleet.Inventory {
		reading = m.match.Decode(m.vars, p.now(), role)
		m.plan = p.shared.Plan(reading.Plan, m.vars)
	} else {
		reading = m.match.DecodeStatus(m.vars, p.now(), role)
	}
	obs.Errors = append(obs.Errors, errs...)
	fill(obs, m.match, reading)
}

// silent reports whether nobody answered: not the agent, though its host or a
// router may have said that it will not.
func silent(err error) bool {
	return errors.Is(err, snmp.ErrTimeout) || errors.Is(err, snmp.ErrPortClosed) || errors.Is(err, snmp.ErrNoRoute)
}

// keeps reports whether a target's session lasts beyond a read: version 3 saves
// the discovery with that, and over a hub it costs no socket. A name is looked up
// for every read, because another machine may have its old address by then;
// version 3 would know that one by its engine.
func (p *Prober) keeps(t Target) bool {
	if t.Credential.Version == snmp.V3 {
		return true
	}
	_, err := netip.ParseAddr(host(t.Endpoint.Address))
	return p.hub != nil && err == nil
}

// settleRole takes the profile's word for what an endpoint is, where nobody
// wrote it down.
func settleRole(obs *fleet.Observation, m profile.Match) fleet.Role {
	if obs.Endpoint.Role == 0 {
		obs.Endpoint.Role = m.Role()
	}
	return obs.Endpoint.Role
}

func costSince(now, before fleet.Cost) fleet.Cost {
	return fleet.Cost{PDUs: now.PDUs - before.PDUs, Varbinds: now.Varbinds - before.Varbinds,
		Bytes: now.Bytes - before.Bytes, Retries: now.Retries - before.Retries, Took: now.Took - before.Took}
}

// ask brings the raw variables up to date: a status read where that suffices,
// else an inventory.
func (p *Prober) ask(ctx context.Context, src profile.Source, m *memory, obs *fleet.Observation) ([]fleet.ReadError, error) {
	if obs.Rhythm == fleet.Status && (m.vars != nil || m.bare && m.plan != nil) {
		if errs, enough, err := p.askStatus(ctx, src, m); enough || err != nil {
			return errs, err
		}
	}
	obs.Rhythm = fleet.Inventory
	began := p.now()
	if next, live := src.(profile.Successor); live && m.vars != nil && m.walks < walkEvery {
		m.walks++
		vars, errs, same, err := m.match.ReadInventoryAgain(ctx, next, m.vars)
		if err != nil {
			return nil, err
		}
		if same && !m.elsewhere() {
			p.shared.Remember(m.match, vars)
			if p.took(m, vars, began) {
				m.walks = walkEvery // the next one looks for what it had not
			}
			return errs, nil
		}
	}
	m.walks = 0
	var like profile.Shape
	if m.vars != nil {
		like = p.shared.Shape(m.vars)
	}
	match, vars, errs, err := p.lib.ReadFirst(ctx, src, p.shared, like)
	if err != nil {
		return nil, err
	}
	m.match = match
	p.took(m, vars, began)
	return append(errs, m.turns()...), nil
}

// took keeps what an inventory that began then read, and reports whether the
// agent has started anew before it.
func (p *Prober) took(m *memory, v *profile.Vars, began time.Time) (restarted bool) {
	m.vars, v.Taken, m.owed = v, p.now(), false
	up := v.UpTime()
	return up > 0 && m.clock.read(up, began, v.Taken)
}

// askStatus asks for what is known to be there. It is not enough where the rows
// are no longer those that are known, or may not be.
func (p *Prober) askStatus(ctx context.Context, src profile.Source, m *memory) (errs []fleet.ReadError, enough bool, err error) {
	up, began := int64(-1), p.now()
	whole, errs, err := m.match.ReadStatus(ctx, src, m.vars, m.plan, &up)
	if errors.Is(err, profile.ErrAnother) || err == nil && m.elsewhere() {
		m.forget()
		m.swapped()
		return nil, false, nil
	} else if err != nil {
		return errs, false, err
	}
	m.stayed()
	restarted := up >= 0 && m.clock.read(up, began, p.now())
	if whole && !restarted {
		m.flaps = 0
		return errs, !m.owed, nil
	}
	m.owed = true
	if restarted {
		m.walks = walkEvery // whatever it has now, also where it had nothing
	}
	if m.flaps++; worthInventory(m.flaps) {
		return nil, false, nil
	}
	if !whole { // else it is an agent whose clock goes to and fro
		errs = append(errs, fleet.ReadError{What: "status", Kinds: fleet.Kinds,
			Text: "objects of this agent come and go from read to read; the whole is read again less often"})
	}
	return errs, true, nil
}

// walkEvery is after how many inventories of known rows everything is walked,
// for columns that were empty before.
const walkEvery = 3

// worthInventory says whether the n-th status read in a row that found rows
// changed is followed by an inventory: the first few are, because parts are
// being swapped; later only each tenth, because the agent is flapping.
func worthInventory(n int) bool { return n <= 3 || n%10 == 0 }
