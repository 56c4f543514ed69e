package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/outlook"
)

// sliceField is a dimension's field of a slice.
func sliceField(s *outlook.Slice, by outlook.Dimension) *string {
	switch by {
	case outlook.BySite:
		return &s.Site
	case outlook.ByService:
		return &s.Service
	case outlook.ByVendor:
		return &s.Vendor
	}
	return &s.Model
}

// dimensionWords are what is said of a dimension; a key of the catalogue each,
// because a sentence cannot be put together from words in every language.
type dimensionWords struct{ name, of, none, every, notFound string }

func wordsOf(by outlook.Dimension) dimensionWords {
	switch by {
	case outlook.BySite:
		return dimensionWords{"site", "site %s", "no site", "every site", "no site is called that"}
	case outlook.ByService:
		return dimensionWords{"service", "service %s", "no service", "every service", "no service is called that"}
	case outlook.ByVendor:
		return dimensionWords{"vendor", "vendor %s", "no vendor", "every vendor", "no vendor is called that"}
	}
	return dimensionWords{"model", "model %s", "no model", "every model", "no model is called that"}
}

// sliceText names a slice: "service TDOffice, site hanoi"; "" for everything.
func sliceText(sh *shared, s outlook.Slice) string {
	var parts []string
	for _, by := range outlook.Dimensions {
		switch v := *sliceField(&s, by); v {
		case "":
		case outlook.Unset:
			parts = append(parts, sh.t.Say(wordsOf(by).none))
		default:
			parts = append(parts, sh.t.Say(wordsOf(by).of, clean(v)))
		}
	}
	return strings.Join(parts, ", ")
}

// sliceFilter is the filter of the Servers screen that shows a slice.
func sliceFilter(s outlook.Slice) string {
	var parts []string
	for _, by := range outlook.Dimensions {
		switch v := *sliceField(&s, by); v {
		case "":
		case outlook.Unset:
			parts = append(parts, string(by)+`:""`)
		default:
			parts = append(parts, string(by)+`:"`+strings.ReplaceAll(v, `"`, "?")+`"`)
		}
	}
	return strings.Join(parts, " ")
}

// slicePicker chooses which servers the Ageing screen speaks of: by site, by
// service, by vendor or by model; what was chosen by the others stays.
type slicePicker struct {
	sh     *shared
	slice  outlook.Slice
	was    outlook.Slice
	by     int
	values []sliceValue // of the present dimension, all of them
	found  []sliceValue
	at     int
	input  textinput.Model
	closed bool
}

// sliceValue is one value to choose, with what it stands for.
type sliceValue struct {
	name          string // "" : no limit
	servers, over int
}

func newSlicePicker(sh *shared, s outlook.Slice) *slicePicker {
	p := &slicePicker{sh: sh, slice: s, was: s, input: newInput(sh, "", "")}
	p.input.Placeholder = sh.t.Say("type to look for one")
	p.gather()
	return p
}

func (p *slicePicker) keys() []key.Binding {
	k := p.sh.keys
	return []key.Binding{k.Accept, k.NextSlice, k.PrevSlice, k.NextChoice, k.PrevChoice, k.Cancel}
}

// gather counts the servers of each value, within what the other dimensions leave.
func (p *slicePicker) gather() {
	rest := p.slice
	*sliceField(&rest, p.dim()) = ""
	p.values = []sliceValue{{}}
	var groups []outlook.GroupLine
	if of := p.sh.outlook(); of != nil {
		groups = of.GroupBy(p.dim(), rest)
	}
	for _, g := range groups {
		v := sliceValue{name: cmp.Or(g.Value, outlook.Unset), servers: g.Servers, over: g.Bands.Over()}
		p.values = append(p.values, v)
		p.values[0].servers += v.servers
		p.values[0].over += v.over
	}
	p.input.SetValue("")
	p.search()
	now := *sliceField(&p.slice, p.dim())
	p.at = max(slices.IndexFunc(p.found, func(v sliceValue) bool { return v.name == now }), 0)
}

