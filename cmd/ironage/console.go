package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/probes/snmp"
	"ironage/tui"
)

// openConsole is ironage without a sub-command: the console on the configured
// fleet, or on the hosts given.
func openConsole(cmd *cobra.Command, env *cli, target *targetFlags, hosts []string) error {
	ctx := cmd.Context()
	env.lavishMemory()
	go lang.Prepare(env.languageChosen())
	if len(hosts) > 0 {
		return adHocConsole(ctx, env, target, hosts)
	}
	c, err := env.configOrDefault()
	if errors.Is(err, config.ErrNone) {
		return env.welcome()
	}
	if err != nil {
		return err
	}
	return runConsole(ctx, env, c, stationOptions{fixed: c.Path == ""})
}

// welcome is what a first start without any configuration says.
func (env *cli) welcome() error {
	_, err := fmt.Fprintf(env.prose(), `No configuration yet. To begin, one of:

  ironage demo           look around in a simulated fleet; needs nothing, leaves nothing behind
  ironage HOST…          look at hosts now (SNMP 2c, community public; ironage --help has v3)
  ironage check HOST     print one look at one host
  ironage config init    write a commented configuration to
                         %s

`, firstOf(env.configPath, env.getenv("IRONAGE_CONFIG"), config.UserPath(env.getenv)))
	return err
}

// runConsole opens the fleet of a configuration on this terminal and returns
// when the person leaves. It collects unless another process does.
func runConsole(ctx context.Context, env *cli, c *config.Config, o stationOptions) error {
	if err := env.mayShow(); err != nil {
		return err
	}
	s, err := openStation(ctx, env, c, o)
	if err != nil {
		return err
	}
	hups, quiet := hangups()
	defer quiet()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := s.start(ctx, env.whileOnline(ctx, hups, cancel))
	defer stop()
	show := tui.Run
	if env.plainConsole() {
		show = tui.RunPlain
	}
	err = show(ctx, tui.Config{Desk: s.desk, Actor: env.actor(), Now: env.clock(), Life: c.Life, Racks: rackSpecs(c), Tongue: env.tongue(), Settings: env.settings(),
		Theme: env.look.theme, Mouse: env.look.mouse, Dark: true, ASCII: env.ascii, Pager: firstOf(env.getenv("PAGER"), "less")}, env.in, env.out)
	if ctx.Err() != nil {
		return nil // asked to end: by a signal, or because the terminal went
	}
	return err
}

// mayShow refuses what a console cannot be shown on or with.
func (env *cli) mayShow() error {
	if err := env.checkLook(); err != nil || env.plainConsole() {
		return err
	}
	return env.needTerminal()
}

// needTerminal says what to use where there is none.
func (env *cli) needTerminal() error {
	for _, f := range []any{env.in, env.out} {
		if file, ok := f.(*os.File); !ok || !term.IsTerminal(file.Fd()) {
			return usage("the console needs a terminal; for scripts and pipes use --plain, or: ironage servers, events, queue list or check HOST (with --output json or csv)\n" +
				"To collect without a console: ironage collect")
		}
	}
	return nil
}

// whileOnline passes SIGHUP on as "read the configuration again". The same
// signal comes when the connection drops; then the terminal is gone, and the
// console must go too instead of staying behind without anybody at it.
func (env *cli) whileOnline(ctx context.Context, hups <-chan os.Signal, leave context.CancelFunc) <-chan os.Signal {
	out := make(chan os.Signal)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case s := <-hups:
				if !env.plainConsole() && env.needTerminal() != nil {
					leave()
					return
				}
				select {
				case out <- s:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out
}

// commandLine is the credential of the command line, whatever the name.
type commandLine struct{ cred snmp.Credential }

// Credential implements keyring.
func (c commandLine) Credential(context.Context, string) (snmp.Credential, error) {
	return c.cred, nil
}

// adHocConsole looks at hosts without any configuration, in a database that
// goes with the console.
func adHocConsole(ctx context.Context, env *cli, target *targetFlags, hosts []string) (err error) {
	if err := env.mayShow(); err != nil {
		return err
	}
	c, err := adHocConfig(target, hosts)
	if err != nil {
		return exit(exitUsage, err)
	}
	cred, err := target.credential(ctx, env)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ironage-")
	if err != nil {
		return fmt.Errorf("a place for what is read: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return runConsole(ctx, env, c, stationOptions{store: filepath.Join(dir, "ironage.db"), keys: commandLine{cred}, fixed: true})
}

// adHocConfig is a configuration of nothing but hosts. What they are for, the
// profiles find out.
func adHocConfig(target *targetFlags, hosts []string) (*config.Config, error) {
	c := config.Default()
	c.Polling.Timeout, c.Polling.Retries = target.timeout, target.retries
	c.Ping.Enabled = !target.noPing
	seen := map[string]bool{}
	for _, h := range hosts {
		address, err := target.address(h)
		if err != nil {
			return nil, err
		}
		if seen[address] {
			continue
		}
		seen[address] = true
		c.Servers = append(c.Servers, fleet.Server{Name: h, Criticality: fleet.CriticalityNormal,
			Endpoints: []fleet.Endpoint{{Address: address, Credential: "command line"}}})
	}
	return c, nil
}

func newCollectCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "collect",
		Short: "Poll the configured fleet without a console, until told to stop",
		Long: "Poll the configured fleet and keep the database up to date, without a console: for a service that always runs. Consoles that start\n" +
			"meanwhile only look. SIGHUP, or a change of the files, loads the configuration again; SIGTERM ends it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return env.collect(cmd.Context()) },
	}
}

// collect runs a station without a console and prints its notices.
func (env *cli) collect(ctx context.Context) error {
	if env.readonly {
		return usage("--readonly and collect do not go together: collecting writes")
	}
	c, err := env.configOrDefault()
	if err != nil {
		return err
	}
	s, err := openStation(ctx, env, c, stationOptions{fixed: c.Path == ""})
	if err != nil {
		return err
	}
	hups, quiet := hangups()
	defer quiet()
	stop := s.start(ctx, hups)
	defer stop()
	_, _ = fmt.Fprintf(env.aside(), "ironage: %s, database %s\n", plural(len(c.Servers), "server"), s.store.Path())
	printNotices(ctx, env.err, s)
	return nil
}

// printNotices writes who collects and each notice, once and again when it
// changes, and that a notice is over, until ctx ends.
func printNotices(ctx context.Context, w io.Writer, s *station) {
	said, owner := map[string]string{}, ""
	for v := range s.desk.Watch(ctx) {
		if o := v.Collector.Owner; o != owner {
			owner = o
			_, _ = fmt.Fprintf(w, "ironage: %s\n", collectsNow(v.Collector)) // nobody to tell when this fails
		}
		now := map[string]string{}
		for _, n := range v.Notices {
			now[n.Code] = n.Text
			if said[n.Code] != n.Text {
				_, _ = fmt.Fprintf(w, "ironage: %s: %s\n", n.Health, n.Text) // likewise
			}
		}
		for _, code := range sortedKeys(said) {
			if now[code] == "" {
				_, _ = fmt.Fprintf(w, "ironage: ok: no longer: %s\n", said[code]) // likewise
			}
		}
		said = now
	}
}

// collectsNow tells a process that collects from one that waits its turn.
func collectsNow(c ops.Collector) string {
	switch {
	case c.Here:
		return "collecting"
	case c.Owner == "":
		return "nobody collects"
	}
	return c.Owner + " collects; standing by to take over"
}
