package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
	"ironage/internal/lang"
)

// checkSchema names the shape of check's JSON; it changes with the shape.
const checkSchema = "ironage.check/v1"

// checkReport is what check prints. Its JSON keys are stable.
type checkReport struct {
	Schema    string    `json:"schema"`
	Target    string    `json:"target"`
	Time      time.Time `json:"time"`
	Reachable struct {
		Ping      fleet.Reach `json:"ping"`
		RTTMillis *float64    `json:"rtt_ms,omitempty"`
		SNMP      fleet.Reach `json:"snmp"`
		Note      string      `json:"note,omitempty"`
	} `json:"reachable"`
	Device      fleet.Device       `json:"device"`
	Health      fleet.Health       `json:"health"`
	RollUp      *fleet.Verdict     `json:"rollup,omitempty"`
	Totals      fleet.Totals       `json:"totals"`
	Filesystems []fleet.Filesystem `json:"filesystems"`
	Components  []fleet.Component  `json:"components"`
	Findings    []fleet.Finding    `json:"findings"`
	NotReported []fleet.Kind       `json:"not_reported"`
	Profiles    []string           `json:"profiles"`
	Errors      []fleet.ReadError  `json:"errors"`
	Cost        fleet.Cost         `json:"cost"`
}

func (env *cli) printReport(as string, r checkReport, all bool) error {
	switch as {
	case "json":
		return printJSON(env.out, r)
	case "csv":
		return printCSV(env.out, componentHead, r.rows(true))
	case "nagios":
		_, err := fmt.Fprintln(env.out, r.nagios())
		return err
	}
	if _, err := fmt.Fprint(env.out, r.summary(env.tongue())); err != nil {
		return err
	}
	if len(r.Components) == 0 {
		return nil
	}
	head := make([]string, len(componentHead))
	for i, h := range componentHead {
		head[i] = strings.ToUpper(h)
	}
	if err := env.printTable(head, r.rows(all)); err != nil {
		return err
	}
	if n := r.folded(all); n > 0 {
		_, err := fmt.Fprintf(env.prose(), "… and %d sensors that are ok; --all lists them\n", n)
		return err
	}
	return nil
}

var componentHead = []string{"health", "kind", "name", "place", "vendor", "model", "serial", "size", "reading", "why"}

func (r *checkReport) rows(all bool) [][]string {
	var out [][]string
	for _, k := range fleet.Kinds {
		for i := range r.Components {
			c := &r.Components[i]
			if c.Kind != k || !all && quiet(c) {
				continue
			}
			size, reading := "", ""
			if c.CapacityBytes != nil {
				size = bytesText(*c.CapacityBytes)
			}
			if c.Reading != nil {
				reading = strconv.FormatFloat(*c.Reading, 'g', 5, 64) + " " + c.Unit.Symbol()
			}
			out = append(out, []string{c.Health.String(), c.Kind.String(), c.Name, c.Place, c.Vendor, c.Model, c.Serial, size, reading, c.Native.Meaning()})
		}
	}
	return out
}

// quiet sensors only fill the screen: most of a server's voltages are
// power-good bits.
func quiet(c *fleet.Component) bool {
	return (c.Kind == fleet.Voltage || c.Kind == fleet.Current) && c.Health == fleet.OK
}

func (r *checkReport) folded(all bool) int {
	n := 0
	for i := range r.Components {
		if !all && quiet(&r.Components[i]) {
			n++
		}
	}
	return n
}

// bytesText is a size as people say it, in binary units.
func bytesText(n int64) string {
	f, unit := float64(n), 0
	for f >= 1024 && unit < 5 {
		f, unit = f/1024, unit+1
	}
	return strconv.FormatFloat(f, 'g', 4, 64) + " " + []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}[unit]
}

// summary is everything above the component table.
func (r *checkReport) summary(t *lang.Tongue) string {
	var b strings.Builder
	labelWidth := 12
	if t.Code() != lang.English {
		labelWidth++ // for "bộ điều khiển"
	}
	line := func(name, text string) {
		if text != "" {
			name = t.Text(name)
			fmt.Fprintf(&b, "%s%s %s\n", name, strings.Repeat(" ", max(0, labelWidth-ansi.StringWidth(name))), clean(text))
		}
	}
	d := r.Device
	line(strings.ToUpper(t.Text(r.Health.String())), r.Target)
	line("device", words(d.Vendor, d.Model, labelled("serial", d.Serial)))
	line("controller", words(d.Controller, labelled("firmware", d.Firmware)))
	line("system", words(d.Hostname, d.OS))
	line("reached", t.Text(r.reached()))
	if r.RollUp != nil {
		line("roll-up", t.Text(words(r.RollUp.Health.String(), "by the device itself")))
	}
	line("totals", t.Text(r.totals()))
	for _, f := range r.Filesystems {
		if pct, ok := f.UsedPct(); ok {
			line("filesystem", fmt.Sprintf("%s %.0f %% of %s", f.Mount, pct, bytesText(*f.SizeBytes)))
		}
	}
	for _, k := range r.NotReported {
		line("not reported", t.Text(k.String()+" (this device does not publish it, which is not \"none fitted\")"))
	}
	for _, e := range r.Errors {
		line("read error", t.Text(e.What+": "+e.Text))
	}
	for _, f := range r.Findings {
		line("! "+t.Text(f.Health.String()), t.Text(f.Text))
	}
	b.WriteString("\n")
	return b.String()
}

