package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/lists"
)

func newProbesCommand(env *cli) *cobra.Command {
	var problem string
	var collector bool
	cmd := &cobra.Command{
		Use:   "probes [FILTER…]",
		Short: "List how the endpoints are asked: who is silent, refuses, is read in part or slow, and what to do",
		Long: "List every address that is asked, those with problems first, and what to do about each problem. What it tells comes from the reads that\n" +
			"were made, whoever made them; ironage doctor asks now. --collector tells how the process that makes them is doing. All FILTERs must hold: a text, or problem:  role:  server:  rack:  site:  address:\n" +
			"credential:  profile:  ms:>500  retries:>0  missed:>0  stale:yes. --problem lists one problem: " + strings.Join(lists.ProblemWords(), ", ") + ".",
		Example: "ironage probes --problem refused\nironage probes ms:>1000 --output csv\nironage probes rack:A* '!problem:none'\nironage probes --collector --output json",
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			if collector && (problem != "" || len(args) > 0) {
				return usage("--collector lists no endpoints: give no FILTER and no --problem")
			}
			if collector {
				return env.probesOfCollector(cmd.Context(), as)
			}
			if problem != "" && !slices.Contains(lists.ProblemWords(), problem) {
				return usage("--problem %s: there is no such problem; use %s", problem, strings.Join(lists.ProblemWords(), ", "))
			}
			if problem != "" {
				args = append(args, "problem:"+problem)
			}
			desk, st, done, err := env.openHistory(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			lease, err := st.Lease(cmd.Context())
			if err != nil {
				return err
			}
			snap := desk.View().Fleet
			keep, err := lists.Probes(&lists.About{Now: env.now, Server: func(name string) *fleet.Server {
				if e := snap.Find(name); e != nil {
					return &e.Server
				}
				return nil
			}}).Parse(strings.Join(args, " "))
			if err != nil {
				return usage("filter: %w", err)
			}
			all := health.LookAtProbes(snap.All(), env.now())
			var shown []*health.Probe
			for i := range all.List {
				if p := &all.List[i]; keep == nil || keep(p) {
					shown = append(shown, p)
				}
			}
			return env.printProbes(as, &all, shown, lease)
		},
	}
	cmd.Flags().StringVar(&problem, "problem", "", "only endpoints with this problem")
	cmd.Flags().BoolVar(&collector, "collector", false, "only how the collecting process is doing: queues, delays, losses, memory")
	_ = cmd.RegisterFlagCompletionFunc("problem", cobra.FixedCompletions(lists.ProblemWords(), cobra.ShellCompDirectiveNoFileComp)) // fails only where the flag is not there
	return cmd
}

// probeJSON is one endpoint. The JSON keys are stable.
type probeJSON struct {
	Server     string      `json:"server"`
	Role       fleet.Role  `json:"role"`
	Address    string      `json:"address"`
	Credential string      `json:"credential,omitempty"`
	Problems   []string    `json:"problems"`
	Why        string      `json:"why,omitempty"`
	Do         string      `json:"do,omitempty"`
	SNMP       fleet.Reach `json:"snmp"`
	Ping       fleet.Reach `json:"ping,omitempty"`
	PingMillis *float64    `json:"ping_ms,omitempty"`
	ReadMillis *float64    `json:"read_ms,omitempty"`
	PDUs       int         `json:"pdus"`
	Varbinds   int         `json:"varbinds"`
	Bytes      int         `json:"bytes"`
	Retries    int         `json:"retries"`
	Misses     int         `json:"missed"`
	LastOK     time.Time   `json:"answered,omitzero"`
	NextTry    time.Time   `json:"next_read,omitzero"`
	Stale      bool        `json:"stale"`
	Profiles   []string    `json:"profiles"`
	NotRead    []string    `json:"not_read"`
}

// probesJSON is all of it. The JSON keys are stable.
type probesJSON struct {
	Schema    string         `json:"schema"`
	Endpoints int            `json:"endpoints"`
	Problems  map[string]int `json:"problems"`
	Read      spreadJSON     `json:"read_ms"`
	Ping      spreadJSON     `json:"ping_ms"`
	PDUs      int            `json:"pdus"`
	Varbinds  int            `json:"varbinds"`
	Bytes     int            `json:"bytes"`
	Retries   int            `json:"retries"`
	NoPing    int            `json:"ping_not_permitted"`
	Collector collectorJSON  `json:"collector"`
	List      []probeJSON    `json:"probes"`
}

