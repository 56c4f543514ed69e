package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/probes/discover"
	"ironage/probes/snmp"
)

type discoverFlags struct {
	target      targetFlags
	credentials []string
	exclude     []string
	rate        int
	all         bool
	identify    bool
	state       string
	write       string
	force       bool
}

func newDiscoverCommand(env *cli) *cobra.Command {
	var f discoverFlags
	cmd := &cobra.Command{
		Use:   "discover CIDR…",
		Short: "Find SNMP agents in networks and propose inventory entries",
		Long: "Ask every address of the given networks, ranges or single addresses who it is, gently, and propose an entry for each server that the\n" +
			"inventory lacks. Nothing is written unless --write names a file.\n\n" +
			"Credentials are tried one after another, with one question at a time per address: those of the command line, else those named with\n" +
			"--credential, else all of the configuration. A community of SNMP 1 or 2c is sent readable to every address: prefer SNMP 3.\n" +
			"Interrupted, a search goes on where it was when --state was given: the same command again.",
		Example: "ironage discover 10.0.0.0/24 10.0.3.5-20\n" +
			"ironage discover 10.0.0.0/16 --exclude 10.0.9.0/24 --exclude never-ask.txt --state search.json\n" +
			"ironage discover 10.0.0.0/24 --community env:SNMP_COMMUNITY --write found.csv && ironage import --from csv found.csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("give the networks to search, e.g. ironage discover 10.0.0.0/24")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			adHoc := slices.ContainsFunc([]string{"snmp", "community", "user"}, cmd.Flags().Changed)
			return env.discover(cmd.Context(), &f, adHoc, args)
		},
	}
	flags := cmd.Flags()
	f.target.register(flags)
	_ = flags.MarkHidden("no-ping") // nothing is pinged anyway
	flags.StringSliceVar(&f.credentials, "credential", nil, "try these credentials of the configuration, in this order")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "never ask these: a network, a range, an address, or a file with one of them a line")
	flags.IntVar(&f.rate, "rate", discover.DefaultRate, fmt.Sprintf("packets per second, at most %d", discover.MaxRate))
	flags.BoolVar(&f.all, "all", false, "also ask the network and broadcast addresses of IPv4 networks")
	flags.BoolVar(&f.identify, "identify", true, "ask the agents found what they are: family, model, serial number")
	flags.StringVar(&f.state, "state", "", "file to keep the search in, and to go on from")
	flags.StringVar(&f.write, "write", "", "write the proposed entries to this CSV file")
	flags.BoolVar(&f.force, "force", false, "let --write replace a file")
	return cmd
}

// discovery is one search on its way.
type discovery struct {
	flags     *discoverFlags
	options   discover.Options
	inventory []fleet.Server
	started   time.Time
}

func (env *cli) discover(ctx context.Context, f *discoverFlags, adHoc bool, args []string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	d, err := env.newDiscovery(ctx, f, adHoc, args)
	if err != nil {
		return err
	}
	found, err := env.search(ctx, d)
	if err != nil {
		return err
	}
	if err := env.identify(ctx, d, found); err != nil {
		return err
	}
	findings, entries := discover.Propose(found.Agents, d.inventory)
	for i := range entries {
		withoutAdHoc(&entries[i])
	}
	report := newDiscoverReport(d, found, findings, entries, env.now())
	if err := env.printDiscovery(as, report); err != nil {
		return err
	}
	if ctx.Err() != nil || !found.Complete {
		return errors.New("stopped before the end; " + d.goOn())
	}
	return env.writeEntries(f, entries)
}

// newDiscovery checks what was asked before anything is sent.
func (env *cli) newDiscovery(ctx context.Context, f *discoverFlags, adHoc bool, args []string) (*discovery, error) {
	if env.readonly && f.write != "" {
		return nil, usage("--readonly and --write do not go together")
	}
	if err := f.mayWrite(); err != nil {
		return nil, err
	}
	if f.target.port < 1 || f.target.port > 65535 {
		return nil, usage("--port %d is not a number from 1 to 65535", f.target.port)
	}
	if f.rate < 1 || f.rate > discover.MaxRate {
		return nil, usage("--rate %d: expected 1 to %d packets per second", f.rate, discover.MaxRate)
	}
	if err := f.target.check(); err != nil && (adHoc || f.target.timeout <= 0 || f.target.retries < 0) {
		return nil, exit(exitUsage, err)
	}
	plan, err := f.plan(args)
	if err != nil {
		return nil, exit(exitUsage, err)
	}
	d := &discovery{flags: f, started: env.now()}
	c, err := env.config()
	if errors.Is(err, config.ErrNone) {
		c, err = config.Default(), nil
	}
	if err != nil {
		return nil, err
	}
	d.inventory = c.Servers
	keys, err := env.discoverCredentials(ctx, c, f, adHoc)
	if err != nil {
		return nil, err
	}
	d.options = discover.Options{Plan: plan, Port: uint16(f.target.port), Credentials: keys, Rate: f.rate, //nolint:gosec // checked above
		Timeout: f.target.timeout, Retries: f.target.retries, Now: env.now}
	return d, nil
}

// plan is the addresses to ask.
func (f *discoverFlags) plan(args []string) (*discover.Plan, error) {
	var targets, excluded []discover.Span
	for _, text := range args {
		s, err := discover.ParseTarget(text, f.all)
		if err != nil {
			return nil, err
		}
		targets = append(targets, s)
	}
	for _, text := range f.exclude {
		s, err := discover.ParseExclusion(text)
		if err == nil {
			excluded = append(excluded, s)
			continue
		}
		more, fileErr := readExclusions(text)
		if errors.Is(fileErr, fs.ErrNotExist) {
			return nil, fmt.Errorf("--exclude %w, and there is no file of that name", err)
		}
		if fileErr != nil {
			return nil, fmt.Errorf("--exclude %w", fileErr)
		}
		excluded = append(excluded, more...)
	}
	return discover.NewPlan(targets, excluded)
}

