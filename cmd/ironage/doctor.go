package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/store"
	"ironage/probes"
	"ironage/probes/ping"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

func newDoctorCommand(env *cli) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "doctor [SERVER…]",
		Short: "Look for what keeps ironage from working, and say what to fix",
		Long: "Check the configuration, the database, the right to ping, the clock, and the address and credential of every endpoint (or those of the\n" +
			"SERVERs given), and say what to fix. The exit code is 0 when nothing is broken; warnings do not count.",
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			return env.doctor(cmd.Context(), as, args, all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "list every endpoint, also those that are fine")
	return cmd
}

// diagnosis is one thing that was looked at. The JSON keys are stable.
type diagnosis struct {
	Subject string       `json:"subject"` // "configuration", "store", …, or a server
	Address string       `json:"address,omitempty"`
	Health  fleet.Health `json:"health"`
	Text    string       `json:"text"`
	Fix     string       `json:"fix,omitempty"`
	Millis  float64      `json:"latency_ms,omitempty"`
}

// doctor looks at everything and prints it, the endpoints last.
func (env *cli) doctor(ctx context.Context, as string, servers []string, all bool) error {
	c, found := env.examineConfig(ctx)
	var endpoints []diagnosis
	if c != nil {
		if err := knownServers(c, servers); err != nil {
			return err
		}
		found = append(found, env.examineStore(ctx, c)...)
		echo := ping.New(ping.Options{Count: 1, Timeout: c.Ping.Timeout, Concurrency: c.Ping.Concurrency, Now: env.now})
		found = append(found, examinePing(c, echo))
		endpoints = env.examineEndpoints(ctx, c, servers, echo)
	}
	shown := append(slices.Clone(found), worthALine(endpoints, all)...)
	if err := env.printDiagnoses(as, shown, endpoints); err != nil {
		return err
	}
	bad := 0
	for _, d := range append(found, endpoints...) {
		if d.Health == fleet.Critical {
			bad++
		}
	}
	if bad > 0 {
		return exit(exitFailed, fmt.Errorf("%s to fix", plural(bad, "problem")))
	}
	return nil
}

func knownServers(c *config.Config, servers []string) error {
	for _, name := range servers {
		if !slices.ContainsFunc(c.Servers, func(s fleet.Server) bool { return s.Name == name }) {
			return usage("no server %q in the inventory; see ironage servers", name)
		}
	}
	return nil
}

// worthALine is the endpoints to print: all of them, or those that are not fine.
func worthALine(endpoints []diagnosis, all bool) []diagnosis {
	if all {
		return endpoints
	}
	return slices.DeleteFunc(slices.Clone(endpoints), func(d diagnosis) bool { return d.Health == fleet.OK })
}

func (env *cli) printDiagnoses(as string, found, endpoints []diagnosis) error {
	if as == "json" {
		return printJSON(env.out, found)
	}
	rows := make([][]string, 0, len(found))
	for _, d := range found {
		subject := strings.TrimSpace(d.Subject + " " + d.Address)
		if as == "csv" {
			rows = append(rows, []string{d.Subject, d.Address, d.Health.String(), d.Text, d.Fix})
			continue
		}
		rows = append(rows, []string{d.Health.String(), subject, d.Text})
		if d.Fix != "" {
			rows = append(rows, []string{"", "", "→ " + d.Fix})
		}
	}
	if as == "csv" {
		return printCSV(env.out, []string{"subject", "address", "health", "text", "fix"}, rows)
	}
	if err := env.printTable([]string{"HEALTH", "WHAT", "FOUND"}, rows); err != nil {
		return err
	}
	if len(endpoints) == 0 {
		return nil
	}
	fine, total := 0, time.Duration(0)
	for _, d := range endpoints {
		if d.Health == fleet.OK {
			fine++
			total += time.Duration(d.Millis * float64(time.Millisecond))
		}
	}
	line := fmt.Sprintf("\n%d of %s answered", fine, plural(len(endpoints), "endpoint"))
	if fine > 0 {
		line += fmt.Sprintf(", on average in %s", (total / time.Duration(fine)).Round(time.Millisecond/10))
	}
	_, err := fmt.Fprintln(env.prose(), line+".")
	return err
}

