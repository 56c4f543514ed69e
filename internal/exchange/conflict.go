package exchange

import (
	"fmt"
	"strings"

	"ironage/internal/fleet"
)

// lookAround notes what must not be there twice.
func (p *planner) lookAround() {
	for i := range p.cur.rows {
		r := &p.cur.rows[i]
		if id := fleet.NormalSerial(p.s.Get(r, "serial")); id != "" && p.s == Servers {
			p.byID[id] = p.s.Key(r)
		}
	}
	for i := range p.req.Source.Rows {
		p.mine[p.s.Key(&p.req.Source.Rows[i])] = true
	}
	p.other, p.taken, p.own = map[string]*Known{}, map[string]*Known{}, map[string]*Known{}
	for i := range p.req.Known {
		k := &p.req.Known[i]
		if k.File == p.req.Into {
			p.own[k.Server.Name] = k
			continue
		}
		p.other[k.Server.Name] = k
		if id := fleet.NormalSerial(k.Server.Serial); id != "" {
			p.taken[id] = k
		}
		for _, e := range k.Server.Endpoints {
			p.taken[e.Address] = k
		}
	}
	p.parts = map[string]*fleet.PartNote{}
	for i := range p.req.Known {
		for j := range p.req.Known[i].Server.Parts {
			n := &p.req.Known[i].Server.Parts[j]
			r := partRow(p.req.Known[i].Server.Name, n)
			if key := p.s.Key(&r); p.s == Parts && p.cur.find(key) == nil {
				p.parts[key], p.parts[slotKey(p.s, &r)] = n, n
			}
		}
	}
}

// byHand reports whether a server, or a thing that it must have alone, stands
// in another file.
func (p *planner) byHand(r *Row) bool {
	title := p.s.Title(r)
	if k := p.other[title]; k != nil {
		diffs := differences(p.s, serverRow(&k.Server, &p.req.Rules), r)
		if len(diffs) == 0 {
			p.plan.Unchanged++
			return true
		}
		p.plan.Conflicts = append(p.plan.Conflicts, Conflict{r.Line, title, place(k), keptThere(k), diffs})
		return true
	}
	for _, field := range []string{"serial", "bmc", "os"} {
		value := p.s.Get(r, field)
		if field == "serial" {
			value = fleet.NormalSerial(value)
		}
		if k := p.taken[value]; k != nil && value != "" {
			p.plan.Conflicts = append(p.plan.Conflicts, Conflict{Line: r.Line, Name: title, At: place(k),
				Reason: fmt.Sprintf("%s %s is that of %s there; two servers cannot both have it", field, value, k.Server.Name)})
			return true
		}
	}
	return false
}

// partByHand reports whether a part is described in another file.
func (p *planner) partByHand(r *Row) bool {
	key := p.s.Key(r)
	n := p.parts[key]
	if slot := slotKey(p.s, r); n == nil && slot != "" && p.cur.find(key) == nil {
		n = p.parts[slot]
	}
	if n == nil {
		return false
	}
	diffs := differences(p.s, partRow(p.s.Get(r, "server"), n), r)
	if len(diffs) == 0 {
		p.plan.Unchanged++
		return true
	}
	p.plan.Conflicts = append(p.plan.Conflicts, Conflict{Line: r.Line, Name: p.s.Title(r), Diffs: diffs,
		Reason: "described by hand in another file; an import never changes it"})
	return true
}

// keptThere says who may change a server of another file.
func keptThere(k *Known) string {
	if strings.HasSuffix(strings.ToLower(k.File), ".csv") {
		return "kept in that file; only an import --into it, or a hand, changes it"
	}
	return "kept by hand there; an import never changes it"
}

func place(k *Known) string { return fmt.Sprintf("%s:%d", k.File, k.Line) }

// differences are the fields of which the source says something else.
func differences(s *Schema, have Row, r *Row) []Diff {
	var out []Diff
	for i, f := range s.Fields {
		if r.Values[i] != "" && have.Values[i] != r.Values[i] {
			out = append(out, Diff{f.Name, have.Values[i], r.Values[i]})
		}
	}
	return out
}

// inForce is a server of this file with the defaults that the configuration
// gives it; the zero Row when it is not known yet.
func (p *planner) inForce(name string) Row {
	if k := p.own[name]; k != nil && p.s == Servers {
		return serverRow(&k.Server, &p.req.Rules)
	}
	return Row{}
}
