package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"ironage/internal/exchange"
	"ironage/probes/discover"
	"ironage/probes/snmp"
)

// discoverSchema names the form of discover's JSON.
const discoverSchema = "ironage.discover/v1"

// discoverReport is what discover prints as JSON.
type discoverReport struct {
	Schema    string             `json:"schema"`
	Time      time.Time          `json:"time"`
	Addresses int                `json:"addresses"`
	Done      int                `json:"done"`
	Complete  bool               `json:"complete"`
	Seconds   float64            `json:"seconds"`
	Counts    discover.Counts    `json:"counts"`
	Agents    []discover.Finding `json:"agents"`
	Proposed  []discover.Entry   `json:"proposed"`
}

func newDiscoverReport(d *discovery, found *discover.Result, findings []discover.Finding, entries []discover.Entry, now time.Time) *discoverReport {
	return &discoverReport{Schema: discoverSchema, Time: now, Addresses: d.options.Plan.Count(), Done: found.Done, Complete: found.Complete,
		Seconds: now.Sub(d.started).Seconds(), Counts: found.Counts, Agents: some(findings), Proposed: some(entries)}
}

func (env *cli) printDiscovery(as string, r *discoverReport) error {
	switch as {
	case "json":
		return printJSON(env.out, r)
	case "csv":
		return printCSV(env.out, discover.Columns(), entryRows(r.Proposed))
	}
	if len(r.Agents) > 0 {
		head := []string{"ADDRESS", "STATUS", "SERVER", "ROLE", "MANUFACTURER", "MODEL", "SERIAL", "NOTE"}
		rows := make([][]string, len(r.Agents))
		for i := range r.Agents {
			f := &r.Agents[i]
			rows[i] = []string{f.Address.String(), string(f.Status), f.Server, f.Role.String(), f.Device.Vendor, f.Device.Model, f.Device.Serial,
				firstOf(f.Why, cut(f.Descr, 60))}
		}
		if err := env.printTable(head, rows); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(env.prose(), r.summary())
	return err
}

// summary says what was done and what was left out of it.
func (r *discoverReport) summary() string {
	s := fmt.Sprintf("%s of %s asked, %s, %.0f s: %s, %s proposed", number(r.Done), addressCount(r.Addresses), counted(r.Counts.Packets, "packet"), r.Seconds,
		counted(len(r.Agents), "agent"), entryCount(len(r.Proposed)))
	c := r.Counts
	for _, x := range []struct {
		n    int
		what string
	}{{c.Elsewhere, "from an address or port that was not asked"}, {c.Strays, "that answer nothing asked"}, {c.Late, "that came too late"}, {c.Garbled, "that are not SNMP"}} {
		if x.n > 0 {
			s += fmt.Sprintf("\nIgnored: %s %s", counted(x.n, "datagram"), x.what)
		}
	}
	if c.Unsent > 0 {
		s += fmt.Sprintf("\nNothing could be sent to %s: %s", addressCount(c.Unsent), clean(c.Why))
	}
	if len(r.Agents) == 0 {
		s += "\nNo agent answered: check the credential, the port, and that a firewall lets UDP through and back"
	}
	return s
}

// writeEntries writes the file that --write names.
func (env *cli) writeEntries(f *discoverFlags, entries []discover.Entry) error {
	switch {
	case f.write == "":
		return nil
	case len(entries) == 0:
		env.say("Nothing new to write; %s was not touched\n", f.write)
		return nil
	}
	if err := f.mayWrite(); err != nil { // it may have come into being meanwhile
		return err
	}
	var b bytes.Buffer
	if err := printCSV(&b, discover.Columns(), entryRows(entries)); err != nil {
		return err
	}
	if err := exchange.WriteFile(f.write, b.Bytes()); err != nil {
		return err
	}
	env.say("Wrote %s to %s\nNext: ironage import --from csv %s%s --dry-run\n", entryCount(len(entries)), f.write, f.write, credentialHint(entries))
	return nil
}

// credentialHint is the flag that the import needs where the search was made
// with a credential that the configuration does not have.
func credentialHint(entries []discover.Entry) string {
	if e := &entries[0]; e.BMCCredential == "" && e.OSCredential == "" {
		return " --credential NAME"
	}
	return ""
}

// mayWrite refuses to replace a file unless told to.
func (f *discoverFlags) mayWrite() error {
	if f.write == "" || f.force {
		return nil
	}
	switch _, err := os.Lstat(f.write); {
	case err == nil:
		return usage("%s exists; name another file for --write, or add --force to replace it", f.write)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("--write %w", err)
	}
	return nil
}

func entryRows(entries []discover.Entry) [][]string {
	rows := make([][]string, len(entries))
	for i := range entries {
		rows[i] = entries[i].Row()
	}
	return rows
}

func credentialNames(keys []snmp.Credential) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = clean(k.Name) + " (SNMP " + k.Version + ")"
	}
	return strings.Join(names, ", ")
}

func addressCount(n int) string {
	if n == 1 {
		return "1 address"
	}
	return number(n) + " addresses"
}

func entryCount(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return number(n) + " entries"
}

// counted is plural with commas in the number.
func counted(n int, noun string) string {
	return strings.Replace(plural(n, noun), fmt.Sprint(n), number(n), 1)
}

// number is a whole number with a comma after each thousand.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// cut is the first letters of a text.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// discoverProgress shows how far a search is: a line drawn over and over on a
// terminal, else one now and then.
type discoverProgress struct {
	env     *cli
	bar     bool
	drawn   bool
	started time.Time
	tenth   int       // of the last line
	said    time.Time // likewise
}

// saidEvery is how long nothing may be said where lines stay.
const saidEvery = time.Minute

func (p *discoverProgress) show(s discover.Progress) {
	text := fmt.Sprintf("%s of %s  %s  %s  %s", number(s.Done), addressCount(s.Total), counted(s.Found, "agent"), counted(s.Packets, "packet"), p.left(s.Done, s.Total))
	p.line(text, s.Done, s.Total)
}

func (p *discoverProgress) identified(done, total int) {
	p.line(fmt.Sprintf("%s of %s identified", number(done), counted(total, "agent")), done, total)
}

func (p *discoverProgress) line(text string, done, total int) {
	if p.bar {
		p.drawn = true
		// A terminal that is gone leaves nobody to tell.
		_, _ = fmt.Fprintf(p.env.err, "\r\x1b[K%.100s", text)
		return
	}
	now := p.env.now()
	if p.said.IsZero() {
		p.said = now
	}
	if tenth := 10 * done / max(1, total); tenth > p.tenth || now.Sub(p.said) >= saidEvery {
		p.tenth, p.said = tenth, now
		p.env.say("%s\n", text)
	}
}

// left is how long it will still take, judged by what it took so far.
func (p *discoverProgress) left(done, total int) string {
	took := p.env.now().Sub(p.started)
	if done == 0 || took < time.Second || done >= total {
		return ""
	}
	return "about " + (took * time.Duration(total-done) / time.Duration(done)).Round(time.Second).String() + " left"
}

func (p *discoverProgress) end() {
	if p.drawn {
		p.env.say("\n")
	}
}
