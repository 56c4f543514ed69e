package exchange

import (
	"bytes"
	"errors"
	"slices"

	"ironage/internal/fleet"
)

// Request is an import that was asked for.
type Request struct {
	Source *Source
	// Into names the inventory file; Current is its text, Base what the same
	// system said at the last import. Both are empty the first time.
	Into          string
	Current, Base []byte
	Rules         Rules
	// Known are the servers of the whole inventory.
	Known []Known
	// Credential is given to servers that are added.
	Credential string
	// Overwrite lets the source win over what a person changed in the file.
	Overwrite bool
	// Prune removes what an earlier import brought and the source has no more.
	Prune bool
}

// Diff is one field that differs.
type Diff struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Change is a row that an import adds, changes, keeps or removes.
type Change struct {
	Line   int    `json:"line,omitempty"` // in the source; 0: it is not there
	Name   string `json:"name"`
	Diffs  []Diff `json:"fields,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Conflict is a row of the source that is kept by hand in another file, or
// where a person changed what the source says: it is never changed by an import.
type Conflict struct {
	Line   int    `json:"line"`
	Name   string `json:"name"`
	At     string `json:"at,omitempty"` // file and line of the other
	Reason string `json:"reason"`
	Diffs  []Diff `json:"fields,omitempty"`
}

// Plan is what an import would do. Nothing is done until it is written.
type Plan struct {
	Into      string
	Added     []Change
	Changed   []Change
	Unchanged int
	Kept      []Change // in the file and not in the source
	Removed   []Change
	Conflicts []Conflict
	Rejected  []Remark
	Left      []Remark
	Notes     []string

	// Content and Base are what would be written; Same means that both are there already.
	Content, Base []byte
	Same          bool
}

// planner compares a source with the file that it goes into.
type planner struct {
	req   Request
	s     *Schema
	cur   *Managed // the file as it is
	base  *Managed // what the source said the last time
	next  *Managed
	plan  *Plan
	byID  map[string]string          // keys of the file by serial number
	mine  map[string]bool            // keys that the source has, by name of the file
	own   map[string]*Known          // servers of this file by name, with the configuration's defaults
	other map[string]*Known          // servers of other files by name
	taken map[string]*Known          // servers of other files by serial number or address
	parts map[string]*fleet.PartNote // parts that are written elsewhere, by key and by slot
	said  []Row                      // rows of the source that this file answers for
	old   map[string]bool            // names that were left for new ones
	hand  int                        // values of a person that stay
	gone  int                        // rows that a person removed
}

// Make compares a source with the inventory and says what an import would do.
// An error means that the file cannot be kept by an import.
func Make(req Request) (*Plan, error) {
	s := req.Source.Format.Schema
	if req.Prune && len(req.Source.Rows) == 0 {
		return nil, errors.New("the source has no row that can be imported, so --prune would remove everything; nothing was imported")
	}
	cur, err := ReadManaged(req.Into, req.Current, s, &req.Rules)
	if err != nil {
		return nil, err
	}
	base, err := ReadManaged(req.Into+" (what the last import said)", req.Base, s, &req.Rules)
	if err != nil {
		return nil, err
	}
	p := &planner{req: req, s: s, cur: cur, base: base, next: cur.copyOf(), byID: map[string]string{}, mine: map[string]bool{}, old: map[string]bool{},
		plan: &Plan{Into: req.Into, Rejected: req.Source.Rejected, Left: req.Source.Left, Notes: slices.Clone(req.Source.Notes)}}
	p.lookAround()
	for i := range req.Source.Rows {
		p.row(&req.Source.Rows[i])
	}
	p.rest()
	return p.plan, p.finish()
}

// row decides about one row of the source.
func (p *planner) row(r *Row) {
	key := p.s.Key(r)
	if p.s == Servers && p.byHand(r) || p.s == Parts && p.partByHand(r) {
		return
	}
	have := p.cur.find(key)
	if have == nil {
		if was := p.renamed(r); was != "" {
			p.rename(was, r)
			return
		}
	}
	switch {
	case have != nil:
		p.merge(have, r)
	case p.base.find(key) != nil && !p.req.Overwrite:
		p.gone++ // a person took it out of the file
		p.said = append(p.said, *r)
	case p.s == Servers && p.s.Get(r, "bmc") == "" && p.s.Get(r, "os") == "":
		p.plan.Left = append(p.plan.Left, Remark{r.Line, p.s.Title(r), "no server here, and it has no address to be added with"})
	default:
		p.add(r)
	}
}

// renamed is the server of the file that a new name of the source belongs to:
// the same serial number under a name that the source has no more.
func (p *planner) renamed(r *Row) string {
	if p.s != Servers {
		return ""
	}
	was := p.byID[fleet.NormalSerial(p.s.Get(r, "serial"))]
	if was == "" || p.mine[was] || p.base.find(was) == nil {
		return ""
	}
	return was
}

func (p *planner) rename(was string, r *Row) {
	row := *p.next.find(was)
	row.Values = slices.Clone(row.Values)
	diffs := []Diff{{"name", was, p.s.Get(r, "name")}}
	p.s.set(&row, "name", p.s.Get(r, "name"))
	more := p.mergeInto(&row, p.base.find(was), r, p.inForce(was))
	at := p.next.index[was]
	p.next.rows[at] = row
	delete(p.next.index, was)
	p.next.index[p.s.Key(&row)] = at
	p.mine[was] = true // it is not left over
	p.old[was] = true
	p.plan.Changed = append(p.plan.Changed, Change{r.Line, p.s.Title(r), append(diffs, more...), "renamed; its history stays under the old name"})
}

// merge takes from the source what no person changed in the file.
func (p *planner) merge(have, r *Row) {
	row := p.next.find(p.s.Key(have))
	diffs := p.mergeInto(row, p.base.find(p.s.Key(have)), r, p.inForce(p.s.Key(have)))
	if len(diffs) == 0 {
		p.plan.Unchanged++
		return
	}
	p.plan.Changed = append(p.plan.Changed, Change{Line: r.Line, Name: p.s.Title(r), Diffs: diffs})
}

// mergeInto compares three texts of every field: the file's, the source's, and
// the source's of the last time. A value that differs from the last is a
// person's, and stays. What a default of the configuration says already is not
// written down once more.
func (p *planner) mergeInto(row, base, r *Row, inForce Row) []Diff {
	var diffs, clash []Diff
	answered := *r
	answered.Values = slices.Clone(r.Values)
	defer func() { p.said = append(p.said, answered) }()
	for i, f := range p.s.Fields {
		have, says, said := row.Values[i], r.Values[i], ""
		if base != nil {
			said = base.Values[i]
		}
		switch {
		case r.said&(1<<i) == 0 || have == says:
		case have == "" && says != "" && inForce.Values != nil && says == inForce.Values[i]:
			answered.Values[i] = ""
		case p.req.Overwrite && says != "", have == said:
			diffs = append(diffs, Diff{f.Name, have, says})
			row.Values[i] = says
		case says == said:
			if says != "" {
				p.hand++
			}
		case says != "":
			p.hand++
			clash = append(clash, Diff{f.Name, have, says})
		}
	}
	if len(clash) > 0 {
		p.plan.Conflicts = append(p.plan.Conflicts, Conflict{r.Line, p.s.Title(r), p.req.Into, "this file says otherwise, by hand or by another import; --overwrite takes the source's", clash})
	}
	return diffs
}

func (p *planner) add(r *Row) {
	row := *r
	row.Values = slices.Clone(r.Values)
	if p.s == Servers && p.req.Credential != "" && p.s.Get(r, "credential") == "" {
		p.s.set(&row, "credential", p.req.Credential)
	}
	p.next.put(row)
	p.said = append(p.said, *r)
	p.plan.Added = append(p.plan.Added, Change{Line: r.Line, Name: p.s.Title(r)})
}

// rest decides about rows of the file that the source does not have. A row
// that was rejected is in the source: it stays as it is.
func (p *planner) rest() {
	faulty := map[string]bool{}
	for _, r := range p.plan.Rejected {
		faulty[r.Name] = true
	}
	remove := map[string]bool{}
	for i := range p.cur.rows {
		r := &p.cur.rows[i]
		key := p.s.Key(r)
		was := p.base.find(key)
		c := Change{Name: p.s.Title(r)}
		switch {
		case p.mine[key]:
			continue
		case faulty[c.Name]:
			c.Reason = "its row in the source is rejected"
		case was == nil:
			c.Reason = "not from this source"
		case !p.req.Prune:
			c.Reason = "not in the source any more; --prune removes it"
		case !slices.Equal(was.Values, p.sourceView(r, was)):
			c.Reason = "not in the source any more, and changed by hand: remove it by hand"
		default:
			remove[key] = true
			p.plan.Removed = append(p.plan.Removed, c)
			continue
		}
		p.plan.Kept = append(p.plan.Kept, c)
	}
	if len(remove) > 0 {
		p.next, p.base = p.next.without(remove), p.base.without(remove)
	}
}

// sourceView is a row of the file as far as its source spoke about it.
func (p *planner) sourceView(r, was *Row) []string {
	out := slices.Clone(r.Values)
	for i := range out {
		if was.Values[i] == "" {
			out[i] = ""
		}
	}
	return out
}

// finish encodes what would be written.
func (p *planner) finish() error {
	if p.hand > 0 {
		p.plan.Notes = append(p.plan.Notes, several(p.hand, "value")+" changed by hand in this file: they stay")
	}
	if p.gone > 0 {
		p.plan.Notes = append(p.plan.Notes, several(p.gone, "row")+" removed from this file by hand: they stay removed; --overwrite brings them back")
	}
	said := p.base.without(p.old)
	for _, r := range p.said {
		said.put(r)
	}
	var err error
	if p.plan.Content, err = p.next.Encode(); err != nil {
		return err
	}
	if p.plan.Base, err = said.Encode(); err != nil {
		return err
	}
	nothing := len(p.plan.Added)+len(p.plan.Changed)+len(p.plan.Removed) == 0
	if nothing {
		p.plan.Content = p.req.Current // a person's layout is not ours to tidy
	}
	if len(p.req.Base) == 0 && len(said.rows) == 0 {
		p.plan.Base = nil // it has nothing to say about this file
	}
	p.plan.Same = nothing && bytes.Equal(p.plan.Base, p.req.Base)
	return nil
}
