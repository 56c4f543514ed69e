package collect

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// Fold moves what is believed about a server on by one read of one of its
// endpoints, and says what changed. It is pure: prev is not touched, and the
// same arguments give the same answer.
//
// A read that was not answered changes nothing but the endpoint's own state:
// the components stay as they were last read. Health follows every read,
// through hysteresis; which part sits where follows inventories only, and a
// table that was not read whole never means that parts are gone. The first
// read of an endpoint is believed as it is, and makes events only for what is
// wrong. When another machine answers at the address (its chassis has another
// serial number), nothing is folded until a second inventory says the same;
// then what was known belongs to the machine before, and the record starts
// anew with one event instead of a swap of every part.
func Fold(prev fleet.State, srv fleet.Server, obs fleet.Observation, policy health.Policy, now time.Time) (fleet.State, []fleet.Event) {
	obs.Components = slices.Clone(obs.Components)
	f := folded(&prev, srv, &obs, policy, now)
	return f.next, f.events
}

// folded is Fold with what it found out about parts that came and left. It
// takes the observation's components away: they become those of the state.
func folded(prev *fleet.State, srv fleet.Server, obs *fleet.Observation, policy health.Policy, now time.Time) *fold {
	f := newFold(prev, srv, obs, policy, now)
	f.reach()
	if obs.SNMP == fleet.Answered && !f.otherMachine() {
		f.device()
		f.components()
		f.records()
		f.rollup()
		f.totals()
		f.filesystems()
		f.faults()
		f.trends()
		f.levels()
	}
	f.loss()
	f.next.Findings = health.Assess(srv, &f.next, prev.Findings, f.rules, f.at)
	f.overall()
	return f
}

// fold is one call of Fold at work.
type fold struct {
	srv    fleet.Server
	obs    *fleet.Observation
	rules  health.Rules
	before *fleet.State // as it was handed over
	prev   *fleet.State // what the read is compared with
	next   fleet.State
	at     time.Time
	role   fleet.Role
	ep     *fleet.EndpointState // of next
	first  bool                 // the first answer of this endpoint
	full   bool                 // the read is an inventory
	// brought means that this read brought components; old are those of this
	// endpoint that it did not bring.
	brought bool
	old     map[place]bool
	// mounted means that this read brought the file systems.
	mounted bool
	events  []fleet.Event

	// About the parts' records, see records.
	partsOwned, firstSeenOwned bool
	unsure                     map[string]bool      // slots whose part this read leaves open
	fitted                     map[string]time.Time // since when parts that came into their slots sit there
	ended                      []ended
	departures                 []fleet.DepartedPart
	arrivals                   []arrival
}

func newFold(prev *fleet.State, srv fleet.Server, obs *fleet.Observation, policy health.Policy, now time.Time) *fold {
	at := obs.Time
	if at.IsZero() || at.After(now) {
		at = now
	}
	f := &fold{srv: srv, obs: obs, rules: policy.For(srv), before: prev, prev: prev, next: *prev, at: at, role: obs.Endpoint.Role}
	n := &f.next
	n.Server, n.Updated = srv.Name, at
	n.Endpoints = slices.DeleteFunc(slices.Clone(prev.Endpoints), func(e fleet.EndpointState) bool {
		return !slices.ContainsFunc(srv.Endpoints, func(have fleet.Endpoint) bool { return sameEndpoint(have, e.Endpoint) }) &&
			!sameEndpoint(e.Endpoint, obs.Endpoint)
	})
	f.ownMaps()
	f.ep = f.endpoint()
	f.role = f.ep.Role
	f.disown()
	f.first = f.ep.LastFull.IsZero()
	f.full = obs.Rhythm != fleet.Status || f.first
	return f
}

// disown drops what an endpoint told that the inventory no longer lists: nobody
// would ever say that it changed, and a fault in it would stay for ever.
func (f *fold) disown() {
	for _, e := range f.prev.Endpoints {
		if !slices.ContainsFunc(f.next.Endpoints, func(have fleet.EndpointState) bool { return have.Role == e.Role || have.Role == 0 }) {
			f.disownRole(e.Role)
		}
	}
}

