package main

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

func newServersCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "servers [FILTER…]",
		Short: "List the servers with health, place, age and what is wrong",
		Long: "List the servers, worst first. All FILTERs must hold: a text is looked for in name, model, serial, service and place;\n" +
			"health:critical,warning  site:  room:  rack:A*  service:  criticality:  model:  name:  age:>5y  compare one field; * matches any text, ! in front turns a filter round.",
		Example: "ironage servers health:critical,warning\nironage servers rack:A* '!service:TDOffice' --output csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			keep, err := serverFilter(args)
			if err != nil {
				return err
			}
			desk, done, err := env.openDesk(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			var rows []serverRow
			for e := range desk.View().Fleet.All() {
				if row := serverRowOf(e, env.now()); keep(row) {
					rows = append(rows, row)
				}
			}
			return env.printServers(as, rows)
		},
	}
}

// serverRow is one server as the list prints it. The JSON keys are stable.
type serverRow struct {
	Server      string            `json:"server"`
	Health      fleet.Health      `json:"health"`
	Stale       bool              `json:"stale"`
	Site        string            `json:"site,omitempty"`
	Room        string            `json:"room,omitempty"`
	Rack        string            `json:"rack,omitempty"`
	Position    int               `json:"position,omitempty"`
	Service     string            `json:"service,omitempty"`
	Criticality fleet.Criticality `json:"criticality,omitempty"`
	Model       string            `json:"model,omitempty"`
	Serial      string            `json:"serial,omitempty"`
	AgeYears    *float64          `json:"age_years,omitempty"`
	Age         string            `json:"age"`
	LastRead    time.Time         `json:"last_read,omitzero"`
	Findings    []fleet.Finding   `json:"findings"`
}

