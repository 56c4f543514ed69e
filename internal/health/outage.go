package health

import (
	"cmp"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// Outage is a whole rack, site or fleet that fell silent together.
type Outage struct {
	Scope   string // "rack", "site" or "fleet"
	Place   string // "hn1 A3"; empty for the fleet
	Servers []string
	Since   time.Time // when the last of them was heard before the first miss was noticed
}

// Member is a server as outages see it.
type Member struct {
	Name, Site, Room, Rack string
	Silent                 bool
	Since                  time.Time // silent since
}

// RackName names a rack as people do, with its site and room.
func RackName(site, room, rack string) string {
	if rack == "" {
		return ""
	}
	name := rack
	if room != "" {
		name = room + " " + name
	}
	if site != "" {
		name = site + " " + name
	}
	return name
}

// Outages finds the racks and sites of which every server is silent and most
// fell silent within the window of each other; at least DarkServers of them.
// The widest scope wins, and no server is in two outages.
func Outages(members []Member, window time.Duration) []Outage {
	silent := 0
	for i := range members {
		if members[i].Silent {
			silent++
		}
	}
	if silent < DarkServers {
		return nil
	}
	scopes := []struct {
		name string
		of   func(m Member) (string, bool)
	}{
		{"fleet", func(Member) (string, bool) { return "", true }},
		{"site", func(m Member) (string, bool) { return m.Site, m.Site != "" }},
		{"rack", func(m Member) (string, bool) { return RackName(m.Site, m.Room, m.Rack), m.Rack != "" }},
	}
	var out []Outage
	taken := map[string]bool{}
	racks := map[string]bool{}
	for _, m := range members {
		racks[RackName(m.Site, m.Room, m.Rack)] = true
	}
	for _, s := range scopes {
		groups := map[string][]Member{}
		for _, m := range members {
			if place, ok := s.of(m); ok && !taken[m.Name] {
				groups[place] = append(groups[place], m)
			}
		}
		for _, place := range sortedKeys(groups) {
			ms := together(groups[place], window)
			if s.name != "rack" && len(racks) < 2 || len(ms) == 0 {
				continue
			}
			o := Outage{Scope: s.name, Place: place, Since: ms[0].Since}
			for _, m := range ms {
				taken[m.Name] = true
				o.Servers = append(o.Servers, m.Name)
				if m.Since.Before(o.Since) {
					o.Since = m.Since
				}
			}
			slices.Sort(o.Servers)
			out = append(out, o)
		}
	}
	return out
}

// together returns the members that fell silent within the window of the
// latest: at least DarkServers and most of the group, and nothing when one
// still answers. One that died long ago does not hide that its rack is dark,
// but is no part of it.
func together(ms []Member, window time.Duration) []Member {
	var last time.Time
	for _, m := range ms {
		if !m.Silent {
			return nil
		}
		if m.Since.After(last) {
			last = m.Since
		}
	}
	out := make([]Member, 0, len(ms))
	for _, m := range ms {
		if last.Sub(m.Since) <= window {
			out = append(out, m)
		}
	}
	if len(out) < DarkServers || 2*len(out) <= len(ms) {
		return nil
	}
	return out
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// MemberOf says how outages see an entry. A server is silent when its state
// carries silence as a finding on every one of its endpoints.
func MemberOf(e *fleet.Entry) Member {
	m := Member{Name: e.Server.Name, Site: e.Server.Site, Room: e.Server.Room, Rack: e.Server.Rack}
	if len(e.State.Endpoints) == 0 || len(e.State.Endpoints) < len(e.Server.Endpoints) {
		return m
	}
	m.Silent = true
	silent := 0
	for i := range e.State.Findings {
		f := &e.State.Findings[i]
		switch f.Code {
		case Unreachable, AgentSilent:
			silent++
			if m.Since.IsZero() || f.Since.Before(m.Since) {
				m.Since = f.Since
			}
			if f.Key == "" && f.Code == Unreachable {
				silent = len(e.State.Endpoints)
			}
		}
	}
	m.Silent = silent >= len(e.State.Endpoints)
	for i := range e.State.Endpoints {
		if e.State.Endpoints[i].Ping.Reach == fleet.Answered {
			m.Silent = false // the machine is there, its agent is not
		}
	}
	return m
}