func (f *fold) disownRole(role fleet.Role) {
	n := &f.next
	n.Components = slices.DeleteFunc(slices.Clone(n.Components), func(c fleet.Component) bool {
		if c.Role == role {
			f.forget(c.Key())
		}
		return c.Role == role
	})
	n.Shadowed = slices.DeleteFunc(slices.Clone(n.Shadowed), func(c fleet.Component) bool { return c.Role == role })
	n.Faults = slices.DeleteFunc(slices.Clone(n.Faults), func(x fleet.Finding) bool { return x.Evidence.Role == role })
	maps.DeleteFunc(n.Gone, func(_ string, g fleet.Gone) bool { return g.Part.Role == role })
	if n.RollUp != nil && n.RollUp.Seen.Role() == role {
		n.RollUp = nil
	}
	// Whose figures these were is not kept; the next read brings what there is.
	n.Totals, n.Filesystems, n.Fills = fleet.Totals{}, nil, nil
	maps.DeleteFunc(n.Levels, func(id string, _ fleet.Level) bool {
		measure, key, _ := strings.Cut(id, ":")
		return measure == string(health.FilesystemUsed) || measure == string(health.Fills) || measure == string(health.MemoryUsed) || key == health.EndpointKey(role)
	})
	prev := *f.prev // what the read is compared with is what is left
	prev.Components, prev.Shadowed, prev.Faults = n.Components, n.Shadowed, n.Faults
	f.prev = &prev
}

// ownMaps gives the next state maps of its own to write to.
func (f *fold) ownMaps() {
	n := &f.next
	n.Trends, n.Holds = n.Trends.Own(), cloned(n.Holds)
	n.Swapped, n.Pending, n.Gone = cloned(n.Swapped), cloned(n.Pending), cloned(n.Gone)
	n.Proofs, n.Levels = cloned(n.Proofs), cloned(n.Levels)
}

// cloned is a copy that may be written to.
func cloned[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// sameEndpoint compares endpoints by address and role. An endpoint of an
// ad-hoc look has no role until its first answer tells it.
func sameEndpoint(a, b fleet.Endpoint) bool {
	return a.Address == b.Address && (a.Role == b.Role || a.Role == 0 || b.Role == 0)
}

// endpoint finds or adds the state of the endpoint that was read.
func (f *fold) endpoint() *fleet.EndpointState {
	for i := range f.next.Endpoints {
		e := &f.next.Endpoints[i]
		if !sameEndpoint(e.Endpoint, f.obs.Endpoint) {
			continue
		}
		role := e.Role
		e.Endpoint = f.obs.Endpoint
		e.Role = cmp.Or(f.obs.Endpoint.Role, role)
		return e
	}
	f.next.Endpoints = append(f.next.Endpoints, fleet.EndpointState{Endpoint: f.obs.Endpoint, Interval: DefaultStatusEvery})
	return &f.next.Endpoints[len(f.next.Endpoints)-1]
}

// event adds one change to history.
func (f *fold) event(e fleet.Event) {
	e.Time, e.Server = f.at, f.srv.Name
	f.events = append(f.events, e)
}

// overall sets the server's health, and makes events for findings that belong
// to no component, and for a change of health that nothing else tells.
func (f *fold) overall() {
	n := &f.next
	n.Health = health.Overall(n)
	f.findingEvents()
	if n.Health == f.prev.Health {
		return
	}
	n.Since = f.at
	if f.prev.Updated.IsZero() || len(f.events) > 0 {
		return
	}
	text := "everything reads ok"
	if len(n.Findings) > 0 {
		text = n.Findings[0].Text
	}
	f.event(fleet.Event{Kind: fleet.EventHealth, From: f.prev.Health.String(), To: n.Health.String(), Health: n.Health, Text: text})
}

// findingEvents compares the findings that no component event tells.
func (f *fold) findingEvents() {
	told := func(fi *fleet.Finding) bool {
		switch fi.Code {
		case health.FilesystemFull, health.FillsSoon, health.MemoryFull, health.Loss, health.RollUpDisagrees, health.SourcesDisagree,
			health.MissingPart, health.WornOut, health.Hot, health.Fault, health.Duplicate:
			return true
		}
		return false
	}
	before := map[string]*fleet.Finding{}
	for i := range f.prev.Findings {
		if b := &f.prev.Findings[i]; told(b) {
			before[findingID(b)] = b
		}
	}
	for i := range f.next.Findings {
		n := &f.next.Findings[i]
		if !told(n) {
			continue
		}
		was := fleet.OK
		if b := before[findingID(n)]; b != nil {
			was = b.Health
			delete(before, findingID(n))
		}
		if n.Health != was {
			f.event(fleet.Event{Kind: fleet.EventHealth, Key: n.Key, From: was.String(), To: n.Health.String(), Health: n.Health,
				Text: n.Text, Evidence: n.Evidence})
		}
	}
	for i := range f.prev.Findings {
		if b := &f.prev.Findings[i]; before[findingID(b)] == b {
			f.event(fleet.Event{Kind: fleet.EventHealth, Key: b.Key, From: b.Health.String(), To: fleet.OK.String(), Health: fleet.OK,
				Text: "no longer: " + b.Text})
		}
	}
}

// findingID tells apart the faults that a device lists, which share a code.
func findingID(fi *fleet.Finding) string {
	if fi.Code == health.Fault {
		return fi.ID() + ":" + fi.Text
	}
	return fi.ID()
}