func serverRowOf(e *fleet.Entry, now time.Time) serverRow {
	s, st := e.Server, &e.State
	age := ageing.OfServer(s, st, now)
	row := serverRow{Server: s.Name, Health: st.Health, Stale: st.Stale(now), Site: s.Site, Room: s.Room, Rack: s.Rack, Position: s.Position,
		Service: s.Service, Criticality: s.Criticality, Model: firstOf(st.Device.Model, s.Model), Serial: firstOf(st.Device.Serial, s.Serial),
		Age: age.String(), LastRead: st.LastRead(), Findings: st.Findings}
	if age.Known {
		row.AgeYears = &age.Years
	}
	if row.Findings == nil {
		row.Findings = []fleet.Finding{}
	}
	return row
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// place is where the server stands, from the wide to the narrow.
func (r *serverRow) place() string {
	unit := ""
	if r.Position > 0 {
		unit = fmt.Sprintf("U%d", r.Position)
	}
	return strings.Join(slices.DeleteFunc([]string{r.Site, r.Room, r.Rack, unit}, func(s string) bool { return s == "" }), " ")
}

func (env *cli) printServers(as string, rows []serverRow) error {
	slices.SortStableFunc(rows, func(a, b serverRow) int { return b.Health.Severity() - a.Health.Severity() })
	if as == "table" && len(rows) == 0 {
		_, err := fmt.Fprintln(env.out, "No server matches.")
		return err
	}
	if as == "csv" {
		out := make([][]string, len(rows))
		for i, r := range rows {
			years := ""
			if r.AgeYears != nil {
				years = strconv.FormatFloat(*r.AgeYears, 'f', 1, 64)
			}
			last := ""
			if !r.LastRead.IsZero() {
				last = r.LastRead.UTC().Format(time.RFC3339)
			}
			out[i] = []string{r.Server, r.Health.String(), r.Site, r.Room, r.Rack, strconv.Itoa(r.Position), r.Service, string(r.Criticality),
				r.Model, r.Serial, years, last, r.worst()}
		}
		return printCSV(env.out, []string{"server", "health", "site", "room", "rack", "position", "service", "criticality", "model", "serial", "age_years", "last_read", "finding"}, out)
	}
	out := make([][]string, len(rows))
	for i, r := range rows {
		seen := since(env.now(), r.LastRead)
		if r.Stale {
			seen += " stale"
		}
		out[i] = []string{r.Server, r.Health.String(), r.place(), r.Service, r.Model, r.Age, seen, r.worst()}
	}
	if rows == nil {
		rows = []serverRow{}
	}
	return env.printAs(as, []string{"server", "health", "place", "service", "model", "age", "read", "finding"}, out, rows)
}

// worst is the worst finding in words, with how many more there are.
func (r *serverRow) worst() string {
	open := slices.DeleteFunc(slices.Clone(r.Findings), func(f fleet.Finding) bool { return f.Acknowledged || f.Maintenance })
	switch len(open) {
	case 0:
		return ""
	case 1:
		return open[0].Text
	}
	return fmt.Sprintf("%s (+%d)", open[0].Text, len(open)-1)
}

// serverFilter makes a predicate of words that must all hold.
func serverFilter(words []string) (func(serverRow) bool, error) {
	tests := make([]func(serverRow) bool, len(words))
	for i, w := range words {
		test, err := filterWord(w)
		if err != nil {
			return nil, err
		}
		tests[i] = test
	}
	return func(r serverRow) bool {
		return !slices.ContainsFunc(tests, func(holds func(serverRow) bool) bool { return !holds(r) })
	}, nil
}

var filterFields = []string{"name", "health", "site", "room", "rack", "service", "criticality", "model", "serial", "age"}

// text is what a field of a filter is compared with.
func (r *serverRow) text(field string) string {
	switch field {
	case "name":
		return r.Server
	case "health":
		return r.Health.String()
	case "site":
		return r.Site
	case "room":
		return r.Room
	case "rack":
		return r.Rack
	case "service":
		return r.Service
	case "criticality":
		return string(r.Criticality)
	case "model":
		return r.Model
	case "serial":
		return r.Serial
	}
	return ""
}

func filterWord(w string) (func(serverRow) bool, error) {
	if rest, not := strings.CutPrefix(w, "!"); not {
		test, err := filterWord(rest)
		return func(r serverRow) bool { return !test(r) }, err
	}
	field, value, isField := strings.Cut(w, ":")
	if !isField {
		return func(r serverRow) bool {
			return slices.ContainsFunc(filterFields, func(f string) bool { return f != "health" && contains(r.text(f), w) })
		}, nil
	}
	field = strings.ToLower(field)
	switch {
	case !slices.Contains(filterFields, field):
		return nil, usage("filter %q: there is no field %q; fields are %s", w, field, strings.Join(filterFields, ", "))
	case field == "age":
		return ageFilter(w, value)
	case field == "health":
		for v := range strings.SplitSeq(value, ",") {
			if _, err := fleet.ParseHealth(strings.ToLower(v)); err != nil {
				return nil, usage("filter %q: %w", w, err)
			}
		}
	}
	values := strings.Split(strings.ToLower(value), ",")
	return func(r serverRow) bool {
		have := strings.ToLower(r.text(field))
		return slices.ContainsFunc(values, func(v string) bool {
			matched, err := path.Match(v, have)
			return have == v || err == nil && matched
		})
	}, nil
}

// ageFilter compares years: age:>5y, age:<=3, age:unknown.
func ageFilter(w, value string) (func(serverRow) bool, error) {
	if value == "unknown" {
		return func(r serverRow) bool { return r.AgeYears == nil }, nil
	}
	digits := strings.TrimLeft(value, "<>=")
	years, err := strconv.ParseFloat(strings.TrimSuffix(digits, "y"), 64)
	if err != nil {
		return nil, usage("filter %q: expected years like age:>5y, or age:unknown", w)
	}
	op := value[:len(value)-len(digits)]
	return func(r serverRow) bool {
		if r.AgeYears == nil {
			return false
		}
		switch a := *r.AgeYears; op {
		case "<":
			return a < years
		case "<=":
			return a <= years
		case ">=":
			return a >= years
		default:
			return a > years
		}
	}, nil
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
