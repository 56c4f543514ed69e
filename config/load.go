package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/ageing"
)

// Load reads the configuration at path and the inventory files that it names.
// The error is a Problems that lists every mistake in all of them, or says why
// the main file cannot be opened.
func Load(path string) (*Config, error) {
	c, _, err := load(path)
	return c, err
}

// load is Load that also says which files were read, even if in vain.
func load(path string) (*Config, []string, error) { return loadFrom(path, Proposal{}) }

func loadFrom(path string, p Proposal) (*Config, []string, error) {
	r := &report{}
	c := Default()
	c.Path = path
	src, err := readFile(path, maxMainBytes)
	if err != nil {
		return nil, []string{path}, fmt.Errorf("configuration: %w", err)
	}
	drafts, parts := loadMain(r, c, src, p)
	files := c.Files
	c, err = finish(r, c, drafts, parts...)
	return c, files, err
}

// Parse reads a configuration from memory; it may name no inventory files.
// Messages call it name.
func Parse(name string, src []byte) (*Config, error) {
	r := &report{}
	c := Default()
	c.Path = name
	drafts, parts := loadMain(r, c, src, Proposal{alone: true})
	return finish(r, c, drafts, parts...)
}

// readFile reads a regular file of bounded size.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path) // a pipe would block
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	src, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(src)) > most {
		return nil, fmt.Errorf("%s is larger than %d MiB, which no configuration is", path, most>>20)
	}
	return src, nil
}

// loadMain reads the main file and the files with servers and parts that it
// names.
func loadMain(r *report, c *Config, src []byte, p Proposal) ([]*draft, []*noted) {
	dir := filepath.Dir(c.Path)
	r.files = append(r.files, c.Path)
	c.Files = append(c.Files, c.Path)
	body := parseDocument(c.Path, src, r)
	d := newDecoder(c.Path, body, r)
	var drafts []*draft
	keys := append(mainKeys(dir), key[Config]{name: "servers",
		tree: func(d *decoder, n ast.Node, _ *Config) { drafts = append(drafts, readServers(d, n)...) }})
	places := fill(d, body, "the configuration", keys, c)
	checkPolicies(r, c, body, d)
	if c.Polling.Inventory < c.Polling.Status {
		r.errorf(d.place(body), "polling: inventory (%s) must not be shorter than status (%s)", plainDuration(c.Polling.Inventory), plainDuration(c.Polling.Status))
	}
	checkNotifications(r, c, places["notifications"])
	checkDefaults(r, c)
	warnIfOpen(r, c)
	loadOutlook(r, c, dir, places["risk"], places["spares"], p.read)
	for _, pattern := range slices.Concat(c.Inventory, p.Inventory) {
		drafts = append(drafts, loadInventory(r, c, pattern, places["inventory"], p)...)
	}
	var parts []*noted
	for _, pattern := range slices.Concat(c.Parts, p.Parts) {
		parts = append(parts, loadParts(r, c, pattern, places["parts"], p)...)
	}
	return drafts, parts
}

// finish settles the inventory and hands out the configuration, or what is
// wrong with it.
func finish(r *report, c *Config, drafts []*draft, parts ...*noted) (*Config, error) {
	settle(r, c, drafts)
	settleParts(r, c, drafts, parts)
	checkOverrides(r, c)
	mistakes, warnings := r.split()
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	c.Warnings = warnings
	return c, nil
}

// loadInventory reads the files that one pattern of inventory: matches.
func loadInventory(r *report, c *Config, pattern string, at place, p Proposal) []*draft {
	var drafts []*draft
	for _, path := range matching(r, c, "inventory", pattern, at, p) {
		most := int64(maxInventoryBytes)
		if isTable(path) {
			most = maxTableBytes
		}
		src, err := p.read(path, most)
		if err != nil {
			r.errorf(at, "inventory: %v", err)
			continue
		}
		switch ext := strings.ToLower(filepath.Ext(path)); {
		case isTable(path):
			drafts = append(drafts, readCSV(path, src, r)...)
		case ext == ".yaml" || ext == ".yml":
			drafts = append(drafts, readInventoryYAML(path, src, r)...)
		default:
			r.errorf(at, "inventory: %s is neither .yaml nor .csv", quote(path))
		}
	}
	return drafts
}

// readInventoryYAML reads a file with a servers: list, or only the list.
func readInventoryYAML(file string, src []byte, r *report) []*draft {
	if drafts, ok := readPlainServers(file, src, r); ok {
		return drafts
	}
	return readAnyYAML(file, src, r)
}

func readAnyYAML(file string, src []byte, r *report) []*draft {
	body := parseDocument(file, src, r)
	d := newDecoder(file, body, r)
	if _, isList := body.(*ast.SequenceNode); isList {
		return readServers(d, body)
	}
	var drafts []*draft
	var nothing struct{}
	fill(d, body, "an inventory file", []key[struct{}]{{name: "servers",
		tree: func(d *decoder, n ast.Node, _ *struct{}) { drafts = readServers(d, n) }}}, &nothing)
	return drafts
}

// checkPolicies says where the bands of age do not rise.
func checkPolicies(r *report, c *Config, body ast.Node, d *decoder) {
	at, spoiled := place{file: c.Path}, false
	for _, p := range silently(d).pairs(body, "") {
		if p.key == "service_life" {
			at = p.at
			for _, q := range silently(d).pairs(p.value, "") {
				switch q.key {
				case "ageing_pct", "over_pct", "far_over_pct":
					at = d.place(q.value)
				}
			}
		}
	}
	if l := c.Life; !spoiled && (l.AgeingPct >= l.OverPct || l.OverPct >= l.FarOverPct) {
		r.errorf(at, "service_life: the bands must rise; expected ageing_pct (%s) < over_pct (%s) < far_over_pct (%s)",
			plainFloat(l.AgeingPct), plainFloat(l.OverPct), plainFloat(l.FarOverPct))
	} else if err := (ageing.Policy{Life: l.Life, Models: l.Models, Vendors: l.Vendors, AgeingPct: l.AgeingPct, OverPct: l.OverPct, FarOverPct: l.FarOverPct}).Check(); err != nil {
		r.errorf(at, "service_life: %v", err)
	}
}

// silently is a decoder for a second look at what was reported already.
func silently(d *decoder) *decoder {
	return &decoder{report: &report{}, file: d.file, anchors: d.anchors}
}

// warnIfOpen says when others can change a configuration that runs commands.
func warnIfOpen(r *report, c *Config) {
	runs := slices.ContainsFunc(c.CredentialNames(), func(name string) bool {
		cred := c.Credentials[name]
		return cred.Community.scheme == "exec" || cred.AuthSecret.scheme == "exec" || cred.PrivSecret.scheme == "exec"
	})
	info, err := os.Stat(c.Path)
	if !runs || err != nil || runtime.GOOS == "windows" {
		return
	}
	if info.Mode().Perm()&0o022 != 0 {
		r.errorf(place{file: c.Path}, "others can change this file (mode %04o), and it runs commands (exec:); run: chmod go-w %s", info.Mode().Perm(), c.Path)
	}
}
