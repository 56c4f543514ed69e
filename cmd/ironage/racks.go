package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/racks"
)

func newRacksCommand(env *cli) *cobra.Command {
	rear := false
	cmd := &cobra.Command{
		Use:   "racks [RACK]",
		Short: "List the racks with health, age, risk, heat and free units, or draw one to the unit",
		Long: "List the racks: worst health, share past the service life, greatest risk, hottest inlet, used and free units, and what the inventory\n" +
			"claims twice. With RACK (its name, or SITE/ROOM/RACK), draw it unit by unit from the top; a run of free units is one line.\n" +
			"Places come from the inventory (site, room, rack, position, height, face); racks: in the configuration says how high a rack is.",
		Example: "ironage racks\nironage racks A07\nironage racks hanoi/dc1/A07 --rear\nironage racks A07 --output csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			l, err := env.rackLayout(cmd.Context())
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return env.printRacks(as, l)
			}
			found, err := racksNamed(l, args[0])
			if err != nil {
				return err
			}
			return env.printElevations(as, found, rear)
		},
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			l, err := env.rackLayout(cmd.Context())
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return rackNames(l), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&rear, "rear", false, "draw the rack as it is seen from the rear")
	return cmd
}

// rackSpecs are the racks of the configuration.
func rackSpecs(c *config.Config) []racks.Spec {
	out := make([]racks.Spec, len(c.Racks))
	for i, r := range c.Racks {
		out[i] = racks.Spec{ID: racks.ID{Site: r.Site, Room: r.Room, Name: r.Name}, Height: r.Height, Row: r.Row, Order: r.Order}
	}
	return out
}

// rackLayout is the fleet of the store by place.
func (env *cli) rackLayout(ctx context.Context) (*racks.Layout, error) {
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := env.configOrDefault()
	if err != nil {
		return nil, err
	}
	return racks.Build(rackItems(desk.View()), rackSpecs(c)), nil
}

func rackItems(v *ops.View) []racks.Item {
	items := make([]racks.Item, 0, v.Fleet.Len())
	for e := range v.Fleet.All() {
		it := racks.Of(e)
		if x := v.Outlook.Server(e.Server.Name); x != nil {
			it.AgeKnown, it.Over = x.Age.Known, x.Over()
			if len(x.Parts) > 0 {
				it.Risk = 100 * x.P
			}
		}
		items = append(items, it)
	}
	return items
}

func rackNames(l *racks.Layout) []string {
	out := make([]string, len(l.Racks))
	for i, r := range l.Racks {
		if out[i] = r.Name; len(l.Named(r.Name)) > 1 {
			out[i] = rackPath(r)
		}
	}
	return out
}

func rackPath(r *racks.Rack) string { return r.Site + "/" + r.Room + "/" + r.Name }

