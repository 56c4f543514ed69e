package config

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
)

// Proposal is what somebody is about to write: Files by path with the content
// that they would have, and names that would be added to the lists inventory
// and parts of the main file.
type Proposal struct {
	Files            map[string][]byte
	Inventory, Parts []string

	alone bool // no file may be named
}

// LoadWith is Load as if the proposal were in force already: what it would
// break is known before anything is written.
func LoadWith(path string, p Proposal) (*Config, error) {
	c, _, err := loadFrom(path, p)
	return c, err
}

// read reads a file, a proposed one rather than the one on disk.
func (p Proposal) read(path string, most int64) ([]byte, error) {
	if p.alone {
		return nil, errors.New("no file may be named here")
	}
	if src, ok := p.Files[path]; ok {
		return src, nil
	}
	return readFile(path, most)
}

// matches are the files, present or proposed, that a pattern names. What an
// import keeps beside its files is never meant by a pattern.
func (p Proposal) matches(pattern string) ([]string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	for path := range p.Files {
		if ok, _ := filepath.Match(pattern, path); ok && !slices.Contains(found, path) { // a bad pattern failed above
			found = append(found, path)
		}
	}
	slices.Sort(found)
	return slices.DeleteFunc(found, besides), nil
}

// besides reports whether a file is one that an import keeps for itself.
func besides(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".bak" || ext == ".imported" || ext == ".tmp"
}

// WhereServer is the file and line in which a server of the inventory is
// written; ok is false for a name that is not there.
func (c *Config) WhereServer(name string) (file string, line int, ok bool) {
	at, ok := c.serverPlaces[name]
	return at.file, at.line, ok
}

// Uses reports whether the configuration reads a file as inventory or parts.
func (c *Config) Uses(path string) bool { return slices.Contains(c.Files, path) }

// loadParts reads the files that one pattern of parts: matches.
func loadParts(r *report, c *Config, pattern string, at place, p Proposal) []*noted {
	var out []*noted
	for _, path := range matching(r, c, "parts", pattern, at, p) {
		src, err := p.read(path, maxTableBytes)
		switch {
		case err != nil:
			r.errorf(at, "parts: %v", err)
		case !isTable(path):
			r.errorf(at, "parts: %s is no .csv file", quote(path))
		default:
			out = append(out, readPartCSV(path, src, r)...)
		}
	}
	return out
}

// matching are the files of one pattern that were not read yet.
func matching(r *report, c *Config, key, pattern string, at place, p Proposal) []string {
	path := pattern
	if !filepath.IsAbs(pattern) {
		path = filepath.Join(filepath.Dir(c.Path), pattern)
	}
	paths := []string{path}
	if strings.ContainsAny(pattern, "*?[") {
		found, err := p.matches(path)
		if err == nil && len(found) == 0 && key == "parts" {
			// Nothing is lost without them, and the first import makes the first file.
			r.warnf(at, "%s: no file matches %s yet", key, quote(pattern))
			return nil
		}
		if err != nil || len(found) == 0 {
			r.errorf(at, "%s: no file matches %s", key, quote(pattern))
			return nil
		}
		paths = found
	}
	paths = slices.DeleteFunc(paths, func(path string) bool { return slices.Contains(c.Files, path) }) // two patterns may match one file
	r.files = append(r.files, paths...)
	c.Files = append(c.Files, paths...)
	return paths
}

func isTable(path string) bool {
	return slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(filepath.Ext(path)))
}
