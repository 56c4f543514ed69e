package profile

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// extend takes over what the built-in profile that p names knows: its rules
// first, then p's own; of bases, enums, words and totals of the same name, p's.
// How the family is recognised and what replaces what is always p's own.
func (d *yamlReader) extend(p *Profile) {
	if p.Extends == "" {
		return
	}
	data, err := library.ReadFile(path.Join("library", path.Base(p.Extends)+".yaml"))
	if err != nil {
		d.complain(p.Pos, "there is no built-in profile %q to extend%s", p.Extends, nearest(p.Extends, builtInNames()))
		return
	}
	theirs := &yamlReader{file: p.Extends + ".yaml"}
	base := &Profile{}
	theirs.read(theirs.parseYAML(data), reflectOf(base))
	if base.Extends != "" {
		d.complain(p.Pos, "%q extends another profile itself; extend %q", p.Extends, base.Extends)
		return
	}
	base.stamp()
	p.Components = slices.Concat(base.taken(p.Take), p.Components)
	p.inherited = map[string]bool{}
	for name := range base.Enums {
		p.inherited["enum "+name] = true
	}
	for name := range base.Words {
		p.inherited["words "+name] = true
	}
	p.Bases, p.Enums, p.Words = inherit(p.Bases, base.Bases), inherit(p.Enums, base.Enums), inherit(p.Words, base.Words)
	p.Placeholders = slices.Concat(base.Placeholders, p.Placeholders)
	if len(p.Take) > 0 {
		return // parts of it, and nothing that speaks of the whole device
	}
	p.Faults = slices.Concat(base.Faults, p.Faults)
	p.Summaries = slices.Concat(base.Summaries, p.Summaries)
	p.Totals = inherit(p.Totals, base.Totals)
	if len(p.RollUp) == 0 {
		p.RollUp = base.RollUp
	}
}

// taken are the rules whose entries lie under one of the bases; all, if none is named.
func (p *Profile) taken(bases []string) []*Rule {
	if len(bases) == 0 {
		return p.Components
	}
	var out []*Rule
	for _, r := range p.Components {
		if slices.ContainsFunc(bases, func(b string) bool { return strings.HasPrefix(r.Entry.Text, b+".") }) {
			out = append(out, r)
		}
	}
	return out
}

// stamp notes on everything that speaks as evidence in which file it stands.
func (p *Profile) stamp() {
	for _, r := range p.Components {
		r.from = p.Name
	}
	for _, f := range p.Faults {
		f.from = p.Name
	}
	for _, s := range p.Summaries {
		s.from = p.Name
	}
	for _, s := range p.RollUp {
		s.from = p.Name
	}
}

// inherit adds what base has and own lacks.
func inherit[V any](own, base map[string]V) map[string]V {
	if own == nil {
		own = map[string]V{}
	}
	for name, v := range base {
		if _, said := own[name]; !said {
			own[name] = v
		}
	}
	return own
}

// builtInNames are the names that a profile may extend.
func builtInNames() []string {
	files, err := fs.Glob(library, "library/*.yaml")
	if err != nil {
		return nil // the pattern is a constant
	}
	for i := range files {
		files[i] = strings.TrimSuffix(path.Base(files[i]), ".yaml")
	}
	return files
}
