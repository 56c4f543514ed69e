package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/tui"
)

// serverEvents is how much of its history a server's page prints.
const serverEvents = 200

func newServerCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "server NAME",
		Short: "Print everything about one server: findings, parts, file systems, endpoints, history",
		Long: "Print what the console's page of a server shows: who it is and how old, findings, what is missing, parts by kind with health, age and risk,\n" +
			"file systems and when they are full, use, how reading it goes, and its history. --output csv prints its parts.",
		Example: "ironage server rack-a1-07 | less\nironage server rack-a1-07 --output json\nironage server rack-a1-07 --output csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			desk, done, err := env.openDesk(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			view := desk.View()
			e := view.Fleet.Find(args[0])
			if e == nil {
				return noSuchServer(view.Fleet, args[0])
			}
			if as == "csv" {
				return env.printPartsCSV(e, view.Outlook)
			}
			history, err := desk.History(cmd.Context(), e.Server.Name, serverEvents)
			if err != nil {
				return err
			}
			if as == "json" {
				return printJSON(env.out, serverJSONOf(e, view.Outlook, history, env.now()))
			}
			c, err := env.configOrDefault()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(env.out, tui.Sheet{View: view, Server: e.Server.Name, History: history, Now: env.now, Life: c.Life,
				Tongue: env.tongue(), Width: env.paperWidth(), ASCII: env.ascii}.Text())
			return err
		},
	}
}

// paperWidth is the width of the terminal; of what is no terminal, one that a
// page of paper has room for.
func (env *cli) paperWidth() int {
	const paper, least = 100, 60
	if file, ok := env.out.(*os.File); ok {
		if width, _, err := term.GetSize(file.Fd()); err == nil && width > 0 {
			return max(width, least)
		}
	}
	return paper
}

// noSuchServer names the servers that may have been meant.
func noSuchServer(f *fleet.Snapshot, name string) error {
	if f.Len() == 0 {
		return fmt.Errorf("there is no server %q: the inventory is empty", clean(name))
	}
	if near := nearestServers(f, name); len(near) > 0 {
		return fmt.Errorf("there is no server %q; did you mean %s?", clean(name), strings.Join(near, " or "))
	}
	return fmt.Errorf("there is no server %q; ironage servers lists them", clean(name))
}

// nearestServers are at most three names that differ little from name, or
// contain it.
func nearestServers(f *fleet.Snapshot, name string) []string {
	const most, far = 3, 2
	want := strings.ToLower(name)
	type near struct {
		name string
		off  int
	}
	var found []near
	for e := range f.All() {
		have := strings.ToLower(e.Server.Name)
		off := typos([]rune(want), []rune(have))
		if len(want) > 2 && strings.Contains(have, want) {
			off = min(off, 1)
		}
		if off <= max(far, len(want)/4) {
			found = append(found, near{e.Server.Name, off})
		}
	}
	slices.SortFunc(found, func(a, b near) int { return cmp.Or(cmp.Compare(a.off, b.off), fleet.CompareNames(a.name, b.name)) })
	var out []string
	for _, n := range found[:min(len(found), most)] {
		out = append(out, clean(n.name))
	}
	return out
}

// typos is how many letters must be typed, deleted or exchanged to make b of a.
func typos(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, before+cost)
		}
	}
	return row[len(b)]
}

// serverJSON is one server with all that is known of it. The keys are stable.
type serverJSON struct {
	Schema   string          `json:"schema"`
	Server   fleet.Server    `json:"server"`
	Health   fleet.Health    `json:"health"`
	Since    time.Time       `json:"since,omitzero"`
	Stale    bool            `json:"stale"`
	LastRead time.Time       `json:"last_read,omitzero"`
	Age      string          `json:"age"`
	AgeYears *float64        `json:"age_years,omitempty"`
	Band     string          `json:"band,omitempty"`
	Warranty string          `json:"warranty,omitempty"`
	Device   fleet.Device    `json:"device"`
	Parts    []partJSON      `json:"components"`
	Gone     []goneJSON      `json:"gone"`
	Findings []fleet.Finding `json:"findings"`
	// NotReported are the kinds that the device does not publish.
	NotReported []fleet.Kind          `json:"not_reported"`
	Filesystems []filesystemJSON      `json:"filesystems"`
	Totals      fleet.Totals          `json:"totals"`
	Endpoints   []fleet.EndpointState `json:"endpoints"`
	Events      []fleet.Event         `json:"events"`
}

