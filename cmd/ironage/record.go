package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ironage/probes/record"
	"ironage/probes/snmp"
)

// gentleRepetitions is how many objects one request asks for while recording:
// nobody waits for it, and a management controller must not be kept from its work.
const gentleRepetitions = 10

type recordFlags struct {
	target       targetFlags
	file         string
	keepIdentity bool
	resume       bool
	all          bool
	oids         []string
	pause        time.Duration
	maxVariables int
	maxBytes     int64
}

func newRecordCommand(env *cli) *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record HOST[:PORT]",
		Short: "Walk a device into a file that check reads like the device",
		Long: "Walk a device into a .snmprec file: the system group, host resources, the entity tables and what the profiles read of it (of a family that\n" +
			"no profile knows: everything that its makers added). \"ironage check --recording FILE\" then reads the file like the device.\n\n" +
			"Serial numbers, host names, IP and MAC addresses, asset tags, contacts and locations become others of the same shape, the same one everywhere,\n" +
			"also inside longer texts and table indexes. Not covered: names in objects that nothing marks as such (users, mount points, volumes, virtual\n" +
			"machines), public addresses spelt in objects of versions, dates, and piece-part numbers. Look through a file before you hand it on.\n" +
			"SNMP's own users and communities, command lines of processes and the secrets used to ask are never written.\n\n" +
			"It asks for " + fmt.Sprint(gentleRepetitions) + " objects at a time and pauses between requests. Interrupted, it leaves a valid file; --resume goes on with it.",
		Example: "ironage record 10.0.0.7 --community env:SNMP_COMMUNITY --file acme.snmprec\n" +
			"ironage record 10.0.0.7 --community env:SNMP_COMMUNITY --file acme.snmprec --resume",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return env.record(cmd.Context(), &f, args[0]) },
	}
	f.target.register(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVarP(&f.file, "file", "f", "recording.snmprec", "file to write; one that exists is not overwritten")
	flags.BoolVar(&f.keepIdentity, "keep-identity", false, "keep serial numbers, names and addresses")
	flags.BoolVar(&f.resume, "resume", false, "continue an interrupted recording")
	flags.BoolVar(&f.all, "all", false, "walk the whole tree")
	flags.StringSliceVar(&f.oids, "oid", nil, "walk these subtrees instead")
	flags.DurationVar(&f.pause, "pause", record.DefaultPause, "pause between two requests")
	flags.IntVar(&f.maxVariables, "max-variables", record.DefaultMaxVariables, "end after so many variables")
	flags.Int64Var(&f.maxBytes, "max-bytes", record.DefaultMaxBytes, "end after so many bytes")
	return cmd
}

func (f *recordFlags) check() error {
	switch {
	case f.all && len(f.oids) > 0:
		return usage("--all and --oid do not go together")
	case f.resume && (f.all || len(f.oids) > 0 || f.keepIdentity):
		return usage("--resume goes on with what was asked for at first; leave --all, --oid and --keep-identity away")
	case f.maxVariables < 1 || f.maxBytes < 1 || f.pause < 0:
		return usage("--max-variables and --max-bytes must be above 0, --pause not below")
	}
	for _, o := range f.oids {
		if !snmp.OID(strings.TrimPrefix(o, ".")).Valid() {
			return usage("--oid %s is no object identifier; write numbers with dots, as in 1.3.6.1.2.1.47", o)
		}
	}
	return nil
}

