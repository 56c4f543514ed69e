package profile

import (
	"embed"
	"fmt"
	"hash/maphash"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"ironage/probes/snmp"
)

//go:embed library/*.yaml
var library embed.FS

// maxProfileSize bounds a profile file.
const maxProfileSize = 1 << 20

// Library holds the profiles that devices are matched against, highest
// priority first.
type Library struct {
	profiles []*Profile

	mu         sync.Mutex
	kins       map[string]*kin // by the profiles that fit
	first      []cellAt        // what any device is asked
	singles    map[singlesKey]*singles
	introduced map[introduced][]cellAt
	seed       maphash.Seed // of singles
}

// BuiltIn loads the library inside the binary.
func BuiltIn() (*Library, error) {
	sub, err := fs.Sub(library, "library")
	if err != nil {
		return nil, err
	}
	return Load(sub)
}

// Load reads every *.yaml file of a folder. The error, if any, is a Problems
// with everything wrong in all of them.
func Load(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var l Library
	var problems Problems
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		ps, wrong := Parse(name, data)
		problems = append(problems, wrong...)
		l.profiles = append(l.profiles, ps...)
	}
	problems = append(problems, l.check()...)
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	l.sort()
	shared := newMemo()
	for _, p := range l.profiles {
		p.memo = shared
	}
	return &l, nil
}

// With returns a library in which the profiles of over replace those of the
// same name and add the others.
func (l *Library) With(over *Library) *Library {
	out := &Library{profiles: slices.Clone(over.profiles)}
	for _, p := range l.profiles {
		if over.Find(p.Name) == nil {
			out.profiles = append(out.profiles, p)
		}
	}
	out.sort()
	return out
}

func (l *Library) sort() {
	slices.SortStableFunc(l.profiles, func(a, b *Profile) int {
		if a.Priority != b.Priority {
			return b.Priority - a.Priority
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// Profiles lists the profiles, highest priority first.
func (l *Library) Profiles() []*Profile { return slices.Clone(l.profiles) }

// Find returns the profile of that name, or nil.
func (l *Library) Find(name string) *Profile {
	for _, p := range l.profiles {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// check finds what only shows between files.
func (l *Library) check() Problems {
	var out Problems
	file := map[string]string{}
	for _, p := range l.profiles {
		if other, taken := file[p.Name]; taken && other != p.File {
			out = append(out, Problem{File: p.File, Pos: p.Pos, Text: fmt.Sprintf("the profile %q stands in %s already", p.Name, other)})
		}
		file[p.Name] = p.File
	}
	return out
}

// Lint says everything that is wrong with one profile file.
func Lint(name string, data []byte) Problems {
	_, problems := Parse(name, data)
	return problems
}

// Parse reads one profile file. It gives several profiles when a base has
// several values: one for each. Problems are complete, not the first only.
func Parse(name string, data []byte) ([]*Profile, Problems) {
	if len(data) > maxProfileSize {
		return nil, Problems{{File: name, Pos: Pos{1, 1}, Text: "larger than 1 MiB; this is no profile"}}
	}
	d := &yamlReader{file: path.Base(name)}
	root := d.parseYAML(data)
	if root == nil {
		return nil, d.problems
	}
	first := d.profile(root, 0)
	out := []*Profile{first}
	variants := 1
	for _, b := range first.Bases {
		variants = max(variants, len(b))
	}
	if len(d.problems) == 0 {
		for i := 1; i < variants; i++ {
			out = append(out, d.profile(root, i))
		}
	}
	return out, d.problems.sorted()
}

// profile decodes and compiles the profile with the n-th value of each base.
func (d *yamlReader) profile(root ast.Node, n int) *Profile {
	p := &Profile{File: d.file}
	d.read(root, reflectOf(p))
	p.Pos = Pos{Line: 1, Column: 1}
	d.extend(p)
	c := &compiler{yamlReader: d, p: p, bases: map[string]snmp.OID{}, used: map[string]bool{}, cols: map[snmp.OID]int{}}
	for _, name := range slices.Sorted(maps.Keys(p.Bases)) {
		b := p.Bases[name]
		if len(b) == 0 {
			continue
		}
		one := b[min(n, len(b)-1)]
		num, ok := c.resolve(one.Text)
		if !ok {
			c.complain(one.Pos, "base %q: %q is no OID of numbers with dots", name, one.Text)
			continue
		}
		c.bases[name] = num
	}
	c.profile()
	return p
}