func (p *slicePicker) dim() outlook.Dimension { return outlook.Dimensions[p.by] }

// search keeps the values that contain what was typed.
func (p *slicePicker) search() {
	want := fold(strings.TrimSpace(p.input.Value()))
	p.found = p.found[:0]
	for _, v := range p.values {
		if want == "" || v.name != "" && strings.Contains(fold(v.name), want) {
			p.found = append(p.found, v)
		}
	}
	p.at = max(min(p.at, len(p.found)-1), 0)
}

func (p *slicePicker) update(msg tea.Msg) {
	k := p.sh.keys
	press, ok := msg.(tea.KeyPressMsg)
	switch {
	case ok && key.Matches(press, k.Cancel):
		p.slice, p.closed = p.was, true
	case ok && key.Matches(press, k.Accept):
		p.accept()
	case ok && key.Matches(press, k.NextChoice):
		p.at = min(p.at+1, max(len(p.found)-1, 0))
	case ok && key.Matches(press, k.PrevChoice):
		p.at = max(p.at-1, 0)
	case ok && key.Matches(press, k.PageDown):
		p.at = max(min(p.at+10, len(p.found)-1), 0)
	case ok && key.Matches(press, k.PageUp):
		p.at = max(p.at-10, 0)
	case ok && key.Matches(press, k.NextSlice):
		p.turn(1)
	case ok && key.Matches(press, k.PrevSlice):
		p.turn(-1)
	default:
		typeInto(&p.input, msg)
		p.search()
	}
}

func (p *slicePicker) turn(n int) {
	p.by = (p.by + n + len(outlook.Dimensions)) % len(outlook.Dimensions)
	p.gather()
}

func (p *slicePicker) accept() {
	if p.at < len(p.found) {
		*sliceField(&p.slice, p.dim()) = p.found[p.at].name
		p.closed = true
	}
}

func (p *slicePicker) view(w, h int) []string {
	st := p.sh.styles
	line := " " + p.sh.t.Say("Which servers, by")
	for i, by := range outlook.Dimensions {
		words := wordsOf(by)
		name := p.sh.t.Say(words.name)
		if v := *sliceField(&p.slice, by); v == outlook.Unset {
			name = p.sh.t.Say(words.none)
		} else if v != "" {
			name = p.sh.t.Say(words.of, clean(v))
		}
		if i == p.by {
			line += " " + st.selected.Render("["+name+"]")
		} else {
			line += " " + st.faint.Render(" "+name+" ")
		}
	}
	p.input.SetWidth(max(w-6, 8))
	out := []string{cut(line, w), cut(" "+p.input.View(), w)}
	room := max(h-len(out), 1)
	top := max(min(p.at-room/2, len(p.found)-room), 0)
	for i := top; i < min(top+room, len(p.found)); i++ {
		out = append(out, p.line(p.found[i], i == p.at, w))
	}
	if len(p.found) == 0 {
		out = append(out, " "+st.faint.Render(p.sh.t.Say(wordsOf(p.dim()).notFound)))
	}
	return out[:min(len(out), h)]
}

func (p *slicePicker) line(v sliceValue, selected bool, w int) string {
	st := p.sh.styles
	lead, style := st.noCur, st.plain
	if selected {
		lead, style = st.cursor, st.selected
	}
	name := clean(v.name)
	switch v.name {
	case "":
		name = p.sh.t.Say(wordsOf(p.dim()).every)
	case outlook.Unset:
		name = "(" + p.sh.t.Say(wordsOf(p.dim()).none) + ")"
	}
	tail := fitRight(p.sh.t.Count(v.servers, "%d server", "%d servers"), 15) + fitRight(p.sh.t.Say("%d over age", v.over), 17)
	room := min(max(w-len(lead)-width(tail), 8), 48)
	return style.Render(fit(lead+fit(name, room)+tail, w))
}
