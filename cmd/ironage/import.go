package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/exchange"
	"ironage/internal/fleet"
)

// importFlags are what was asked of one import.
type importFlags struct {
	from, into, encoding, dates, token, credential string
	dryRun, skipBad, prune, overwrite, yes         bool
	roles, skip                                    []string
	timeout                                        time.Duration
	page                                           int
}

func newImportCommand(env *cli) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import --from FORMAT FILE|URL",
		Short: "Take servers and parts over from NetBox, Snipe-IT, GLPI or a CSV file",
		Long: "Compare an export with the inventory, show what would change, and write it into a file that imports keep,\n" +
			"by default inventory/SYSTEM.csv beside the configuration. It is applied whole or not at all: one faulty row stops it,\n" +
			"unless --skip-bad is given. What people changed in that file stays, and files kept by hand are never touched.\n\n" +
			"FORMAT: netbox-csv (devices), netbox-items (inventory items), snipeit, glpi, csv, parts-csv, and netbox for its REST API.\n" +
			"netbox and netbox-items take a URL with --token; a FILE of - is standard input.",
		Example: "ironage import --from netbox-csv devices.csv --dry-run\n" +
			"ironage import --from netbox https://netbox.example.org --token env:NETBOX_TOKEN --role Server\n" +
			"ironage import --from snipeit assets.csv --into inventory/netbox.csv",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return env.runImport(cmd.Context(), &f, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "what FILE or URL is: netbox, "+strings.Join(exchange.FormatNames(), ", "))
	flags.StringVar(&f.into, "into", "", "inventory file that is kept, a path from the configuration's folder (default inventory/SYSTEM.csv, parts/SYSTEM.csv)")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would change and write nothing")
	flags.BoolVar(&f.skipBad, "skip-bad", false, "import the other rows when some are faulty")
	flags.BoolVar(&f.prune, "prune", false, "remove what an earlier import brought and the source has no more")
	flags.BoolVar(&f.overwrite, "overwrite", false, "let the source win over what was changed by hand in the file")
	flags.BoolVarP(&f.yes, "yes", "y", false, "do not ask before writing")
	flags.StringVar(&f.encoding, "encoding", "auto", "how the text is written: "+strings.Join(exchange.Encodings, ", "))
	flags.StringVar(&f.dates, "dates", "", "order of dates like 03/04/2018: dmy or mdy")
	flags.StringSliceVar(&f.roles, "role", nil, "keep only rows of this role (NetBox), category (Snipe-IT) or type (GLPI); may be repeated")
	flags.StringSliceVar(&f.skip, "skip-status", nil, "leave out rows of these statuses, instead of the usual ones")
	flags.StringVar(&f.credential, "credential", "", "credential of servers that are added")
	flags.StringVar(&f.token, "token", "", "NetBox API token (env:NAME, file:PATH, or with a warning the value)")
	flags.DurationVar(&f.timeout, "timeout", time.Minute, "how long one request to NetBox waits for its answer")
	flags.IntVar(&f.page, "page", 500, "rows that one request to NetBox asks for")
	_ = cmd.MarkFlagRequired("from") // the flag is there
	return cmd
}

// importJob is one import on its way.
type importJob struct {
	flags  *importFlags
	format *exchange.Format
	url    bool
	source string // FILE or URL
	path   string // of the configuration
	into   string
	conf   *config.Config
	rules  exchange.Rules
}

func (env *cli) runImport(ctx context.Context, f *importFlags, source string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	if env.readonly && !f.dryRun {
		return usage("--readonly and import: add --dry-run to only look")
	}
	job, err := env.importJob(f, source)
	if err != nil {
		return err
	}
	known := placedServers(job.conf)
	read, note, err := env.readSource(ctx, job, known)
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	if note != "" {
		read.Notes = append([]string{note}, read.Notes...)
	}
	req := exchange.Request{Source: read, Into: job.into, Rules: job.rules, Known: known, Credential: f.credential, Overwrite: f.overwrite, Prune: f.prune}
	base := job.format.BaseOf(job.into)
	if req.Current, err = exchange.ReadFile(job.into); err != nil {
		return err
	}
	if req.Base, err = exchange.ReadFile(base); err != nil {
		return err
	}
	plan, err := exchange.Make(req)
	if err != nil {
		return err
	}
	r := newImportReport(job, read, plan)
	return env.finishImport(as, job, plan, r, req.Current, base)
}

