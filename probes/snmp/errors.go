package snmp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ironage/internal/fleet"
)

// The reasons a caller acts on. The refusals all wrap ErrRefused, the silences
// ErrTimeout.
var (
	ErrTimeout    = errors.New("no answer")
	ErrRefused    = errors.New("the agent refused")
	ErrGarbled    = errors.New("the answer is not SNMP")
	ErrUnresolved = errors.New("the name does not resolve")
	ErrIncomplete = errors.New("not read whole")
	ErrPortClosed = errors.New("nothing listens on this port")
	ErrNoRoute    = errors.New("no route to the host")
	ErrCredential = errors.New("incomplete credential")
	ErrAddress    = errors.New("bad address")
	ErrClosed     = errors.New("the session is closed")

	ErrUnknownUser   = fmt.Errorf("%w: unknown user", ErrRefused)
	ErrWrongDigest   = fmt.Errorf("%w: wrong authentication", ErrRefused)
	ErrDecryption    = fmt.Errorf("%w: it cannot decrypt the request", ErrRefused)
	ErrSecurityLevel = fmt.Errorf("%w: unsupported security level", ErrRefused)
	ErrDenied        = fmt.Errorf("%w: authorizationError", ErrRefused)
	ErrContext       = fmt.Errorf("%w: unknown context", ErrRefused)
	ErrTimeWindow    = fmt.Errorf("%w: not in time window", ErrRefused)
	ErrReport        = fmt.Errorf("%w: an unknown report", ErrRefused)

	ErrSilentPrivacy = fmt.Errorf("%w to the encrypted request, though the agent answered discovery", ErrTimeout)
	ErrSilentContext = fmt.Errorf("%w to the request in this context, though the agent answered discovery", ErrTimeout)
	ErrSilentUser    = fmt.Errorf("%w to the request, though the agent answered discovery", ErrTimeout)
	ErrSilentV3      = fmt.Errorf("%w over SNMPv3", ErrTimeout)
)

// Incomplete says which objects or columns a read could not get, and why. It
// wraps ErrIncomplete and its cause.
type Incomplete struct {
	Lost  []OID
	Cause error
}

// shown is how many lost objects an error names; a table has thousands.
const shown = 3

// Error names the first few objects lost.
func (e *Incomplete) Error() string {
	var b strings.Builder
	b.WriteString(ErrIncomplete.Error())
	for i, o := range e.Lost {
		if i == shown {
			fmt.Fprintf(&b, " and %d more", len(e.Lost)-shown)
			break
		}
		b.WriteString(map[bool]string{true: ": ", false: ", "}[i == 0])
		b.WriteString(string(o))
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives ErrIncomplete and the cause to errors.Is.
func (e *Incomplete) Unwrap() []error { return []error{ErrIncomplete, e.Cause} }

// advice is what Reach knows about one kind of error.
type advice struct {
	is    error
	reach fleet.Reach
	words string
}

// advices is ordered: the first that fits speaks, so the particular stands
// before the general.
func advices() []advice {
	return []advice{
		{ErrCredential, fleet.NotAsked, "nothing was asked: correct the credential in the configuration"},
		{ErrAddress, fleet.Unresolved, "the address is not usable: write host, host:port, IPv4 or [IPv6]:port"},
		{ErrUnresolved, fleet.Unresolved, "the name does not resolve: check its spelling and the DNS server, or use the IP address"},
		{ErrClosed, fleet.NotAsked, "the session was closed before it could ask"},
		{ErrIncomplete, fleet.Answered, "the agent answers, but not everything could be read"},
		{ErrUnknownUser, fleet.Refused, "the agent does not know this user: check the user name, and that SNMPv3 users are enabled for it on the device"},
		{ErrWrongDigest, fleet.Refused, "the agent knows the user but not this authentication: the authentication password or protocol is wrong"},
		{ErrDecryption, fleet.Refused, "the agent could not decrypt the request: the privacy password or protocol is wrong"},
		{ErrSecurityLevel, fleet.Refused, "the agent does not support this security level for the user: set the same level (authentication, privacy) on both sides"},
		{ErrDenied, fleet.Refused, "the agent knows the user but does not let it read: give the user or community a read view, or raise its security level to what the device demands"},
		{ErrContext, fleet.Refused, "the agent does not know this context name: leave it empty unless the device's manual names one"},
		{ErrTimeWindow, fleet.Refused, "the agent keeps rejecting the time of the request: it restarted just now or its engine counters are stuck; try again in a minute, then restart its SNMP service"},
		{ErrRefused, fleet.Refused, "the agent refused the request: check version, user and security level"},
		{ErrSilentPrivacy, fleet.Silent, "the agent answered discovery but not the encrypted request: the privacy password or protocol is probably wrong"},
		{ErrSilentContext, fleet.Silent, "the agent answered discovery but not the request: the context name is probably wrong (usually it must be empty), or the privacy password or protocol"},
		{ErrSilentUser, fleet.Silent, "the agent answered discovery but not the request: it is overloaded or drops this user silently; check the user and the access list on the device"},
		{ErrSilentV3, fleet.Silent, "no answer: SNMP or SNMPv3 is off, a firewall is in the way, or the host is down"},
		{ErrTimeout, fleet.Silent, "no answer: wrong community, SNMP off, a firewall, or the host is down"},
		{ErrPortClosed, fleet.Silent, "the host is up but nothing listens on this port: enable SNMP on the device or correct the port"},
		{ErrNoRoute, fleet.Silent, "the network has no way to this host: check the address, the route and the VLAN"},
		{ErrGarbled, fleet.Garbled, "something answers that is not SNMP, or its answers are damaged: check the port, and the agent's firmware"},
		{context.Canceled, fleet.NotAsked, "the read was stopped before it ended"},
		{context.DeadlineExceeded, fleet.Silent, "no answer within the time allowed for this read"},
	}
}

// Reach says what an error of this package means for the endpoint, and tells a
// technician what happened and what to try. A nil error is an answer. The words
// never hold secrets.
func Reach(err error) (fleet.Reach, string) {
	if err == nil {
		return fleet.Answered, ""
	}
	for _, a := range advices() {
		if !errors.Is(err, a.is) {
			continue
		}
		if a.is == ErrIncomplete || a.is == ErrCredential || a.is == ErrAddress {
			return a.reach, a.words + " (" + err.Error() + ")"
		}
		return a.reach, a.words
	}
	return fleet.Silent, "could not ask: " + err.Error()
}
