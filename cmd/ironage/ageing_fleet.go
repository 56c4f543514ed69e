package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
)

// bandsJSON counts by band; the keys are stable.
type bandsJSON struct {
	OK       int `json:"ok"`
	Ageing   int `json:"ageing"`
	Over     int `json:"over_age"`
	FarOver  int `json:"far_over_age"`
	Unknown  int `json:"unknown"`
	NoPolicy int `json:"no_policy"`
}

func bandsOf(b outlook.BandCounts) bandsJSON {
	return bandsJSON{b[ageing.BandOK], b[ageing.BandAgeing], b[ageing.BandOver], b[ageing.BandFarOver], b[ageing.BandUnknown], b[ageing.BandNone]}
}

// ageingTotals are the sums of ironage ageing; the keys are stable.
type ageingTotals struct {
	Servers       int         `json:"servers"`
	ServerBands   bandsJSON   `json:"server_bands"`
	ServersNoDate int         `json:"servers_without_date"`
	Parts         int         `json:"parts"`
	PartBands     bandsJSON   `json:"part_bands"`
	PartsNoDate   int         `json:"parts_without_date"`
	NoEstimate    int         `json:"parts_without_estimate"`
	Failed        int         `json:"failed"`
	Firm          int         `json:"firm"` // replaced for certain: failed, likelier than not to fail, approved
	Reserved      int         `json:"reserved"`
	Expected      [3]float64  `json:"expected"` // failures of the others within 3, 6 and 12 months
	Kinds         []kindsJSON `json:"kinds"`
}

type kindsJSON struct {
	Kind     string     `json:"kind"`
	Parts    int        `json:"parts"`
	Bands    bandsJSON  `json:"bands"`
	NoDate   int        `json:"without_date"`
	Failed   int        `json:"failed"`
	Firm     int        `json:"firm"`
	Expected [3]float64 `json:"expected"`
}

func ageingTotalsOf(t *outlook.Totals) ageingTotals {
	out := ageingTotals{Servers: t.Servers, ServerBands: bandsOf(t.ServerBands), ServersNoDate: t.ServersNoDate, Parts: t.Parts,
		PartBands: bandsOf(t.PartBands), PartsNoDate: t.NoDate, NoEstimate: t.NoEstimate, Failed: t.Failed, Firm: t.Firm, Reserved: t.Reserved,
		Expected: t.Expected, Kinds: []kindsJSON{}}
	for _, k := range t.Kinds {
		out.Kinds = append(out.Kinds, kindsJSON{k.Life, k.Parts, bandsOf(k.Bands), k.NoDate, k.Failed, k.Firm, k.Expected})
	}
	return out
}

// yearJSON is one bar of the histogram; without a year: what has no date.
type yearJSON struct {
	Year    *int      `json:"year,omitempty"`
	Servers bandsJSON `json:"servers"`
	Parts   bandsJSON `json:"parts"`
}

// ageingJSON is what --output json prints.
type ageingJSON struct {
	Schema  string       `json:"schema"` // ironage.ageing/v1
	Time    time.Time    `json:"time"`
	Totals  ageingTotals `json:"totals"`
	Years   []yearJSON   `json:"years"`
	OverAge []ageRow     `json:"over_age"`
	// Undated are the servers whose age nobody knows.
	Undated []ageRow `json:"undated"`
}

// printAgeing prints the fleet: bands, years, and the servers past their life.
// A filter is about those; sums are of the whole slice.
func (env *cli) printAgeing(as string, f *outlook.Fleet, flags ageingFlags, keep []func(*outlook.Line) bool) error {
	t, years := f.Totals(flags.slice), f.Histogram(flags.slice)
	over, none := ageRows(keptLines(f.OverAge(flags.slice), keep)), ageRows(keptLines(f.Undated(flags.slice), keep))
	switch as {
	case "json":
		out := ageingJSON{Schema: "ironage.ageing/v1", Time: f.Time.UTC(), Totals: ageingTotalsOf(&t), Years: []yearJSON{}, OverAge: over, Undated: none}
		for _, y := range years {
			row := yearJSON{Servers: bandsOf(y.Servers), Parts: bandsOf(y.Parts)}
			if y.Known {
				row.Year = &y.Year
			}
			out.Years = append(out.Years, row)
		}
		return printJSON(env.out, out)
	case "csv":
		return env.printAgeRows(append(over, none...))
	}
	if len(keep) == 0 {
		if err := env.printSummary(&t, years); err != nil {
			return err
		}
	}
	return env.printOver(over, flags.top)
}

func keptLines(lines []outlook.Line, keep []func(*outlook.Line) bool) []outlook.Line {
	if len(keep) == 0 {
		return lines
	}
	return slices.DeleteFunc(lines, func(l outlook.Line) bool { return !keep[0](&l) })
}

// printSummary prints the bands and the histogram.
func (env *cli) printSummary(t *outlook.Totals, years []outlook.Year) error {
	rows := [][]string{bandRow("servers", t.Servers, t.ServerBands, [3]float64{}, t.ServersNoDate)}
	for _, k := range t.Kinds {
		rows = append(rows, bandRow(k.Life, k.Parts, k.Bands, k.Expected, k.NoDate))
	}
	if err := env.printAs("table", []string{"kind", "number", "ok", "ageing", "over_age", "far_over", "no_policy", "no_date", "fail_1_y"}, rows, nil); err != nil {
		return err
	}
	if _, err := fmt.Fprint(env.prose(), "\nServers by year in service\n"); err != nil {
		return err
	}
	// Parts may be older or younger than every server; their years are not shown here.
	has := func(y outlook.Year) bool { return y.Servers.Total() > 0 }
	first := slices.IndexFunc(years, has)
	most, last := 0, first
	for i, y := range years {
		if most = max(most, y.Servers.Total()); has(y) {
			last = i
		}
	}
	for _, y := range years[max(first, 0) : last+1] {
		label := "no date"
		if y.Known {
			label = strconv.Itoa(y.Year)
		}
		tail := ""
		if n := y.Servers.Over(); n > 0 {
			tail = fmt.Sprintf("%d over age", n)
		}
		if err := bar(env.out, label, y.Servers.Total(), most, 40, tail); err != nil {
			return err
		}
	}
	return nil
}