// finishImport says what the plan is and, when everything is fine, writes it.
func (env *cli) finishImport(as string, job *importJob, plan *exchange.Plan, r *importReport, was []byte, base string) error {
	var end error
	switch {
	case len(plan.Rejected) > 0 && !job.flags.skipBad:
		end = fmt.Errorf("nothing was imported, because %s faulty\nCorrect the source, or leave out what is faulty with --skip-bad", areFaulty(len(plan.Rejected), "row"))
	case plan.Same:
		r.Outcome = "nothing to do: what can be imported is there already"
	default:
		end = env.validateImport(job, plan, r)
	}
	write := end == nil && !plan.Same && !job.flags.dryRun
	if write && as == "table" && env.onTerminal() && !job.flags.yes {
		if err := env.printImport(as, r); err != nil {
			return err
		}
		if !env.askYes(fmt.Sprintf("Write %s?", job.into)) {
			return exit(exitFailed, errors.New("nothing was written"))
		}
		as = "" // it is on screen already
	}
	switch {
	case write:
		if err := plan.Write(job.into, was, base); err != nil {
			return err
		}
		r.Applied, r.Outcome = true, "written to "+job.into
	case end == nil && r.Outcome == "":
		r.Outcome = "nothing was written (--dry-run)"
	case end != nil:
		r.Outcome, _, _ = strings.Cut(end.Error(), "\n")
	}
	if err := env.printImport(as, r); err != nil {
		return err
	}
	return end
}

// importJob checks the flags against each other and finds the files.
func (env *cli) importJob(f *importFlags, source string) (*importJob, error) {
	j := &importJob{flags: f, source: source, url: strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://")}
	name := f.from
	if name == "netbox" {
		name = "netbox-csv"
	}
	j.format = exchange.FormatByName(name)
	switch {
	case j.format == nil:
		return nil, usage("--from %s is not known; expected netbox, %s", f.from, strings.Join(exchange.FormatNames(), ", "))
	case f.from == "netbox" && !j.url:
		return nil, usage("--from netbox reads NetBox's API at a URL; for a file it exported say --from netbox-csv")
	case j.url && f.from != "netbox" && f.from != "netbox-items":
		return nil, usage("--from %s reads a file; a URL goes with --from netbox or netbox-items", f.from)
	case f.dates != "" && f.dates != string(exchange.DayFirst) && f.dates != string(exchange.MonthFirst):
		return nil, usage("--dates %s is not known; expected dmy or mdy", f.dates)
	case f.page < 1 || f.timeout <= 0:
		return nil, usage("--page and --timeout must be above 0")
	}
	var err error
	if j.path, err = config.Find(env.configPath, env.getenv); err != nil {
		return nil, env.noConfiguration(err)
	}
	if j.path, err = filepath.Abs(j.path); err != nil { // files are compared by their paths
		return nil, err
	}
	into := f.into
	if into == "" {
		into = filepath.Join(map[*exchange.Schema]string{exchange.Servers: "inventory", exchange.Parts: "parts"}[j.format.Schema], j.format.Family+".csv")
	}
	if !filepath.IsAbs(into) {
		into = filepath.Join(filepath.Dir(j.path), into)
	}
	if strings.ToLower(filepath.Ext(into)) != ".csv" {
		return nil, usage("--into %s: imports keep .csv files", f.into)
	}
	j.into = into
	if j.conf, err = config.LoadWith(j.path, notYet(j)); err != nil {
		return nil, err
	}
	// A path that names a file of the inventory as seen from here means that one.
	if here, err := filepath.Abs(f.into); err == nil && f.into != "" && j.conf.Uses(here) {
		j.into = here
	}
	if c := f.credential; c != "" && j.conf.Credentials[c] == nil {
		return nil, usage("--credential %s: the configuration has no credential of that name", c)
	}
	j.rules = rulesOf(j.conf, env.now(), exchange.DateOrder(f.dates))
	return j, nil
}

// notYet stands for the file that an import is about to begin: the
// configuration may name it already.
func notYet(j *importJob) config.Proposal {
	if _, err := os.Stat(j.into); err == nil {
		return config.Proposal{}
	}
	return config.Proposal{Files: map[string][]byte{j.into: emptyFile(j)}}
}

// emptyFile is an inventory file without rows.
func emptyFile(j *importJob) []byte { return []byte(j.format.Schema.Fields[0].Name + "\n") }

// rulesOf are the configuration's words about values.
func rulesOf(c *config.Config, now time.Time, order exchange.DateOrder) exchange.Rules {
	return exchange.Rules{Today: fleet.Date(now.UTC().Format(time.DateOnly)), Dates: order, Address: config.ParseAddress, Height: c.Defaults.Height,
		Memory: func(s string) (string, bool) {
			n, ok := config.ParseMemory(s)
			return config.PlainMemory(n), ok
		}}
}

// placedServers are the servers of the inventory with their places.
func placedServers(c *config.Config) []exchange.Known {
	out := make([]exchange.Known, len(c.Servers))
	for i, s := range c.Servers {
		out[i].Server = s
		out[i].File, out[i].Line, _ = c.WhereServer(s.Name) // every server has a place
	}
	return out
}

// readSource reads the file, or asks NetBox.
func (env *cli) readSource(ctx context.Context, j *importJob, known []exchange.Known) (*exchange.Source, string, error) {
	o := exchange.Options{Rules: j.rules, Roles: j.flags.roles, Skip: j.flags.skip, Known: known}
	if j.url {
		token, err := env.secret(ctx, "--token", j.flags.token)
		if err != nil {
			return nil, "", err
		}
		if token != "" && strings.HasPrefix(j.source, "http://") {
			env.warnf("the token goes over the network unencrypted; use https")
		}
		n := exchange.NetBox{URL: j.source, Token: string(token), Client: netboxClient(j.flags.timeout), Page: j.flags.page, Now: env.now}
		s, err := n.Read(ctx, j.format, o)
		return s, "", err
	}
	raw, err := env.readInput(j.source)
	if err != nil {
		return nil, "", err
	}
	text, note, err := exchange.Decode(raw, j.flags.encoding)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", j.source, err)
	}
	s, err := exchange.ReadCSV(text, j.format, o)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", j.source, err)
	}
	return s, note, nil
}

