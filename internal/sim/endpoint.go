package sim

import (
	"maps"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

// endpoint is what one agent answers from: a machine as one of its roles sees
// it. It works out the variables when somebody asks and something has changed
// since; a fleet that nobody polls costs nothing.
type endpoint struct {
	fleet *Fleet
	m     *machine
	role  fleet.Role

	mu     sync.Mutex
	tree   *agent.Map // nil until somebody asks
	values map[snmp.OID]snmp.Value
	rev    uint64 // revision of the machine that tree shows
	bucket int64  // stretch of time that tree shows
}

var _ agent.Tree = (*endpoint)(nil)

// Get is the value of an object.
func (e *endpoint) Get(oid snmp.OID) snmp.Value { return e.fresh().Get(oid) }

// Next is the first object behind oid.
func (e *endpoint) Next(oid snmp.OID) (snmp.Variable, bool) { return e.fresh().Next(oid) }

// fresh brings the tree up to date, touching only what is different.
func (e *endpoint) fresh() *agent.Map {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.fleet.clock(e.fleet.opts.Now())
	rev, bucket := e.m.rev.Load(), e.m.bucket(t)
	if e.tree != nil && rev == e.rev && bucket == e.bucket {
		return e.tree
	}
	vars := e.fleet.variables(e.m, e.role, t)
	values := make(map[snmp.OID]snmp.Value, len(vars))
	for _, v := range vars {
		values[v.OID] = v.Value
	}
	if e.tree == nil {
		e.tree = agent.NewMap(vars)
	} else {
		e.update(values)
	}
	e.values, e.rev, e.bucket = values, rev, bucket
	return e.tree
}

func (e *endpoint) update(values map[snmp.OID]snmp.Value) {
	for oid, v := range values {
		if old, known := e.values[oid]; !known || !same(old, v) {
			e.tree.Set(oid, v)
		}
	}
	for oid := range maps.Keys(e.values) {
		if _, stays := values[oid]; !stays {
			e.tree.Delete(oid)
		}
	}
}

func same(a, b snmp.Value) bool {
	return a.Type == b.Type && a.Num == b.Num && a.Unsigned == b.Unsigned && a.Float == b.Float && string(a.Octets) == string(b.Octets)
}

// silent reports whether the endpoint's agent has nothing to say now.
func (m *machine) silent(role fleet.Role) bool {
	return m.off || m.dark || role == fleet.BMC && m.bmcSilent
}

// behaviour is how the endpoint's agent should behave now.
func (m *machine) behaviour(role fleet.Role) agent.Behaviour {
	if m.silent(role) {
		return agent.Behaviour{Silent: true}
	}
	if role == fleet.BMC { // a management controller takes its time
		return agent.Behaviour{Delay: bmcDelay}
	}
	return agent.Behaviour{MaxSize: hostReply}
}

// hostReply is the largest answer of an operating system's agent: Net-SNMP
// lets UDP cut a long output of a script into pieces.
const hostReply = 32 << 10

// bmcDelay is how long a management controller thinks about each request; real
// ones take 5 to 50 ms.
const bmcDelay = 2 * time.Millisecond