func bandRow(kind string, n int, b outlook.BandCounts, expected [3]float64, noDate int) []string {
	failures := strconv.FormatFloat(expected[2], 'f', 2, 64)
	if kind == "servers" {
		failures = ""
	}
	return []string{kind, strconv.Itoa(n), strconv.Itoa(b[ageing.BandOK]), strconv.Itoa(b[ageing.BandAgeing]), strconv.Itoa(b[ageing.BandOver]),
		strconv.Itoa(b[ageing.BandFarOver]), strconv.Itoa(b[ageing.BandNone]), strconv.Itoa(noDate), failures}
}

// printOver lists the servers past their service life.
func (env *cli) printOver(rows []ageRow, top int) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(env.prose(), "\nNo server is past its service life.")
		return err
	}
	if _, err := fmt.Fprintf(env.prose(), "\nPast their service life: %d\n", len(rows)); err != nil {
		return err
	}
	shown := rows
	if top > 0 {
		shown = rows[:min(top, len(rows))]
	}
	out := make([][]string, len(shown))
	for i := range shown {
		r := &shown[i]
		out[i] = []string{r.Server, r.Age, r.since(), r.Band, r.Risk, r.Model, r.Service, r.Site, r.warranty(), r.Renew}
	}
	err := env.printFitting([]string{"server", "age", "in_service", "band", "part_fails", "model", "service", "site", "warranty", "suggestion"}, out)
	if err != nil {
		return err
	}
	return env.more(len(shown), len(rows))
}

// groupJSON sums up the servers that have a value in common; the keys are stable.
type groupJSON struct {
	Name        string            `json:"name"` // empty: those that do not say
	Servers     int               `json:"servers"`
	Health      fleet.Health      `json:"health"`
	Criticality fleet.Criticality `json:"criticality"`
	Owner       string            `json:"owner,omitempty"`
	Bands       bandsJSON         `json:"bands"`
	OverShare   float64           `json:"over_share"` // of the servers with and without a date
	NoDate      int               `json:"without_date"`
	Oldest      string            `json:"oldest,omitempty"`
	OldestAge   string            `json:"oldest_age,omitempty"`
	Parts       int               `json:"parts"`
	PartsOver   int               `json:"parts_over_age"`
	PartsNoDate int               `json:"parts_without_date"`
	Failed      int               `json:"failed_parts"`
	Probability float64           `json:"probability"` // that some part fails within 12 months
	AtLeast     bool              `json:"at_least,omitempty"`
}

func groupJSONOf(g *outlook.GroupLine) groupJSON {
	out := groupJSON{Name: g.Value, Servers: g.Servers, Health: g.Health, Criticality: g.Criticality, Bands: bandsOf(g.Bands), OverShare: g.OverShare(),
		NoDate: g.NoDate, Oldest: g.Oldest, Parts: g.Parts, PartsOver: g.PartsOver, PartsNoDate: g.PartsNoDate, Failed: g.Failed, Probability: g.P, AtLeast: g.AtLeast}
	if g.Oldest != "" {
		out.OldestAge = g.OldestAge.Label()
	}
	return out
}

// oldest names the server that was longest in service.
func (g *groupJSON) oldest() string {
	if g.Oldest == "" {
		return "-"
	}
	return g.Oldest + ", " + g.OldestAge
}

// risk is that some part fails, in the words of every estimate.
func (g *groupJSON) risk() string {
	return ageing.Risk{Known: g.Parts > 0, P: g.Probability, AtLeast: g.AtLeast}.String()
}

var groupColumns = []string{"servers", "health", "over_age", "over_share", "without_date", "parts", "parts_over_age", "failed_parts", "some_part_fails", "oldest"}

func (g *groupJSON) cells() []string {
	return []string{strconv.Itoa(g.Servers), g.Health.String(), strconv.Itoa(g.Bands.Over + g.Bands.FarOver), strconv.FormatFloat(100*g.OverShare, 'f', 0, 64) + " %",
		strconv.Itoa(g.NoDate), strconv.Itoa(g.Parts), strconv.Itoa(g.PartsOver), strconv.Itoa(g.Failed), g.risk(), g.oldest()}
}

// printGroups prints the sums by site, service, vendor or model.
func (env *cli) printGroups(as, by string, groups []outlook.GroupLine) error {
	list := make([]groupJSON, len(groups))
	rows := make([][]string, len(groups))
	for i := range groups {
		list[i] = groupJSONOf(&groups[i])
		rows[i] = append([]string{firstOf(list[i].Name, outlook.Unset)}, list[i].cells()...)
	}
	head := append([]string{by}, groupColumns...)
	if as == "table" {
		return env.printFitting(head, rows)
	}
	return env.printAs(as, head, rows, struct {
		Schema string      `json:"schema"`
		By     string      `json:"by"`
		Groups []groupJSON `json:"groups"`
	}{"ironage.ageing.groups/v1", by, list})
}

// split cuts SERVER/COMPONENT; a component has a slash of its own.
func split(what string) (server, key string, ok bool) {
	server, key, ok = strings.Cut(what, "/")
	return server, key, ok && strings.Contains(key, "/")
}
