package collect

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// senders is the directory by which a notification's server is found. It is
// not changed once made.
type senders struct {
	serials, engines, addresses, names map[string][]string // to servers
}

// newSenders makes the directory of an inventory, of what the probes know
// about it, and of the addresses that its hosts' names have.
func newSenders(servers map[string]*fleet.Server, states map[string]fleet.State, resolved map[string][]string) *senders {
	w := &senders{serials: map[string][]string{}, engines: map[string][]string{}, addresses: map[string][]string{}, names: map[string][]string{}}
	add := func(to map[string][]string, key, server string) {
		if key != "" && !slices.Contains(to[key], server) {
			to[key] = append(to[key], server)
		}
	}
	for name, s := range servers {
		add(w.serials, fleet.NormalSerial(s.Serial), name)
		add(w.names, shortName(name), name)
		for _, ep := range s.Endpoints {
			host := hostOf(ep.Address)
			add(w.addresses, plainAddress(host), name)
			for _, a := range resolved[host] {
				add(w.addresses, plainAddress(a), name)
			}
		}
		st, ok := states[name]
		if !ok {
			continue
		}
		add(w.serials, fleet.NormalSerial(st.Device.Serial), name)
		add(w.names, shortName(st.Device.Hostname), name)
		for i := range st.Endpoints {
			add(w.engines, st.Endpoints[i].Engine, name)
		}
	}
	return w
}

// find is the server that a notification speaks for. What says it best is
// asked first: a serial number, the engine, the address that the message
// itself names (a forwarder's word), the one that it came from, a name. Where
// one of them fits several servers, the next may tell them apart.
func (w *senders) find(n *fleet.Notification) (server, why string) {
	var candidates []string
	narrow := func(to map[string][]string, keys ...string) bool {
		for _, key := range keys {
			found := to[key]
			if key == "" || len(found) == 0 {
				continue
			}
			if candidates == nil {
				candidates = found
			} else if both := intersect(candidates, found); len(both) > 0 {
				candidates = both
			}
			if len(candidates) == 1 {
				return true
			}
		}
		return false
	}
	serials := make([]string, len(n.Serials))
	for i, s := range n.Serials {
		serials[i] = fleet.NormalSerial(s)
	}
	names := make([]string, len(n.Names))
	for i, s := range n.Names {
		names[i] = shortName(s)
	}
	if narrow(w.serials, serials...) || narrow(w.engines, n.Engine) || narrow(w.addresses, plainAddress(n.Agent), plainAddress(n.Source)) || narrow(w.names, names...) {
		return candidates[0], ""
	}
	if len(candidates) > 1 {
		return "", fmt.Sprintf("it may be any of %d servers", len(candidates))
	}
	return "", "no server has this address"
}

func intersect(a, b []string) []string {
	var out []string
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// hostOf is an address without its port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.Trim(address, "[]")
}

// plainAddress is an IP address in its one form, or "".
func plainAddress(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// shortName is a host name without its domain, or "" for what tells nothing.
func shortName(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(s)), ".")
	if s == "localhost" || s == "(none)" || s == "unknown" {
		return ""
	}
	return s
}

// strangers keeps account of notifications that no server could be found for,
// or that were not accepted. It is told soon after the first, then at most
// once an hour.
type strangers struct {
	counts map[stranger]int
	beyond int // of strangers that there was no room for
	first  time.Time
	told   time.Time
}

type stranger struct{ source, server, why string }

const (
	accountEvery = time.Hour
	accountSoon  = 10 * time.Second
	// mostStrangers bounds what is kept apart, toldStrangers what is told.
	mostStrangers = 500
	toldStrangers = 5
)

func newStrangers() strangers { return strangers{counts: map[stranger]int{}} }

func (s *strangers) add(source, server, why string, n int) {
	k := stranger{source, server, why}
	if _, known := s.counts[k]; !known && len(s.counts) >= mostStrangers {
		s.beyond += n
		return
	}
	s.counts[k] += n
}

// due is when the account is told; zero when there is nothing to tell.
func (s *strangers) due(now time.Time) time.Time {
	if len(s.counts) == 0 {
		return time.Time{}
	}
	if s.first.IsZero() {
		s.first = now
	}
	at := s.first.Add(accountSoon)
	if next := s.told.Add(accountEvery); !s.told.IsZero() && next.After(at) {
		at = next
	}
	return at
}

// take is the account in words; a new one begins.
func (s *strangers) take(now time.Time) string {
	total := s.beyond
	list := make([]stranger, 0, len(s.counts))
	for k, n := range s.counts {
		list = append(list, k)
		total += n
	}
	slices.SortFunc(list, func(a, b stranger) int {
		if d := s.counts[b] - s.counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a.source+a.why, b.source+b.why)
	})
	parts := make([]string, 0, toldStrangers+1)
	for _, k := range list[:min(len(list), toldStrangers)] {
		who := k.source
		if k.server != "" {
			who = k.server + " (" + k.source + ")"
		}
		parts = append(parts, fmt.Sprintf("%s sent %s: %s", who, thousands(s.counts[k]), k.why))
	}
	if more := len(list) - toldStrangers; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d others", more))
	}
	*s = strangers{counts: map[stranger]int{}, told: now}
	return fmt.Sprintf("%s that nothing was done about; %s", countOf(total), strings.Join(parts, "; "))
}

func countOf(n int) string {
	if n == 1 {
		return "1 notification"
	}
	return thousands(n) + " notifications"
}
