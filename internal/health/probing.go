package health

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Problems of asking an endpoint, beyond the codes of those that do not answer
// (Refused, AgentSilent, …): it answers, but something about it costs sight.
const (
	ProbePartial = "partial-read" // a table was not read whole
	ProbeProfile = "profile"      // no profile fits, or only what any device may publish
	ProbeTimeout = "time-outs"    // requests had to be sent again
	ProbeBehind  = "behind"       // not asked when it should have been
	ProbeSlow    = "slow"         // far slower than the others
)

// ProbeProblems are all problems, the most pressing first: what keeps a server
// in the dark, then what keeps a part of it so, then what only costs time.
var ProbeProblems = []string{Refused, Unreachable, AgentSilent, Garbled, Unresolved, NotAsked, ProbeBehind, ProbePartial, ProbeProfile, ProbeTimeout, ProbeSlow}

// An endpoint is slow when its read takes slowTimes as long as the median one,
// and more than a second.
const (
	slowTimes = 5
	slowLeast = time.Second
)

// Probe is one endpoint as it is asked.
type Probe struct {
	Server string
	State  *fleet.EndpointState
	// Problems are its problems, the most pressing first; none when all is well.
	Problems []string
	rank     int
	took     time.Duration
}

// Problem is the most pressing problem, or "".
func (p *Probe) Problem() string {
	if len(p.Problems) == 0 {
		return ""
	}
	return p.Problems[0]
}

// Spread is how a figure is spread over the endpoints.
type Spread struct {
	P50, P90, P99, Max time.Duration
	N                  int // endpoints that it was measured of
}

// Probing is how well a fleet can be asked.
type Probing struct {
	// List has every endpoint: those with problems first, the most pressing
	// before the others, then the slowest.
	List []Probe
	// Counts are the endpoints by their most pressing problem; "" for those without.
	Counts map[string]int
	// Read is how long the latest reads took, Echo how long a ping.
	Read, Echo Spread
	// PDUs, Varbinds, Bytes and Retries are those of the latest reads together.
	PDUs, Varbinds, Bytes, Retries int
	// NoPing are the endpoints that this machine may not ping, Never those that
	// were not asked yet.
	NoPing, Never int
}

// LookAtProbes sums up how the endpoints of a fleet are asked.
func LookAtProbes(entries func(yield func(*fleet.Entry) bool), now time.Time) Probing {
	p := Probing{Counts: map[string]int{}}
	for e := range entries {
		for i := range e.State.Endpoints {
			p.List = append(p.List, Probe{Server: e.Server.Name, State: &e.State.Endpoints[i], took: e.State.Endpoints[i].Cost.Took})
		}
		for i := range e.Server.Endpoints {
			if ep := &e.Server.Endpoints[i]; !hasRole(e.State.Endpoints, ep.Role) {
				p.List = append(p.List, Probe{Server: e.Server.Name, State: &fleet.EndpointState{Endpoint: *ep, SNMP: fleet.NotAsked}})
			}
		}
	}
	p.measure()
	fine := pressing("")
	for i := range p.List {
		one := &p.List[i]
		if one.Problems, one.rank = problemsOf(one.State, p.Read.P50, now), fine; len(one.Problems) > 0 {
			one.rank = pressing(one.Problem())
			p.Counts[one.Problem()]++
		}
	}
	slices.SortFunc(p.List, compareProbes)
	if at, _ := slices.BinarySearchFunc(p.List, fine, func(one Probe, rank int) int { return one.rank - rank }); at < len(p.List) {
		p.Counts[""] = len(p.List) - at
	}
	return p
}

// hasRole reports whether one of the endpoints plays a role.
func hasRole(es []fleet.EndpointState, r fleet.Role) bool {
	for i := range es { // a state is large: none is copied
		if es[i].Role == r {
			return true
		}
	}
	return false
}

// compareProbes puts what presses most first, then what took longest.
func compareProbes(a, b Probe) int {
	if a.rank != b.rank {
		return a.rank - b.rank
	}
	if a.took != b.took {
		return cmp.Compare(b.took, a.took)
	}
	if x := strings.Compare(a.Server, b.Server); x != 0 {
		return x
	}
	return cmp.Compare(a.State.Role, b.State.Role)
}

// measure adds up what the reads cost.
func (p *Probing) measure() {
	took, echo := make([]time.Duration, 0, len(p.List)), make([]time.Duration, 0, len(p.List))
	for i := range p.List {
		e := p.List[i].State
		p.PDUs += e.Cost.PDUs
		p.Varbinds += e.Cost.Varbinds
		p.Bytes += e.Cost.Bytes
		p.Retries += e.Cost.Retries
		if e.SNMP == fleet.Answered && e.Cost.Took > 0 {
			took = append(took, e.Cost.Took)
		}
		if e.Ping.Received > 0 {
			echo = append(echo, e.Ping.Avg)
		}
		if e.Ping.Reach == fleet.NotPermitted {
			p.NoPing++
		}
		if e.LastTry.IsZero() {
			p.Never++
		}
	}
	p.Read, p.Echo = spreadOf(took), spreadOf(echo)
}

