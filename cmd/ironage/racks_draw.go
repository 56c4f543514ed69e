package main

import (
	"fmt"
	"strconv"
	"strings"

	"ironage/internal/racks"
)

// printElevations prints racks to the unit, or their servers for programs.
func (env *cli) printElevations(as string, found []*racks.Rack, rear bool) error {
	type elevation struct {
		rackJSON
		Servers []placedJSON `json:"placed"`
	}
	var list []elevation
	var rows [][]string
	for _, r := range found {
		e := elevation{rackJSON: rackJSONOf(r), Servers: []placedJSON{}}
		for _, p := range r.Servers {
			j := placedJSONOf(p)
			e.Servers = append(e.Servers, j)
			rows = append(rows, []string{r.Site, r.Room, r.Name, blankZero(j.High), blankZero(j.Low), j.Face, j.Server, j.Where, j.Chassis, j.Slot,
				j.Health.String(), strconv.FormatBool(j.OverAge), orEmpty(j.RiskPct, ""), orEmpty(j.InletC, ""), strings.Join(j.Conflicts, " ")})
		}
		list = append(list, e)
	}
	switch as {
	case "json":
		return printJSON(env.out, struct {
			Schema string      `json:"schema"`
			Racks  []elevation `json:"racks"`
		}{"ironage.rack/v1", list})
	case "csv":
		return printCSV(env.out, []string{"site", "room", "rack", "highest_unit", "lowest_unit", "face", "server", "where", "chassis", "slot",
			"health", "over_age", "risk_pct", "inlet_c", "conflicts_with"}, rows)
	}
	for i, r := range found {
		if i > 0 {
			if _, err := fmt.Fprintln(env.out); err != nil {
				return err
			}
		}
		if err := env.drawRack(r, rear); err != nil {
			return err
		}
	}
	return nil
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// drawRack prints one rack: a line for each unit that somebody claims, and one
// for each run of free ones.
func (env *cli) drawRack(r *racks.Rack, rear bool) error {
	side := "front"
	if rear {
		side = "rear"
	}
	_, err := fmt.Fprintf(env.prose(), "Rack %s, seen from the %s: %d of %d U used, %s\n", clean(strings.Trim(rackPath(r), "/")), side,
		r.Sum.Used, r.Sum.Units, plural(r.Sum.Servers, "server"))
	if err != nil {
		return err
	}
	ls := racks.LinesAt(r, rear, racks.Fold{Free: 2})
	rows := make([][]string, 0, len(ls))
	for i := range ls {
		rows = append(rows, rackCells(&ls[i]))
	}
	return env.printTable([]string{"U", "SERVER", "HEALTH", "OVER AGE", "RISK", "INLET", "NOTE"}, rows)
}

func rackCells(l *racks.Line) []string {
	unit := blankZero(l.Hi)
	if l.Lo != l.Hi {
		unit = fmt.Sprintf("%d-%d", l.Lo, l.Hi)
	}
	switch {
	case l.Head == racks.Outside:
		return []string{"", "beyond the rack:", "", "", "", "", ""}
	case l.Head == racks.Loose:
		return []string{"", "position not written down:", "", "", "", "", ""}
	case l.P == nil:
		return []string{unit, fmt.Sprintf("- %d U free", l.Hi-l.Lo+1), "", "", "", "", ""}
	case l.Nth > 0:
		return []string{unit, "|", "", "", "", "", ""}
	}
	j := placedJSONOf(l.P)
	over := ""
	if j.OverAge {
		over = "yes"
	}
	name, note := j.Server, ""
	switch {
	case l.Clash:
		note = "also claimed by " + strings.Join(j.Conflicts, ", ")
	case l.P.In != nil:
		name = "  " + j.Slot + ": " + name
	case l.Behind:
		note = "on the " + j.Face
	}
	return []string{unit, name, j.Health.String(), over, orEmpty(j.RiskPct, "%"), orEmpty(j.InletC, " °C"), note}
}
