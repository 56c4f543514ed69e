package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lists"
)

func newServersCommand(env *cli) *cobra.Command {
	var f filterFlag
	language := lists.Servers(env.now, nil)
	cmd := &cobra.Command{
		Use:   "servers [FILTER…]",
		Short: "List the servers with health, place, age and what is wrong",
		Long: "List the servers, worst first. A FILTER is that of the console; all its words must hold. A word is looked for in name, model, serial,\n" +
			"service, place and findings; field:value compares one field: " + strings.Join(language.Names(), ", ") + ".\n" +
			"* matches any text, a,b either, ! in front turns a word round, @name is a filter saved in the console. docs/filters.md has it all.",
		Example: "ironage servers health:critical,warning\nironage servers 'disk health:critical age:>5y'\nironage servers rack:A* '!service:TDOffice' --output csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			keep, err := parseFilter(env, language, f, args...)
			if err != nil {
				return err
			}
			desk, done, err := env.openDesk(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			rows := []serverRow{}
			for _, x := range kept(env.serversOf(desk.View()), keep) {
				rows = append(rows, serverRowOf(x, env.now()))
			}
			return env.printServers(as, rows, desk.View().Fleet.Len())
		},
	}
	f.register(cmd, language.Names())
	completes(cmd, env, language, true)
	return cmd
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
	Vendor      string            `json:"vendor,omitempty"`
	Firmware    string            `json:"firmware,omitempty"`
	Band        string            `json:"band"`
	Probability *float64          `json:"probability,omitempty"` // that some part fails within 12 months
	AtLeast     bool              `json:"at_least,omitempty"`
	Warranty    ageing.Cover      `json:"warranty"`
	// WarrantyDays is what is left of it, negative once it is over.
	WarrantyDays *int    `json:"warranty_days,omitempty"`
	Orders       []int64 `json:"orders,omitempty"` // open ones
	Unanswered   string  `json:"does_not_answer,omitempty"`
	risk         string
}

func serverRowOf(x *lists.Server, now time.Time) serverRow {
	s, st := &x.Entry.Server, &x.Entry.State
	row := serverRow{Server: s.Name, Health: st.Health, Stale: st.Stale(now), Site: s.Site, Room: s.Room, Rack: s.Rack, Position: s.Position,
		Service: s.Service, Criticality: s.Criticality, Model: firstOf(st.Device.Model, s.Model), Serial: firstOf(st.Device.Serial, s.Serial),
		Age: x.Age.String(), LastRead: st.LastRead(), Findings: st.Findings, Vendor: x.Vendor(), Firmware: x.Firmware(), Band: x.Band.String(),
		Unanswered: x.Reach}
	if x.Age.Known {
		row.AgeYears = &x.Age.Years
	}
	if row.Findings == nil {
		row.Findings = []fleet.Finding{}
	}
	if pct, known := x.Risk(); known {
		p := pct / 100
		row.Probability, row.AtLeast = &p, x.Out.AtLeast
		row.risk = ageing.Risk{Known: true, AtLeast: row.AtLeast, Years: 1, H: x.Out.H, P: p}.String()
	}
	cover, days := x.Warranty()
	if row.Warranty = cover; cover != ageing.CoverUnknown {
		row.WarrantyDays = &days
	}
	for _, o := range x.Orders {
		row.Orders = append(row.Orders, o.ID)
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

// printServers prints what the filter took of so many servers.
func (env *cli) printServers(as string, rows []serverRow, of int) error {
	slices.SortStableFunc(rows, func(a, b serverRow) int { return b.Health.Severity() - a.Health.Severity() })
	switch {
	case as == "csv":
		return env.printServersCSV(rows)
	case as == "table" && of == 0:
		_, err := fmt.Fprintln(env.prose(), "There are no servers yet. Add them to the configuration: docs/configuration.md")
		return err
	case as == "table" && len(rows) == 0:
		_, err := fmt.Fprintln(env.prose(), "No server matches.")
		return err
	}
	out := make([][]string, len(rows))
	for i := range rows {
		r := &rows[i]
		seen := since(env.now(), r.LastRead)
		if r.Stale {
			seen += " stale"
		}
		out[i] = []string{r.Server, r.Health.String(), r.place(), r.Service, r.Model, r.Age, seen, r.worst()}
	}
	return env.printAs(as, []string{"server", "health", "place", "service", "model", "age", "read", "finding"}, out, rows)
}

func (env *cli) printServersCSV(rows []serverRow) error {
	out := make([][]string, len(rows))
	for i := range rows {
		r := &rows[i]
		orders := make([]string, len(r.Orders))
		for n, id := range r.Orders {
			orders[n] = strconv.FormatInt(id, 10)
		}
		out[i] = []string{r.Server, r.Health.String(), r.Site, r.Room, r.Rack, strconv.Itoa(r.Position), r.Service, string(r.Criticality),
			r.Model, r.Serial, decimals(r.AgeYears, 1), utc(r.LastRead), r.worst(),
			r.Vendor, r.Firmware, r.Band, decimals(r.Probability, 6), string(r.Warranty), whole(r.WarrantyDays), strings.Join(orders, " "), r.Unanswered}
	}
	return printCSV(env.out, []string{"server", "health", "site", "room", "rack", "position", "service", "criticality", "model", "serial", "age_years", "last_read", "finding",
		"vendor", "firmware", "band", "probability", "warranty", "warranty_days", "orders", "does_not_answer"}, out)
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