// readInput reads a file that must be there, or standard input.
func (env *cli) readInput(path string) ([]byte, error) {
	if path == "-" {
		return exchange.ReadAll(env.in, "standard input")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
	}
	defer func() { _ = f.Close() }() // nothing was written
	return exchange.ReadAll(f, path)
}

// validateImport loads the whole configuration as it would be.
func (env *cli) validateImport(j *importJob, plan *exchange.Plan, r *importReport) error {
	text := plan.Content
	if len(text) == 0 {
		text = emptyFile(j)
	}
	p := config.Proposal{Files: map[string][]byte{j.into: text}}
	if !j.conf.Uses(j.into) {
		key := "inventory"
		if j.format.Schema == exchange.Parts {
			key, p.Parts = "parts", []string{j.besideConfig()}
		} else {
			p.Inventory = []string{j.besideConfig()}
		}
		r.Next = append(r.Next, listIt(j, key))
	}
	c, err := config.LoadWith(j.path, p)
	var mistakes config.Problems
	if errors.As(err, &mistakes) {
		const most = 10
		text := mistakes[:min(len(mistakes), most)].Error()
		if len(mistakes) > most {
			text += fmt.Sprintf("\nand %d more", len(mistakes)-most)
		}
		return fmt.Errorf("with this import the configuration would be wrong, so nothing was imported:\n%s%s", text, importHints(plan, text))
	}
	if err != nil {
		return err
	}
	for _, w := range c.Warnings {
		if w.File == j.into {
			r.Notes = append(r.Notes, w.String())
		}
	}
	return nil
}

// besideConfig is the file as the configuration names it.
func (j *importJob) besideConfig() string {
	rel, err := filepath.Rel(filepath.Dir(j.path), j.into)
	if err != nil {
		return j.into // on another drive
	}
	return rel
}

// listIt says which line of the configuration names the file.
func listIt(j *importJob, key string) string {
	have := j.conf.Inventory
	if key == "parts" {
		have = j.conf.Parts
	}
	return fmt.Sprintf("%s does not read this file yet; let it say:\n  %s: [%s]", j.path, key, strings.Join(append(append([]string{}, have...), j.besideConfig()), ", "))
}

// importHints say what helps against the usual mistakes.
func importHints(plan *exchange.Plan, text string) string {
	var out string
	if strings.Contains(text, "no credential") {
		out += "\nServers need a credential: set defaults: {credential: NAME} in the configuration, or add --credential NAME."
	}
	if len(plan.Kept) > 0 && strings.Contains(text, "is taken by") {
		out += "\nServers that the source has no more keep their place in the rack; --prune removes them."
	}
	return out
}

// onTerminal reports whether a person can be asked.
func (env *cli) onTerminal() bool {
	in, ok := env.in.(*os.File)
	return ok && term.IsTerminal(in.Fd())
}

func (env *cli) askYes(question string) bool {
	_, _ = fmt.Fprintf(env.out, "%s [y/N] ", question) // a question that nobody sees is answered with no
	answer, err := bufio.NewReader(env.in).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return err == nil && (answer == "y" || answer == "yes")
}

// areFaulty is a number with its noun and verb.
func areFaulty(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return fmt.Sprintf("%d %ss are", n, noun)
}