// racksNamed are the racks that a person means: several where rooms share a name.
func racksNamed(l *racks.Layout, name string) ([]*racks.Rack, error) {
	var out []*racks.Rack
	for _, r := range l.Racks {
		if strings.EqualFold(r.Name, name) || strings.EqualFold(rackPath(r), name) {
			out = append(out, r)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	names := rackNames(l)
	if len(names) == 0 {
		return nil, usage("no server has a rack yet; write rack: and position: to the servers in the inventory")
	}
	const most = 10
	more := ""
	if len(names) > most {
		names, more = names[:most], ", …"
	}
	return nil, usage("there is no rack %q; there are %s%s", name, strings.Join(names, ", "), more)
}

// rackJSON is one rack as the list prints it. The JSON keys are stable.
type rackJSON struct {
	racks.ID
	Row         string       `json:"row,omitempty"`
	Servers     int          `json:"servers"`
	Worst       fleet.Health `json:"worst"`
	Unwell      int          `json:"unwell"`
	OverAgePct  *float64     `json:"over_age_pct,omitempty"`
	RiskPct     *float64     `json:"risk_pct,omitempty"`
	InletC      *float64     `json:"hottest_inlet_c,omitempty"`
	Hottest     string       `json:"hottest,omitempty"`
	Units       int          `json:"units"`
	HeightKnown bool         `json:"units_known"`
	Used        int          `json:"used"`
	Free        int          `json:"free"`
	Conflicts   int          `json:"conflicts"`
	Outside     int          `json:"beyond"`
	Loose       int          `json:"without_position"`
}

func rackJSONOf(r *racks.Rack) rackJSON {
	s := &r.Sum
	out := rackJSON{ID: r.ID, Row: r.Row, Servers: s.Servers, Worst: s.Worst(), Unwell: s.Counts[fleet.Critical] + s.Counts[fleet.Warning],
		Units: s.Units, HeightKnown: r.HeightKnown, Used: s.Used, Free: s.Free, Conflicts: s.Clashes, Outside: s.Outside, Loose: s.Loose}
	if pct, known := s.OverPct(); known {
		out.OverAgePct = &pct
	}
	if s.Risk >= 0 {
		out.RiskPct = &s.Risk
	}
	if s.Hottest != nil {
		out.InletC, out.Hottest = &s.Hottest.Inlet, s.Hottest.Server.Name
	}
	return out
}

func orEmpty(v *float64, unit string) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', 0, 64) + unit
}

func (env *cli) printRacks(as string, l *racks.Layout) error {
	list, rows := make([]rackJSON, 0, len(l.Racks)), make([][]string, 0, len(l.Racks))
	pct, deg := "%", " °C"
	if as == "csv" {
		pct, deg = "", ""
	}
	for _, r := range l.Racks {
		j := rackJSONOf(r)
		list = append(list, j)
		rows = append(rows, []string{j.Name, j.Worst.String(), strconv.Itoa(j.Servers), strconv.Itoa(j.Unwell), strconv.Itoa(j.Used), strconv.Itoa(j.Free),
			orEmpty(j.OverAgePct, pct), orEmpty(j.RiskPct, pct), orEmpty(j.InletC, deg), strconv.Itoa(j.Conflicts), strconv.Itoa(j.Outside), strconv.Itoa(j.Loose), j.Room, j.Site, j.Row})
	}
	var nowhere []string
	for _, p := range l.Nowhere {
		nowhere = append(nowhere, p.Server.Name)
	}
	head := []string{"rack", "worst", "servers", "unwell", "used_u", "free_u", "over_age", "max_risk", "hottest_inlet", "conflicts", "beyond", "no_position", "room", "site", "row"}
	switch {
	case as == "json":
		return printJSON(env.out, struct {
			Schema  string     `json:"schema"`
			Racks   []rackJSON `json:"racks"`
			Nowhere []string   `json:"servers_without_rack"`
		}{"ironage.racks/v1", list, append([]string{}, nowhere...)})
	case as == "csv":
		return printCSV(env.out, head, rows)
	case len(rows) == 0:
		_, err := fmt.Fprintln(env.prose(), "No server has a rack yet: write rack: (and room:, site:, position:, height:) to the servers in the inventory; docs/configuration.md")
		return err
	}
	if err := env.printFitting(head, rows); err != nil {
		return err
	}
	if len(nowhere) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(env.prose(), "In no rack: %s (%s)\n", plural(len(nowhere), "server"), clean(firstFew(nowhere)))
	return err
}

func firstFew(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", …"
}

// placedJSON is one server of a rack. The JSON keys are stable.
type placedJSON struct {
	Server    string       `json:"server"`
	Where     string       `json:"where"` // units, slot, beyond, no-position
	Low       int          `json:"lowest_unit,omitempty"`
	High      int          `json:"highest_unit,omitempty"`
	Face      string       `json:"face,omitempty"` // both, front or rear
	Chassis   string       `json:"chassis,omitempty"`
	Slot      string       `json:"slot,omitempty"`
	Health    fleet.Health `json:"health"`
	OverAge   bool         `json:"over_age"`
	RiskPct   *float64     `json:"risk_pct,omitempty"`
	InletC    *float64     `json:"inlet_c,omitempty"`
	Conflicts []string     `json:"conflicts_with,omitempty"`
}

func placedJSONOf(p *racks.Placed) placedJSON {
	out := placedJSON{Server: p.Server.Name, Low: p.Low, High: p.High, Health: p.Health, OverAge: p.Over, Slot: p.Slot,
		Where: [...]string{racks.InUnits: "units", racks.InSlot: "slot", racks.Outside: "beyond", racks.Loose: "no-position", racks.Nowhere: ""}[p.Where]}
	if p.In != nil {
		out.Chassis = p.In.Server.Name
	}
	if p.Where == racks.InUnits {
		out.Face = map[bool]string{true: "both", false: firstOf(p.Server.Face, "front")}[p.Front && p.Rear]
	}
	if p.Risk >= 0 {
		out.RiskPct = &p.Risk
	}
	if p.InletKnown {
		out.InletC = &p.Inlet
	}
	for _, other := range p.Clash {
		out.Conflicts = append(out.Conflicts, other.Server.Name)
	}
	slices.Sort(out.Conflicts)
	return out
}
