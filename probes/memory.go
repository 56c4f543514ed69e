package probes

import (
	"sync"

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
	walks  int            // inventories since everything was walked

	session    *snmp.Session    // kept between reads with version 3 or over a hub
	credential *snmp.Credential // that all of it was read with; shared by all who have it
	forgotten  bool             // nobody finds it any more: it must keep nothing open
}

// as drops what was read with another credential: it may lead to another server.
func (m *memory) as(c snmp.Credential) {
	if m.credential != nil && *m.credential != c {
		m.hangUp()
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