type spreadJSON struct {
	N   int     `json:"endpoints"`
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func spreadJSONOf(s health.Spread) spreadJSON {
	return spreadJSON{s.N, millis(s.P50), millis(s.P90), millis(s.P99), millis(s.Max)}
}

func probeJSONOf(p *health.Probe, now time.Time) probeJSON {
	e := p.State
	out := probeJSON{Server: p.Server, Role: e.Role, Address: e.Address, Credential: e.Credential, Problems: append([]string{}, p.Problems...),
		Why: p.Why(now), Do: p.Do(), SNMP: e.SNMP, Ping: e.Ping.Reach, PDUs: e.Cost.PDUs, Varbinds: e.Cost.Varbinds, Bytes: e.Cost.Bytes,
		Retries: e.Cost.Retries, Misses: e.Misses, LastOK: e.LastOK, NextTry: e.NextTry, Stale: e.Stale(now),
		Profiles: append([]string{}, e.Profiles...), NotRead: []string{}}
	if e.Ping.Received > 0 {
		ms := millis(e.Ping.Avg)
		out.PingMillis = &ms
	}
	if e.SNMP == fleet.Answered {
		ms := millis(e.Cost.Took)
		out.ReadMillis = &ms
	}
	for _, r := range e.Errors {
		out.NotRead = append(out.NotRead, r.What+": "+r.Text)
	}
	return out
}

func (env *cli) printProbes(as string, all *health.Probing, shown []*health.Probe, lease fleet.Lease) error {
	now := env.now()
	if as == "json" {
		out := probesJSON{Schema: "ironage.probes/v1", Endpoints: len(all.List), Problems: map[string]int{}, Read: spreadJSONOf(all.Read), Ping: spreadJSONOf(all.Echo),
			PDUs: all.PDUs, Varbinds: all.Varbinds, Bytes: all.Bytes, Retries: all.Retries, NoPing: all.NoPing,
			Collector: collectorJSONOf(lease, now), List: []probeJSON{}}
		for code, n := range all.Counts {
			out.Problems[firstOf(code, lists.ProbeFine)] = n
		}
		for _, p := range shown {
			out.List = append(out.List, probeJSONOf(p, now))
		}
		return printJSON(env.out, out)
	}
	rows := make([][]string, len(shown))
	for i, p := range shown {
		j := probeJSONOf(p, now)
		if as == "csv" {
			rows[i] = []string{j.Server, j.Role.String(), j.Address, firstOf(strings.Join(j.Problems, " "), lists.ProbeFine), numberOf(j.ReadMillis), numberOf(j.PingMillis),
				strconv.Itoa(j.PDUs), strconv.Itoa(j.Varbinds), strconv.Itoa(j.Bytes), strconv.Itoa(j.Retries), strconv.Itoa(j.Misses), timeOf(j.LastOK),
				strings.Join(j.Profiles, " "), strings.Join(j.NotRead, "; "), j.Why, j.Do}
			continue
		}
		rows[i] = []string{firstOf(p.Problem(), "-"), j.Server, j.Role.String(), j.Address, numberOf(j.ReadMillis), numberOf(j.PingMillis), strconv.Itoa(j.PDUs),
			strconv.Itoa(j.Retries), strconv.Itoa(j.Misses), since(now, j.LastOK), strings.Join(j.Profiles, " ")}
	}
	if as == "csv" {
		return printCSV(env.out, []string{"server", "role", "address", "problems", "read_ms", "ping_ms", "pdus", "varbinds", "bytes", "retries", "missed", "answered",
			"profiles", "not_read", "why", "do"}, rows)
	}
	if len(all.List) == 0 {
		_, err := fmt.Fprintln(env.out, "There are no endpoints yet. Add servers to the configuration: docs/configuration.md")
		return err
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(env.out, "No endpoint matches.")
		return err
	}
	head := []string{"problem", "server", "role", "address", "read_ms", "ping_ms", "requests", "again", "missed", "answered", "profiles"}
	if err := env.printFitting(head, rows); err != nil {
		return err
	}
	return env.printAdvice(all, shown, lease)
}

func numberOf(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', 1, 64)
}

func timeOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// printAdvice says what to do about the first few problems, and how reads and
// echoes are spread.
func (env *cli) printAdvice(all *health.Probing, shown []*health.Probe, lease fleet.Lease) error {
	var b strings.Builder
	spread := func(name string, s health.Spread) {
		if s.N > 0 {
			fmt.Fprintf(&b, "%s of %s: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms\n", name, plural(s.N, "endpoint"), millis(s.P50), millis(s.P90), millis(s.P99), millis(s.Max))
		}
	}
	b.WriteString("\n")
	spread("One read", all.Read)
	spread("Ping", all.Echo)
	b.WriteString(env.collectorLine(lease))
	const most = 10
	n := 0
	for _, p := range shown {
		if p.Problem() == "" {
			continue
		}
		if n++; n > most {
			continue
		}
		fmt.Fprintf(&b, "\n%s: %s\n  to do: %s\n", clean(p.Server), clean(p.Why(env.now())), clean(p.Do()))
	}
	if n > most {
		fmt.Fprintf(&b, "\nand %d more; one problem alone: --problem %s\n", n-most, shown[0].Problem())
	}
	_, err := fmt.Fprint(env.out, b.String())
	return err
}