func (r *checkReport) reached() string {
	rtt := ""
	if r.Reachable.RTTMillis != nil {
		rtt = fmt.Sprintf("(%.1f ms)", *r.Reachable.RTTMillis)
	}
	return words("ping", string(r.Reachable.Ping), rtt) + ", " + words("snmp", string(r.Reachable.SNMP), labelled("profiles", strings.Join(r.Profiles, ", ")), labelled("-", r.Reachable.Note))
}

func (r *checkReport) totals() string {
	t := r.Totals
	var parts []string
	if t.MemoryBytes != nil {
		memory := bytesText(*t.MemoryBytes) + " memory"
		if t.MemoryUsedBytes != nil {
			memory = bytesText(*t.MemoryUsedBytes) + " of " + memory + " used"
		}
		parts = append(parts, memory)
	}
	for _, n := range []struct {
		value *int64
		name  string
	}{{t.CPUSockets, "CPU sockets"}, {t.CPUCores, "cores"}, {t.LogicalCPUs, "logical CPUs"}} {
		if n.value != nil {
			parts = append(parts, fmt.Sprintf("%d %s", *n.value, n.name))
		}
	}
	if t.Load1 != nil {
		parts = append(parts, fmt.Sprintf("load %.2f", *t.Load1))
	}
	return strings.Join(parts, ", ")
}

func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + " " + text
}

// words joins what is not empty.
func words(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// nagios is one line of status with performance data, then one per finding.
func (r *checkReport) nagios() string {
	state := strings.ToUpper(r.Health.String())
	what := words(r.Device.Vendor, r.Device.Model, r.Device.Serial)
	switch {
	case r.Reachable.SNMP != fleet.Answered && len(r.Components) == 0:
		what = words("SNMP", string(r.Reachable.SNMP)+":", r.Reachable.Note)
	case len(r.Findings) > 0:
		what = r.Findings[0].Text
		if more := len(r.Findings) - 1; more > 0 {
			what += fmt.Sprintf(" and %d more", more)
		}
	case len(r.Components) == 0:
		what = words(what, r.Reachable.Note)
	default:
		what = words(what, fmt.Sprintf("%d components", len(r.Components)))
	}
	first := "IRONAGE " + state + " - " + plain(what)
	if data := r.performance(); data != "" {
		first += " | " + data
	}
	lines := []string{first}
	for _, f := range r.Findings {
		lines = append(lines, strings.ToUpper(f.Health.String())+": "+plain(f.Text))
	}
	return strings.Join(lines, "\n")
}

// performance is Nagios' 'label'=value;warn;crit for what is worth a graph.
func (r *checkReport) performance() string {
	var out []string
	add := func(label string, value float64, unit, limits string) {
		out = append(out, fmt.Sprintf("'%s'=%s%s%s", label, strconv.FormatFloat(value, 'f', -1, 64), unit, limits))
	}
	if r.Reachable.RTTMillis != nil {
		add("rtt", *r.Reachable.RTTMillis, "ms", "")
	}
	if r.Totals.MemoryUsedBytes != nil {
		add("memory_used", float64(*r.Totals.MemoryUsedBytes), "B", "")
	}
	if r.Totals.Load1 != nil {
		add("load_1", *r.Totals.Load1, "", "")
	}
	for _, f := range r.Filesystems {
		if pct, ok := f.UsedPct(); ok {
			add("fs "+plain(f.Mount), pct, "%", "")
		}
	}
	for i := range r.Components {
		c := &r.Components[i]
		if c.Reading != nil && (c.Kind == fleet.Temperature || c.Kind == fleet.Power || c.Kind == fleet.Fan) {
			add(c.Kind.String()+" "+plain(c.Slot), *c.Reading, "", nagiosLimits(c.Limits))
		}
	}
	return strings.Join(out, " ")
}

func nagiosLimits(l *fleet.Limits) string {
	if l == nil || l.WarnHigh == nil && l.CritHigh == nil {
		return ""
	}
	limit := func(p *float64) string {
		if p == nil {
			return ""
		}
		return strconv.FormatFloat(*p, 'f', -1, 64)
	}
	return ";" + limit(l.WarnHigh) + ";" + limit(l.CritHigh)
}

// plain is text without what means something to Nagios.
func plain(s string) string {
	return strings.NewReplacer("|", "/", "'", "", "=", " ", "\n", " ").Replace(clean(s))
}