func readExclusions(path string) ([]discover.Span, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return discover.ReadExclusions(file, path)
}

// adHocName is the credential of the command line, which no inventory can name.
const adHocName = "command line"

// discoverCredentials are what is tried, in this order.
func (env *cli) discoverCredentials(ctx context.Context, c *config.Config, f *discoverFlags, adHoc bool) ([]snmp.Credential, error) {
	var out []snmp.Credential
	if adHoc || len(f.credentials) == 0 && len(c.Credentials) == 0 {
		own, err := f.target.credential(ctx, env)
		if err != nil {
			return nil, err
		}
		own.Name = adHocName
		out = append(out, own)
	}
	named, err := env.namedCredentials(ctx, c, f, len(out) > 0)
	if out = append(out, named...); err != nil {
		return nil, err
	}
	if len(out) > discover.MaxCredentials {
		return nil, usage("%d credentials to try at every address; choose at most %d with --credential", len(out), discover.MaxCredentials)
	}
	return out, nil
}

// namedCredentials are those of --credential, or all where nothing was chosen:
// then one whose secret is missing is told and left out.
func (env *cli) namedCredentials(ctx context.Context, c *config.Config, f *discoverFlags, chosen bool) ([]snmp.Credential, error) {
	names, all := f.credentials, false
	if !chosen && len(names) == 0 {
		names, all = configuredCredentials(c), true
	}
	var out []snmp.Credential
	var missing []error
	ring := c.Keyring(env.getenv, env.now)
	for _, name := range names {
		if c.Credentials[name] == nil {
			return nil, usage("--credential %s: the configuration has no credential of that name; it has %s", name, firstOf(strings.Join(c.CredentialNames(), ", "), "none"))
		}
		key, err := ring.Credential(ctx, name)
		if err != nil {
			missing = append(missing, fmt.Errorf("credential %s: %w", name, err))
			continue
		}
		out = append(out, key)
	}
	if len(missing) > 0 && (!all || len(out) == 0) {
		return nil, errors.Join(missing...)
	}
	for _, err := range missing {
		env.warnf("not tried: %s", inOneLine(err))
	}
	return out, nil
}

// configuredCredentials are all of the configuration, the defaults first.
func configuredCredentials(c *config.Config) []string {
	var out []string
	for _, name := range append([]string{c.Defaults.BMCCredential, c.Defaults.OSCredential, c.Defaults.Credential}, c.CredentialNames()...) {
		if c.Credentials[name] != nil && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func withoutAdHoc(e *discover.Entry) {
	for _, name := range []*string{&e.BMCCredential, &e.OSCredential} {
		if *name == adHocName {
			*name = ""
		}
	}
}

// search runs the search, from its state file where there is one.
func (env *cli) search(ctx context.Context, d *discovery) (*discover.Result, error) {
	o, f := &d.options, d.flags
	if f.state != "" {
		if err := env.resume(f.state, o); err != nil {
			return nil, err
		}
	}
	if o.Resume == nil || !o.Resume.Complete {
		env.say("Asking %s on port %d with %s, at most %s a second\n", addressCount(o.Plan.Count()), o.Port, credentialNames(o.Credentials), plural(o.Rate, "packet"))
	}
	show := &discoverProgress{env: env, bar: env.errIsTerminal(), started: d.started}
	o.Progress = show.show
	found, err := discover.Run(ctx, *o)
	show.end()
	if err != nil {
		return nil, err
	}
	return found, nil
}

// resume keeps the search in a file, and goes on from what it holds.
func (env *cli) resume(path string, o *discover.Options) error {
	was, err := discover.ReadState(path)
	if err != nil {
		return err
	}
	if was != nil {
		if err := o.Continues(was); err != nil {
			return fmt.Errorf("%s: %w\nGive the same targets, port and credentials as then, name another --state file, or remove this one", path, err)
		}
		env.say("%s\n", resumed(path, was))
	}
	o.Resume, o.Save = was, func(st *discover.State) error { return st.Write(path) }
	return nil
}

func resumed(path string, was *discover.State) string {
	at := was.Saved.Local().Format("2006-01-02 15:04")
	if was.Complete {
		return fmt.Sprintf("The search in %s was finished at %s; remove the file to search again", path, at)
	}
	return fmt.Sprintf("Going on with the search in %s of %s: what is done with is not asked again", path, at)
}

// identify asks what the agents are, or guesses it from what they said.
func (env *cli) identify(ctx context.Context, d *discovery, found *discover.Result) error {
	lib, err := env.library()
	if err != nil {
		return err
	}
	if d.flags.identify && found.Complete {
		show := &discoverProgress{env: env, bar: env.errIsTerminal(), started: env.now()}
		i := discover.Identifier{Library: lib, Credentials: d.options.Credentials, Options: d.flags.target.options(), Now: env.now, Done: show.identified}
		i.Identify(ctx, found.Agents)
		show.end()
		if d.options.Save != nil {
			found.State.Agents = found.Agents
			if err := d.options.Save(found.State); err != nil {
				return err
			}
		}
	}
	for i := range found.Agents {
		discover.Guess(context.WithoutCancel(ctx), lib, &found.Agents[i])
	}
	return nil
}

// goOn says how an interrupted search is continued.
func (d *discovery) goOn() string {
	if d.flags.state != "" {
		return "the same command goes on from " + d.flags.state
	}
	return "with --state FILE the same command could go on from here"
}