// examineConfig reads the configuration; nil when it cannot be used.
func (env *cli) examineConfig(ctx context.Context) (*config.Config, []diagnosis) {
	const subject = "configuration"
	c, err := env.configOrDefault()
	var mistakes config.Problems
	switch {
	case errors.As(err, &mistakes):
		var out []diagnosis
		for _, m := range mistakes {
			out = append(out, diagnosis{Subject: subject, Health: fleet.Critical, Text: m.String()})
		}
		return nil, out
	case errors.Is(err, config.ErrNone):
		return nil, []diagnosis{{Subject: subject, Health: fleet.Critical, Text: config.ErrNone.Error(), Fix: "write one with: ironage config init"}}
	case err != nil:
		return nil, []diagnosis{{Subject: subject, Health: fleet.Critical, Text: err.Error()}}
	}
	found := []diagnosis{{Subject: subject, Health: fleet.OK, Text: fmt.Sprintf("%s: %s, %s", firstOf(strings.Join(c.Files, ", "), "none, defaults"), plural(len(c.Servers), "server"), plural(len(c.Credentials), "credential"))}}
	for _, w := range c.Warnings {
		found = append(found, diagnosis{Subject: subject, Health: fleet.Warning, Text: strings.Replace(w.String(), "warning: ", "", 1)})
	}
	for _, err := range env.missingSecrets(ctx, c) {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			found = append(found, diagnosis{Subject: "secret", Health: fleet.Critical, Text: line, Fix: "make it available to the user and service that run ironage"})
		}
	}
	return c, append(found, examineProfiles(c)...)
}

// examineProfiles looks for mistakes in the user's own profiles.
func examineProfiles(c *config.Config) []diagnosis {
	_, err := library(c)
	var mistakes profile.Problems
	switch {
	case errors.As(err, &mistakes):
		var out []diagnosis
		for _, m := range mistakes {
			out = append(out, diagnosis{Subject: "profiles", Health: fleet.Critical, Text: m.String(), Fix: "nothing is read until it is right; look at them all with: ironage profile lint"})
		}
		return out
	case err != nil:
		return []diagnosis{{Subject: "profiles", Health: fleet.Critical, Text: err.Error()}}
	}
	return nil
}

// lowSpace is the free space from which on the database is in danger.
const lowSpace = 100 << 20

// examineStore looks at the database without making one.
func (env *cli) examineStore(ctx context.Context, c *config.Config) []diagnosis {
	const subject = "store"
	path := strings.TrimPrefix(strings.TrimPrefix(env.storeOf(c), "sqlite:"), "//")
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return []diagnosis{examineFolder(path)}
	case err != nil:
		return []diagnosis{{Subject: subject, Health: fleet.Critical, Text: err.Error(), Fix: "give this user the right to read it, or name another store"}}
	}
	st, err := store.Open(ctx, path, env.now)
	if err != nil {
		return []diagnosis{{Subject: subject, Health: fleet.Critical, Text: err.Error()}}
	}
	defer func() { _ = st.Close() }() // it was only read
	var found []diagnosis
	if err := examineDatabase(ctx, path); err != nil {
		found = append(found, diagnosis{Subject: subject, Health: fleet.Critical, Text: fmt.Sprintf("%s: %v", path, err),
			Fix: "stop ironage and restore the copy beside it, or move the file away: inventory and readings come back by themselves, the queue does not"})
	} else {
		found = append(found, diagnosis{Subject: subject, Health: fleet.OK, Text: fmt.Sprintf("%s (%d KiB) is whole and can be written to", path, info.Size()>>10)})
	}
	found = append(found, examineSpace(filepath.Dir(path))...)
	found = append(found, env.examineLease(ctx, st)...)
	return append(found, env.examineClock(ctx, st))
}

