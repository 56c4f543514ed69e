package health

import (
	"fmt"

	"ironage/internal/fleet"
)

// EndpointKey is the finding and event key of an endpoint: "endpoint/bmc".
func EndpointKey(r fleet.Role) string { return "endpoint/" + r.String() }

// Trouble says why an endpoint is believed not to answer, as the code of a
// finding; empty while it answers, was not asked, or missed fewer reads than
// a worsening needs. An endpoint that never answered is in trouble at once:
// there is no earlier state to keep.
//
// One that this machine cannot ask, for want of a secret, is in trouble when
// what it last said is stale: not asking is no evidence, but somebody must know.
func Trouble(e *fleet.EndpointState, need Reads) string {
	if e.SNMP == fleet.NotAsked {
		if e.Note != "" && (e.LastOK.IsZero() || e.Misses >= max(need.Detect, 1) || e.Stale(e.LastTry)) {
			return NotAsked
		}
		return ""
	}
	if e.Misses == 0 || !e.LastOK.IsZero() && e.Misses < max(need.Detect, 1) {
		return ""
	}
	switch e.SNMP {
	case fleet.Refused:
		return Refused
	case fleet.Garbled:
		return Garbled
	case fleet.Unresolved:
		return Unresolved
	case fleet.Silent:
		// An echo that came back proves that the host is up; one that did not
		// proves nothing yet.
		if e.Ping.Reach == fleet.Silent && (e.LastOK.IsZero() || e.PingMisses >= max(need.Detect, 1)) {
			return Unreachable
		}
		return AgentSilent
	}
	return ""
}

// TroubleText says it in words: what happened, to which address, what to try.
func TroubleText(e *fleet.EndpointState, code string) string {
	where := fmt.Sprintf("%s %s", e.Role, e.Address)
	var what string
	switch code {
	case Unreachable:
		return where + " answers neither ping nor SNMP: it is off, or the network to it is"
	case AgentSilent:
		switch e.Ping.Reach {
		case fleet.Answered:
			what = where + " answers ping but not SNMP"
		case fleet.NotPermitted:
			what = where + " does not answer SNMP (this machine may not ping, so nothing tells whether the host is up)"
		default:
			what = where + " does not answer SNMP"
		}
	case Refused:
		what = where + " refuses the credentials"
	case Garbled:
		what = where + " answers with something that is not SNMP"
	case Unresolved:
		what = where + " does not resolve to an address"
	case NotAsked:
		what = where + " is not read"
	default:
		what = where + ": " + code
	}
	if e.Note != "" {
		what += ": " + e.Note
	}
	return what
}

// Silent reports whether nothing at all is heard of the server: every endpoint
// is unreachable, or silent where ping cannot tell.
func Silent(st *fleet.State, need Reads) bool {
	if len(st.Endpoints) == 0 {
		return false
	}
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		switch Trouble(e, need) {
		case Unreachable:
		case AgentSilent:
			if e.Ping.Reach == fleet.Answered {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func reachFindings(st *fleet.State, need Reads) []fleet.Finding {
	if len(st.Endpoints) > 1 && Silent(st, need) && allUnreachable(st, need) {
		f := fleet.Finding{Code: Unreachable, Health: fleet.Unknown}
		f.Text = "none of its addresses answers ping or SNMP"
		for i := range st.Endpoints {
			sep := ", "
			if i == 0 {
				sep = ": "
			}
			f.Text += fmt.Sprintf("%s%s %s", sep, st.Endpoints[i].Role, st.Endpoints[i].Address)
		}
		return []fleet.Finding{f}
	}
	var out []fleet.Finding
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		code := Trouble(e, need)
		if code == "" {
			continue
		}
		key := EndpointKey(e.Role)
		if len(st.Endpoints) == 1 {
			key = ""
		}
		out = append(out, fleet.Finding{Code: code, Health: fleet.Unknown, Key: key, Text: TroubleText(e, code),
			Evidence: fleet.Evidence{Time: e.LastTry, Role: e.Role, Meaning: string(e.SNMP)}})
	}
	return out
}

func allUnreachable(st *fleet.State, need Reads) bool {
	for i := range st.Endpoints {
		if Trouble(&st.Endpoints[i], need) != Unreachable {
			return false
		}
	}
	return true
}