// partJSON is a component as it was read, with what follows from it.
type partJSON struct {
	fleet.Component
	Age      string      `json:"age,omitempty"`
	AgeYears *float64    `json:"age_years,omitempty"`
	Band     string      `json:"band,omitempty"`
	Risk     string      `json:"risk,omitempty"`
	RiskP    *float64    `json:"risk_p,omitempty"`
	Tier     ageing.Tier `json:"tier,omitempty"`
}

type goneJSON struct {
	fleet.Component
	At time.Time `json:"gone_at"`
}

type filesystemJSON struct {
	fleet.Filesystem
	Fill     *fleet.Fill `json:"fill,omitempty"`
	DaysLeft *float64    `json:"days_left,omitempty"`
}

func serverJSONOf(e *fleet.Entry, of *outlook.Fleet, history []fleet.Event, now time.Time) serverJSON {
	st := &e.State
	out := serverJSON{Schema: "ironage.server/v1", Server: e.Server, Health: st.Health, Since: st.Since, Stale: st.Stale(now), LastRead: st.LastRead(),
		Device: st.Device, Findings: list(st.Findings), NotReported: list(st.NotReported), Totals: st.Totals, Endpoints: list(st.Endpoints),
		Events: list(history), Parts: []partJSON{}, Gone: []goneJSON{}, Filesystems: []filesystemJSON{}}
	age := ageing.OfServer(e.Server, st, now)
	out.Age = age.String()
	if age.Known {
		out.AgeYears = &age.Years
	}
	if v := of.Server(e.Server.Name); v != nil {
		out.Band, out.Warranty = v.Band.String(), string(v.Cover)
	}
	judged := judgedOf(of, e.Server.Name)
	for i := range st.Components {
		out.Parts = append(out.Parts, partJSONOf(e, &st.Components[i], judged, now))
	}
	for _, key := range sortedKeys(st.Gone) {
		out.Gone = append(out.Gone, goneJSON{st.Gone[key].Part, st.Gone[key].At})
	}
	for _, fs := range st.Filesystems {
		row := filesystemJSON{Filesystem: fs}
		if f, ok := st.Fills[fs.Mount]; ok {
			row.Fill = &f
			if days, known := f.DaysLeft(now); known {
				row.DaysLeft = &days
			}
		}
		out.Filesystems = append(out.Filesystems, row)
	}
	return out
}

// list is never null in JSON.
func list[T any](vs []T) []T {
	if vs == nil {
		return []T{}
	}
	return vs
}

// judgedOf are the judgements of a server's parts, by component key.
func judgedOf(of *outlook.Fleet, server string) map[string]*outlook.Part {
	out := map[string]*outlook.Part{}
	if v := of.Server(server); v != nil {
		for i := range v.Parts {
			out[v.Component(&v.Parts[i]).Key()] = &v.Parts[i]
		}
	}
	return out
}

func partJSONOf(e *fleet.Entry, c *fleet.Component, judged map[string]*outlook.Part, now time.Time) partJSON {
	out := partJSON{Component: *c}
	p := judged[c.Key()]
	if p == nil || c.Health == fleet.Absent {
		return out
	}
	out.Band, out.Risk, out.Tier = p.Band.String(), p.Risk(), p.Tier()
	if age := ageing.OfPart(c, &e.Server, &e.State, now); age.Known {
		out.Age, out.AgeYears = age.String(), &age.Years
	}
	if p.Estimated {
		out.RiskP = &p.P
	}
	return out
}

// printPartsCSV writes the components of a server, one a row.
func (env *cli) printPartsCSV(e *fleet.Entry, of *outlook.Fleet) error {
	judged := judgedOf(of, e.Server.Name)
	var rows [][]string
	for i := range e.State.Components {
		p := partJSONOf(e, &e.State.Components[i], judged, env.now())
		years, capacity := optional(p.AgeYears, 1), ""
		if p.CapacityBytes != nil {
			capacity = strconv.FormatInt(*p.CapacityBytes, 10)
		}
		rows = append(rows, []string{e.Server.Name, p.Kind.String(), p.Slot, p.Place, p.Health.String(), p.Vendor, p.Model, p.Part, p.Serial, p.Firmware, capacity,
			optional(p.Reading, 2), p.Unit.String(), optional(p.WearUsedPct, 0), optional(p.PowerOnHours, 0), years, p.Band, optional(p.RiskP, 4), string(p.Tier), p.Native.Meaning()})
	}
	return printCSV(env.out, []string{"server", "kind", "slot", "place", "health", "vendor", "model", "part", "serial", "firmware", "capacity_bytes", "reading", "unit",
		"wear_used_pct", "power_on_hours", "age_years", "band", "risk", "tier", "meaning"}, rows)
}

// optional is a number that may be missing.
func optional(v *float64, decimals int) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', decimals, 64)
}
