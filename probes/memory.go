package probes

import (
	"sync"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// place is where an endpoint is found: behind one address there may be a proxy
// with a community or a context for each server. The credential is the one of
// that name.
type place struct{ address, credential string }

// memory is what earlier reads of one endpoint taught.
type memory struct {
	mu     sync.Mutex
	limits snmp.Limits
	match  profile.Match
	packed profile.Packed // what was read, between two reads
	vars   *profile.Vars  // the same during a read; nil until an inventory was read
	plan   *profile.Plan  // nil until an inventory was decoded
	engine string         // of version 3, that was behind the session then
	clock  clock          // the agent's
	bare   bool           // this read keeps no values
	silent bool           // the last read was not answered
	flaps  int            // status reads in a row that found other rows than planned
	owed   bool           // rows have changed, and no inventory was read since
	walks  int            // inventories since everything was walked
	swaps  int            // how often another device answered lately: a few for each time, less for each that it did not

	session    *snmp.Session    // kept between reads with version 3 or over a hub
	credential *snmp.Credential // that all of it was read with; shared by all who have it
	forgotten  bool             // nobody finds it any more: it must keep nothing open
}

// as ends what is kept with another credential. With another community, user or
// context it was perhaps another server; new secrets lead to the same.
func (m *memory) as(c snmp.Credential) {
	was := m.credential
	if was == nil || *was == c {
		return
	}
	m.hangUp()
	if was.Version != c.Version || was.Community != c.Community || was.User != c.User || was.Context != c.Context {
		m.forget()
	}
}

// leave ends it, when nobody finds it any more.
func (m *memory) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgotten = true
	m.hangUp()
}

// hangUp closes the kept session, if any.
func (m *memory) hangUp() {
	if m.session != nil {
		_ = m.session.Close() // a socket that cannot be closed is of no use to anyone
		m.session = nil
	}
}

// unpack brings back what was read before.
func (m *memory) unpack(to purpose) {
	if m.bare = !to.keep; to.keep && !m.packed.Empty() {
		m.vars = m.packed.Unpack()
	}
}

// forget drops what was read, and how: it was of another device, or may be.
func (m *memory) forget() {
	m.match, m.packed, m.vars, m.plan = profile.Match{}, profile.Packed{}, nil, nil
	m.engine, m.clock, m.flaps, m.walks = "", clock{}, 0, 0
}

// elsewhere reports whether an engine has answered that is not the one of which
// the rows are known. Before version 3 nobody says which one answers.
func (m *memory) elsewhere() bool {
	if m.session == nil || m.engine == "" {
		return false
	}
	now := m.session.Engine()
	return now != "" && now != m.engine
}

// pack puts it away.
func (m *memory) pack(s *profile.Shared, to purpose) {
	if m.packed = (profile.Packed{}); to.keep && m.vars != nil {
		m.packed = s.Pack(m.vars)
	}
	m.vars = nil
}

// Two devices behind one address are told of when another one answered twice
// within a few reads; once was a swap.
const (
	swapWeight = 4
	mostSwaps  = 4 * swapWeight
)

// swapped notes that another device answered, stayed that the same did.
func (m *memory) swapped() { m.swaps = min(m.swaps+swapWeight, mostSwaps) }
func (m *memory) stayed()  { m.swaps = max(m.swaps-1, 0) }

// turns tells that devices take turns at this address.
func (m *memory) turns() []fleet.ReadError {
	if m.swaps <= swapWeight {
		return nil
	}
	return []fleet.ReadError{{What: "address", Text: "different devices answer at this address by turns: look for an address that was given twice"}}
}