// record walks the host into the file.
func (env *cli) record(ctx context.Context, f *recordFlags, host string) error {
	if err := f.check(); err != nil {
		return err
	}
	lib, err := env.library()
	if err != nil {
		return err
	}
	o := f.target.options()
	o.MaxRepetitions = gentleRepetitions
	session, credential, err := env.dial(ctx, &f.target, host, o)
	if err != nil {
		return err
	}
	defer func() { _ = session.Close() }() // nothing is lost with a socket
	match, subtrees, err := record.Subtrees(ctx, lib, session)
	if err != nil {
		return unreached(host, err)
	}
	file, err := f.open(subtrees)
	if err != nil {
		return err
	}
	options := record.Options{Pause: f.pause, MaxVariables: f.maxVariables, MaxBytes: f.maxBytes,
		Secrets: []snmp.Secret{credential.Community, credential.AuthSecret, credential.PrivSecret}}
	if key := file.Key(); key != nil {
		if options.Scrub, err = record.NewScrubberFor(ctx, lib, match, session, key, env.now()); err != nil {
			_ = file.Discard(!f.resume) // the first error is the one to tell
			return unreached(host, err)
		}
	}
	env.say("%s is read by %s; recording into %s\n", clean(host), firstOf(strings.Join(match.Names(), ", "), "no profile"), f.file)
	show := &recordProgress{env: env, bar: env.errIsTerminal()}
	options.Progress = show.show
	err = record.Run(ctx, session, file, options)
	show.end()
	return env.recorded(f, file, errors.Join(err, file.Close()))
}

func (f *recordFlags) open(subtrees []snmp.OID) (*record.File, error) {
	if f.resume {
		return record.Resume(f.file)
	}
	if f.all {
		subtrees = []snmp.OID{record.Everything}
	}
	if len(f.oids) > 0 {
		subtrees = nil
		for _, o := range f.oids {
			subtrees = append(subtrees, snmp.OID(strings.TrimPrefix(o, ".")))
		}
	}
	return record.Create(f.file, subtrees, f.keepIdentity)
}

// recorded says how it ended and what to do now.
func (env *cli) recorded(f *recordFlags, file *record.File, err error) error {
	n := plural(file.Variables(), "variable")
	switch {
	case err == nil:
		_, err := fmt.Fprintf(env.prose(), "%s holds %s\nNext: ironage check --recording %s\n", f.file, n, f.file)
		return err
	case errors.Is(err, record.ErrBound):
		return fmt.Errorf("%w\n%s holds what was read before; go on with --resume and a higher --max-variables or --max-bytes, or choose with --oid", err, f.file)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("stopped; %s holds %s so far and can be used; go on with --resume", f.file, n)
	case errors.Is(err, snmp.ErrIncomplete):
		env.warnf("parts of the tree could not be read to their end: %v", err)
		_, err := fmt.Fprintf(env.prose(), "%s holds %s, not all that the device has\nNext: ironage check --recording %s\n", f.file, n, f.file)
		return err
	}
	_, text := snmp.Reach(err)
	return fmt.Errorf("%s\n%s holds %s so far and can be used; go on with --resume", text, f.file, n)
}

// say tells the person at the terminal how it goes; results go to standard output.
func (env *cli) say(format string, args ...any) {
	_, _ = fmt.Fprintf(env.aside(), format, args...) // a writer that is gone leaves nobody to tell
}

func (env *cli) errIsTerminal() bool {
	file, ok := env.err.(*os.File)
	return ok && term.IsTerminal(file.Fd())
}

// recordProgress shows how far a recording is: a bar that is drawn over and over
// on a terminal, else a line per subtree.
type recordProgress struct {
	env   *cli
	bar   bool
	drawn bool
	said  int // variables at the last line
}

// linesApart is how many variables may pass without a line: one subtree can be
// the whole device.
const linesApart = 2000

// barWidth is that of the bar alone.
const barWidth = 24

func (r *recordProgress) show(p record.Progress) {
	switch {
	case r.bar:
		full := barWidth * p.Done / max(1, p.Total)
		// A terminal that is gone leaves nobody to tell.
		_, _ = fmt.Fprintf(r.env.err, "\r\x1b[K[%s%s] %d/%d  %s  %.40s", strings.Repeat("#", full), strings.Repeat("-", barWidth-full),
			p.Done, p.Total, plural(p.Variables, "variable"), p.At)
		r.drawn = true
	case p.FinishedOne || p.Variables >= r.said+linesApart:
		r.said = p.Variables
		r.env.say("%d/%d  %s  %s\n", p.Done, p.Total, plural(p.Variables, "variable"), p.Subtree)
	}
}

func (r *recordProgress) end() {
	if r.drawn {
		r.env.say("\n")
	}
}
