package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/exchange"
	"ironage/internal/fleet"
	"ironage/internal/lists"
)

// exportFlags are what was asked of one export.
type exportFlags struct {
	to, file, ids string
	differences   bool
	columns       []string
}

func newExportCommand(env *cli) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export --to FORMAT [FILTER…]",
		Short: "Write what the probes found, so that asset systems can be corrected",
		Long: "Write servers or parts as the probes found them, in the columns of an asset system: serial numbers, models and sizes as\n" +
			"the devices tell them, dates only where they were written down or a swap was seen, and everything else as in the inventory.\n" +
			"--differences lists where inventory and device disagree; with --to it exports only those rows.\n\n" +
			"FORMAT: " + strings.Join(exchange.FormatNames(), ", ") + ". FILTERs are those of ironage servers.",
		Example: "ironage export --differences\n" +
			"ironage export --to netbox-csv --ids netbox-devices.csv --columns id,name,serial --file correct.csv\n" +
			"ironage export --to parts-csv service:TDOffice",
		RunE: func(cmd *cobra.Command, args []string) error { return env.runExport(cmd.Context(), &f, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", "columns to write: "+strings.Join(exchange.FormatNames(), ", "))
	flags.StringVar(&f.file, "file", "", "file to write instead of standard output")
	flags.BoolVar(&f.differences, "differences", false, "only what inventory and device say differently")
	flags.StringSliceVar(&f.columns, "columns", nil, "only these columns, in this order")
	flags.StringVar(&f.ids, "ids", "", "export of NetBox with the columns id and name: adds the column id, so that NetBox changes what it has")
	return cmd
}

// exported is one server with its state.
type exported struct {
	server *fleet.Server
	state  *fleet.State
}

func (env *cli) runExport(ctx context.Context, f *exportFlags, args []string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	var format *exchange.Format
	switch {
	case f.to == "" && !f.differences:
		return usage("say what to write with --to: %s; or --differences", strings.Join(exchange.FormatNames(), ", "))
	case f.to != "":
		if format = exchange.FormatByName(f.to); format == nil {
			return usage("--to %s is not known; expected %s", f.to, strings.Join(exchange.FormatNames(), ", "))
		}
	case f.file != "" || f.ids != "" || len(f.columns) > 0:
		return usage("--file, --ids and --columns belong to --to")
	}
	c, err := env.configOrDefault()
	if err != nil {
		return err
	}
	rules := rulesOf(c, env.now(), exchange.UnknownOrder)
	fleetNow, err := env.exportedServers(ctx, c, args)
	if err != nil {
		return err
	}
	if format == nil {
		return env.printDifferences(as, fleetNow, &rules)
	}
	return env.writeExport(f, format, fleetNow, &rules)
}

// exportedServers are the servers as the inventory files have them, with what
// is known from the store; without a configuration those of the store.
func (env *cli) exportedServers(ctx context.Context, c *config.Config, filter []string) ([]exported, error) {
	keep, err := parseFilter(env, lists.Servers(env.now, nil), filterFlag{}, filter...)
	if err != nil {
		return nil, err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	seen := desk.View().Fleet
	var all []*fleet.Entry
	for _, s := range c.Servers {
		e := &fleet.Entry{Server: s}
		if known := seen.Find(s.Name); known != nil {
			e.State = known.State
		}
		all = append(all, e)
	}
	if len(c.Servers) == 0 {
		all = slices.Collect(seen.All())
	}
	var out []exported
	for _, x := range kept(env.listed(desk.View(), slices.Values(all)), keep) {
		out = append(out, exported{&x.Entry.Server, &x.Entry.State})
	}
	return out, nil
}

func (env *cli) printDifferences(as string, servers []exported, rules *exchange.Rules) error {
	found := []exchange.Difference{}
	for _, x := range servers {
		found = append(found, exchange.Compare(x.server, x.state, rules)...)
	}
	if as == "table" && len(found) == 0 {
		_, err := fmt.Fprintln(env.prose(), "Inventory and devices agree.")
		return err
	}
	rows := make([][]string, len(found))
	for i, d := range found {
		rows[i] = []string{d.Server, d.Part, d.Field, orNothing(d.Inventory), orNothing(d.Device)}
	}
	return env.printAs(as, []string{"server", "part", "field", "inventory", "device"}, rows, found)
}

func (env *cli) writeExport(f *exportFlags, format *exchange.Format, servers []exported, rules *exchange.Rules) error {
	var rows []exchange.Row
	for _, x := range servers {
		if f.differences && len(exchange.Compare(x.server, x.state, rules)) == 0 {
			continue
		}
		if format.Schema == exchange.Parts {
			rows = append(rows, exchange.FoundParts(x.server, x.state)...)
		} else {
			rows = append(rows, exchange.FoundServer(x.server, x.state, rules))
		}
	}
	o := exchange.Output{Columns: f.columns}
	if f.ids != "" {
		var err error
		if o.IDs, err = env.readIDs(f.ids); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	done, err := exchange.Write(&b, format, rows, o)
	if err != nil {
		return exit(exitUsage, err)
	}
	env.tellExport(f, done)
	if f.file == "" || f.file == "-" {
		_, err := env.out.Write(b.Bytes())
		return err
	}
	if err := exchange.WriteFile(f.file, b.Bytes()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.prose(), "Wrote %s to %s\n", plural(done.Rows, "row"), f.file)
	return err
}

// tellExport says what is not in the file as a person might expect it.
func (env *cli) tellExport(f *exportFlags, done exchange.Written) {
	if done.Rough > 0 {
		env.warnf("%s left empty: known to the month or year, and %s takes whole days", plural(done.Rough, "date"), f.to)
	}
	if done.Guarded > 0 {
		env.warnf("%s that a spreadsheet would run written with an apostrophe in front", plural(done.Guarded, "text"))
	}
	if done.Nameless > 0 {
		env.warnf("%s not in %s and written without id", plural(done.Nameless, "server"), f.ids)
	}
}

// readIDs reads which identifier NetBox has for which name.
func (env *cli) readIDs(path string) (map[string]string, error) {
	raw, err := env.readInput(path)
	if err != nil {
		return nil, err
	}
	text, _, err := exchange.Decode(raw, "auto")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	ids, err := exchange.ReadIDs(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(ids) == 0 {
		return nil, errors.New(path + " has no rows")
	}
	return ids, nil
}
