package snmp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/scarce"
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
	quote bool // the error's own text says more: which object, which field
}

// advices is ordered: the first that fits speaks, so the particular stands
// before the general.
func advices() []advice {
	return []advice{
		{is: ErrCredential, reach: fleet.NotAsked, quote: true, words: "nothing was asked: correct the credential in the configuration"},
		{is: ErrAddress, reach: fleet.Unresolved, quote: true, words: "the address is not usable: write host, host:port, IPv4 or [IPv6]:port"},
		{is: ErrUnresolved, reach: fleet.Unresolved, words: "the name does not resolve: check its spelling and the DNS server, or use the IP address"},
		{is: ErrClosed, reach: fleet.NotAsked, words: "the session was closed before it could ask"},
		{is: ErrIncomplete, reach: fleet.Answered, quote: true, words: "the agent answers, but not everything could be read"},
		{is: ErrUnknownUser, reach: fleet.Refused, words: "the agent does not know this user: check the user name, and that SNMPv3 users are enabled for it on the device"},
		{is: ErrWrongDigest, reach: fleet.Refused, words: "the agent knows the user but not this authentication: the authentication password or protocol is wrong"},
		{is: ErrDecryption, reach: fleet.Refused, words: "the agent could not decrypt the request: the privacy password or protocol is wrong"},
		{is: ErrSecurityLevel, reach: fleet.Refused, words: "the agent does not support this security level for the user: set the same level (authentication, privacy) on both sides"},
		{is: ErrDenied, reach: fleet.Refused, words: "the agent knows the user but does not let it read: give the user or community a read view, or raise its security level to what the device demands"},
		{is: ErrContext, reach: fleet.Refused, words: "the agent does not know this context name: leave it empty unless the device's manual names one"},
		{is: ErrTimeWindow, reach: fleet.Refused, words: "the agent keeps rejecting the time of the request: it restarted just now or its engine counters are stuck; try again in a minute, then restart its SNMP service"},
		{is: ErrRefused, reach: fleet.Refused, words: "the agent refused the request: check version, user and security level"},
		{is: ErrSilentPrivacy, reach: fleet.Silent, words: "the agent answered discovery but not the encrypted request: the privacy password or protocol is probably wrong"},
		{is: ErrSilentContext, reach: fleet.Silent, words: "the agent answered discovery but not the request: the context name is probably wrong (usually it must be empty), or the privacy password or protocol"},
		{is: ErrSilentUser, reach: fleet.Silent, words: "the agent answered discovery but not the request: it is overloaded or drops this user silently; check the user and the access list on the device"},
		{is: ErrSilentV3, reach: fleet.Silent, words: "no answer: SNMP or SNMPv3 is off, a firewall is in the way, or the host is down"},
		{is: ErrTimeout, reach: fleet.Silent, words: "no answer: wrong community, SNMP off, a firewall, or the host is down"},
		{is: ErrPortClosed, reach: fleet.Silent, words: "the host is up but nothing listens on this port: enable SNMP on the device or correct the port"},
		{is: ErrNoRoute, reach: fleet.Silent, words: "the network has no way to this host: check the address, the route and the VLAN"},
		{is: ErrGarbled, reach: fleet.Garbled, words: "something answers that is not SNMP, or its answers are damaged: check the port, and the agent's firmware"},
		{is: context.Canceled, reach: fleet.NotAsked, words: "the read was stopped before it ended"},
		{is: context.DeadlineExceeded, reach: fleet.Silent, words: "no answer within the time allowed for this read"},
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
		if a.quote {
			return a.reach, a.words + " (" + err.Error() + ")"
		}
		return a.reach, a.words
	}
	if scarce.Is(err) {
		return fleet.NotAsked, scarce.Advice
	}
	return fleet.Silent, "could not ask: " + err.Error()
}
