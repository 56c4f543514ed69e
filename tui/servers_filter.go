package tui

import (
	"strings"

	"ironage/internal/ageing"
	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/lists"
)

// serverLanguage is what the Servers list can be filtered by.
func serverLanguage(sh *shared) *language[*digest] {
	l := lists.Servers(sh.now, func() []*lists.Server {
		out := make([]*lists.Server, len(sh.digests.all))
		for i, d := range sh.digests.all {
			out[i] = d.row
		}
		return out
	})
	return filter.Adapt(l, func(d *digest) *lists.Server { return d.row })
}

// aboutServers are the servers that events, orders and parts are about.
func aboutServers(sh *shared) *lists.About {
	return &lists.About{Now: sh.now, Say: func(english string) string { return sh.t.Text(english) },
		Server: func(name string) *fleet.Server {
			if d := sh.digests.byName[name]; d != nil {
				return &d.entry.Server
			}
			return nil
		},
		Criticality: func(s *fleet.Server) fleet.Criticality {
			if d := sh.digests.byName[s.Name]; d != nil {
				return d.row.Criticality
			}
			return s.Criticality
		},
		Seen: func() []*fleet.Server {
			out := make([]*fleet.Server, len(sh.digests.all))
			for i, d := range sh.digests.all {
				out[i] = &d.entry.Server
			}
			return out
		},
	}
}

// bandWord is an age band as a filter names it.
func bandWord(b ageing.Band) string { return lists.BandWord(b) }

func hyphened(s string) string { return strings.ReplaceAll(s, " ", "-") }
