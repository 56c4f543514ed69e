package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/outlook"
	"ironage/internal/report"
)

// reportFlags are the flags of report.
type reportFlags struct {
	slice outlook.Slice
	top   int
	table string
	file  string
}

func newReportCommand(env *cli) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Report age, risk, spare parts and budget: Markdown, CSV, JSON or a page to print",
		Long: "report says how old the servers are, what will fail, which spare parts are missing and what the next quarters cost.\n" +
			"Markdown, CSV, JSON and HTML hold the same numbers. The HTML page needs nothing but itself: mail it, open it, print it.\n" +
			"Markdown and HTML speak the language of --lang or of the environment; CSV and JSON are the same for everybody.",
		Example: "ironage report                                         # Markdown\n" +
			"ironage report --output html --file report.html\n" +
			"ironage report --lang vi --output html --file bao-cao.html\n" +
			"ironage report --output csv --table forecast\n" +
			"ironage report --service TDOffice --output json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return env.report(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", "", "write to this file instead of the screen")
	flags.StringVar(&f.table, "table", "", "with --output csv: only this table ("+strings.Join(report.TableNames(), ", ")+")")
	flags.StringVar(&f.slice.Site, "site", "", "only the servers of this site; - takes those without one")
	flags.StringVar(&f.slice.Service, "service", "", "only the servers of this service; - takes those without one")
	flags.StringVar(&f.slice.Vendor, "vendor", "", "only the servers of this maker")
	flags.StringVar(&f.slice.Model, "model", "", "only the servers of this model")
	flags.IntVar(&f.top, "top", 50, "longest list; 0: no limit")
	// Cannot fail: the flag was made above.
	_ = cmd.RegisterFlagCompletionFunc("table", cobra.FixedCompletions(report.TableNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// check refuses what was not asked properly.
func (f *reportFlags) check(as string) error {
	switch {
	case f.top < 0:
		return usage("--top %d: expected 0 (no limit) or more", f.top)
	case f.table != "" && as != "csv":
		return usage("--table chooses one table of --output csv; the other formats hold them all")
	case f.table != "" && !slices.Contains(report.TableNames(), f.table):
		return usage("--table %s: the tables are %s", f.table, strings.Join(report.TableNames(), ", "))
	}
	return nil
}

func (env *cli) report(ctx context.Context, f reportFlags) error {
	as, err := env.format("table", "markdown", "csv", "json", "html")
	if err != nil {
		return err
	}
	if err := f.check(as); err != nil {
		return err
	}
	desk, st, done, err := env.openHistory(ctx)
	if err != nil {
		return err
	}
	defer done()
	env.warnStock()
	v := desk.View()
	since := env.figuresSince()
	ms, err := env.milestones(ctx, st, since)
	if err != nil {
		return err
	}
	r := report.Make(v.Outlook, v.Orders, report.Options{Slice: f.slice, Top: f.top, Milestones: ms, Since: since})
	if r.Summary.Servers == 0 && f.slice != (outlook.Slice{}) {
		return fmt.Errorf("no server fits; the fleet has %s", strings.Join(valuesOf(v.Outlook), "; "))
	}
	var b bytes.Buffer // whole before anything is overwritten
	switch as {
	case "csv":
		err = report.CSV(&b, r, f.table)
	case "json":
		err = report.JSON(&b, r)
	case "html":
		err = report.HTML(&b, r.In(env.tongue()))
	default:
		err = report.Markdown(&b, r.In(env.tongue()))
	}
	if err != nil {
		return err
	}
	if f.file == "" {
		_, err = env.out.Write(b.Bytes())
		return err
	}
	return replaceFile(f.file, b.Bytes())
}

// valuesOf are the words by which a fleet can be cut, for somebody who took one
// that it does not have.
func valuesOf(f *outlook.Fleet) []string {
	const most = 12
	var out []string
	for _, d := range outlook.Dimensions {
		var values []string
		for _, g := range f.GroupBy(d, outlook.Slice{}) {
			if g.Value != "" && len(values) < most {
				values = append(values, clean(g.Value))
			}
		}
		if len(values) > 0 {
			out = append(out, fmt.Sprintf("%s %s", d, strings.Join(values, ", ")))
		}
	}
	return out
}

// replaceFile puts a file in the place of another one at once, so that a full
// disk leaves the old one as it was.
func replaceFile(path string, text []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".ironage-*")
	var inner *fs.PathError
	if errors.As(err, &inner) { // nobody asked for the file beside it
		err = fmt.Errorf("%s: %w", filepath.Dir(path), inner.Err)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // what matters was said already
		}
	}()
	_, err = tmp.Write(text)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644) //nolint:gosec // a report is made to be read by others
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	return nil
}