// spreadOf takes percentiles by rank: the value that so many per cent do not exceed.
func spreadOf(all []time.Duration) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	at := func(pct float64) time.Duration {
		return all[max(int(math.Ceil(pct/100*float64(len(all))))-1, 0)]
	}
	return Spread{P50: at(50), P90: at(90), P99: at(99), Max: all[len(all)-1], N: len(all)}
}

// pressing orders problems; those without come last.
func pressing(code string) int {
	if i := slices.Index(ProbeProblems, code); i >= 0 {
		return i
	}
	return len(ProbeProblems)
}

// problemsOf are the problems of an endpoint, the most pressing first.
func problemsOf(e *fleet.EndpointState, median time.Duration, now time.Time) []string {
	var out []string
	if code := Trouble(e, Reads{Detect: 1}); code != "" { // a list of probes shows the first miss
		out = append(out, code)
	}
	if !e.NextTry.IsZero() && e.Interval > 0 && now.Sub(e.NextTry) > e.Interval || len(out) == 0 && e.Stale(now) {
		out = append(out, ProbeBehind)
	}
	if e.SNMP != fleet.Answered {
		return out
	}
	if len(e.Errors) > 0 || len(e.Unread) > 0 {
		out = append(out, ProbePartial)
	}
	if e.Note != "" || len(e.Profiles) == 0 && !e.LastFull.IsZero() {
		out = append(out, ProbeProfile)
	}
	if e.Cost.Retries > 0 {
		out = append(out, ProbeTimeout)
	}
	if e.Cost.Took > slowLeast && e.Cost.Took > slowTimes*median {
		out = append(out, ProbeSlow)
	}
	return out
}

// Why says in words what happened; "" when nothing did.
func (p *Probe) Why(now time.Time) string {
	e := p.State
	where := fmt.Sprintf("%s %s", e.Role, e.Address)
	switch code := p.Problem(); code {
	case "":
		return ""
	case ProbePartial:
		return fmt.Sprintf("%s answers, but not all was read: %s", where, unreadText(e))
	case ProbeProfile:
		if e.Note == "" {
			return where + " answers, but no profile fits it"
		}
		return where + ": " + e.Note
	case ProbeTimeout:
		return fmt.Sprintf("%s: %d of %d requests had to be sent again", where, e.Cost.Retries, e.Cost.Retries+e.Cost.PDUs)
	case ProbeBehind:
		if e.LastOK.IsZero() {
			return fmt.Sprintf("%s should have been read %s ago", where, now.Sub(e.NextTry).Round(time.Second))
		}
		return fmt.Sprintf("%s was read %s ago and should be read every %s", where, now.Sub(e.LastOK).Round(time.Second), e.Interval)
	case ProbeSlow:
		return fmt.Sprintf("%s took %s for one read", where, e.Cost.Took.Round(10*time.Millisecond))
	default:
		return TroubleText(e, code)
	}
}

func unreadText(e *fleet.EndpointState) string {
	list := e.Errors
	if len(list) == 0 {
		list = e.Unread
	}
	text := list[0].What + ": " + list[0].Text
	if n := len(list) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// Do says what to do about it, with the command to begin with.
func (p *Probe) Do() string {
	e := p.State
	doctor, check := "ironage doctor "+shellWord(p.Server), "ironage check "+shellWord(e.Address)
	switch p.Problem() {
	case Refused:
		return fmt.Sprintf("compare credential %s with what the device expects (user, passphrases, security level, its list of managers), then: %s", quoteOr(e.Credential), doctor)
	case Unreachable:
		return "look at power, cabling and routing; then: " + doctor
	case AgentSilent:
		return "switch the agent on, let UDP port 161 pass, and allow this machine's address there; a wrong community is silent too; then: " + check
	case Garbled:
		return "something else listens there: correct the address or the port in the inventory; then: " + check
	case Unresolved:
		return "correct the name in the inventory or in DNS, or write the address instead; then: " + doctor
	case NotAsked:
		return "give this machine what it needs (mostly the secret of credential " + quoteOr(e.Credential) + "); then: " + doctor
	case ProbeBehind:
		return "ask more at once (polling.concurrency) or less often (polling.status); silent endpoints take the most time"
	case ProbePartial:
		return "if it stays, give it more time (polling.timeout) and see what it says to: " + check
	case ProbeProfile:
		return fmt.Sprintf("see which profiles fit with: ironage profile which %s; record the device with: ironage record %s", shellWord(e.Address), shellWord(e.Address))
	case ProbeTimeout:
		return "packets are lost or the device is busy: raise polling.timeout, lower polling.concurrency; then: " + doctor
	case ProbeSlow:
		return "a busy management controller: leave it more time (polling.timeout, polling.status); restarting the controller often helps"
	}
	return ""
}

func quoteOr(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// shellWord is a word of a command: what a shell would read otherwise is quoted.
func shellWord(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_.:/@%+,=[]", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