// examineFolder says whether the database could be made.
func examineFolder(path string) diagnosis {
	dir := filepath.Dir(path)
	for { // store.Open makes missing folders
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.CreateTemp(dir, ".ironage-doctor-")
	if err != nil {
		return diagnosis{Subject: "store", Health: fleet.Critical, Text: fmt.Sprintf("%s is not there, and cannot be made: %v", path, err), Fix: "give this user the right to write to " + dir + ", or name another store"}
	}
	_, _ = f.Close(), os.Remove(f.Name()) // an empty file that nobody misses
	return diagnosis{Subject: "store", Health: fleet.OK, Text: path + " is not there yet; the first start makes it"}
}

// examineLease says who collects.
func (env *cli) examineLease(ctx context.Context, st *store.Store) []diagnosis {
	l, err := st.Lease(ctx)
	switch {
	case err != nil:
		return []diagnosis{{Subject: "collector", Health: fleet.Critical, Text: err.Error()}}
	case l.Holder == "":
		return []diagnosis{{Subject: "collector", Health: fleet.Warning, Text: "nobody collects now", Fix: "start ironage, or ironage collect as a service"}}
	case env.now().Sub(l.Heartbeat) > l.TTL:
		return []diagnosis{{Subject: "collector", Health: fleet.Warning, Text: fmt.Sprintf("%s collected last, %s ago", l.Holder, since(env.now(), l.Heartbeat)), Fix: "start ironage, or ironage collect as a service"}}
	}
	found := []diagnosis{{Subject: "collector", Health: fleet.OK, Text: fmt.Sprintf("%s collects since %s: %d endpoints, %d late", l.Holder, l.Taken.Local().Format("2006-01-02 15:04"), l.Load.Endpoints, l.Load.Late)}}
	return append(found, examineFigures(&l.Load)...)
}

// examineFigures says what the collector's own figures say is wrong.
func examineFigures(w *fleet.CollectorLoad) []diagnosis {
	var found []diagnosis
	add := func(h fleet.Health, text, fix string) {
		found = append(found, diagnosis{Subject: "collector", Health: h, Text: text, Fix: fix})
	}
	if n := w.Transport.KernelDrops; n > 0 {
		add(fleet.Warning, fmt.Sprintf("the system threw %d answers away, because a receive buffer of %d KiB was full", n, w.Transport.Buffer>>10),
			"let the buffers be larger: sysctl -w net.core.rmem_max=4194304, then start ironage again")
	}
	if behind := max(w.Behind, w.DelayP99); behind > time.Minute && w.Unread == 0 {
		add(fleet.Warning, fmt.Sprintf("polls begin %s later than they should", behind.Round(time.Second)),
			"ask more endpoints at a time (polling.concurrency), or less often (polling.status); the figures: ironage probes --collector")
	}
	if w.SaveError != "" {
		add(fleet.Critical, fmt.Sprintf("%d states are not saved: %s", w.Unsaved, w.SaveError), "make the database writable again; polling goes on meanwhile")
	}
	return found
}

// examineClock compares this machine's clock with what was stored: a clock that
// went back makes ages and trends wrong.
func (env *cli) examineClock(ctx context.Context, st *store.Store) diagnosis {
	states, _, err := st.States(ctx, 0)
	if err != nil {
		return diagnosis{Subject: "clock", Health: fleet.Unknown, Text: "not compared: " + err.Error()}
	}
	now, latest := env.now(), time.Time{}
	for _, s := range states {
		if s.Updated.After(latest) {
			latest = s.Updated
		}
	}
	const slack, oldest = time.Minute, 2026
	switch {
	case now.Year() < oldest:
		return diagnosis{Subject: "clock", Health: fleet.Critical, Text: "this machine says it is " + now.Format("2006-01-02"), Fix: "set the clock (NTP)"}
	case latest.Sub(now) > slack:
		return diagnosis{Subject: "clock", Health: fleet.Critical, Text: fmt.Sprintf("the latest reading is %s ahead of this machine's clock", latest.Sub(now).Round(time.Second)), Fix: "set the clock (NTP) here, or on the machine that collects"}
	}
	return diagnosis{Subject: "clock", Health: fleet.OK, Text: now.Format("2006-01-02 15:04:05 MST")}
}

func examinePing(c *config.Config, echo *ping.Prober) diagnosis {
	if !c.Ping.Enabled {
		return diagnosis{Subject: "ping", Health: fleet.OK, Text: "switched off in the configuration"}
	}
	mode, note := echo.Mode()
	if mode != ping.Refused {
		return diagnosis{Subject: "ping", Health: fleet.OK, Text: fmt.Sprintf("allowed (%s sockets)", mode)}
	}
	what, fix, _ := strings.Cut(note, "; ")
	return diagnosis{Subject: "ping", Health: fleet.Warning, Text: what + " (SNMP alone decides who is up)", Fix: fix}
}

// examineEndpoints asks every endpoint for its uptime, a bounded number at a time.
func (env *cli) examineEndpoints(ctx context.Context, c *config.Config, only []string, pinger probes.Pinger) []diagnosis {
	keys := c.Keyring(env.getenv, env.now)
	s := settingsOf(c, keys)
	var jobs []diagnosis
	var creds []string
	for _, server := range c.Servers {
		if len(only) > 0 && !slices.Contains(only, server.Name) {
			continue
		}
		for _, e := range server.Endpoints {
			jobs = append(jobs, diagnosis{Subject: server.Name, Address: e.Address})
			creds = append(creds, e.Credential)
		}
	}
	var g errgroup.Group
	g.SetLimit(c.Polling.Concurrency)
	for i := range jobs {
		g.Go(func() error {
			cred, err := keys.Credential(ctx, creds[i])
			if err != nil {
				jobs[i].Health, jobs[i].Text = fleet.Critical, "not asked: "+strings.ReplaceAll(err.Error(), "\n", "; ")
				return nil
			}
			env.examineEndpoint(ctx, &jobs[i], cred, s, pinger)
			return nil
		})
	}
	_ = g.Wait() // no job returns an error
	slices.SortStableFunc(jobs, func(a, b diagnosis) int { return cmp.Compare(b.Health.Severity(), a.Health.Severity()) })
	return jobs
}

// sysUpTime is what every agent has.
const sysUpTime = snmp.OID("1.3.6.1.2.1.1.3.0")

func (env *cli) examineEndpoint(ctx context.Context, d *diagnosis, cred snmp.Credential, s *readerSettings, pinger probes.Pinger) {
	began := env.now()
	session, err := snmp.Dial(ctx, d.Address, cred, s.options, snmp.Limits{})
	if err == nil {
		_, err = session.Get(ctx, []snmp.OID{sysUpTime})
		defer func() { _ = session.Close() }() // nothing is lost with it
	}
	took := env.now().Sub(began)
	if err == nil {
		d.Health, d.Millis, d.Text = fleet.OK, float64(took)/float64(time.Millisecond), fmt.Sprintf("answers with credential %s in %s", cred.Name, took.Round(time.Millisecond/10))
		return
	}
	d.Health = fleet.Critical
	_, d.Text = snmp.Reach(err)
	if s.noPing {
		return
	}
	switch p := pinger.Ping(ctx, hostOf(d.Address)); p.Reach {
	case fleet.Answered:
		d.Fix = "the host answers ping, so it is the agent, its port, its access list or the credential"
	case fleet.Silent:
		d.Fix = "the host does not answer ping either: is it up, is the address right, does a firewall lie between?"
	}
}
