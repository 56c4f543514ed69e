package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/lists"
	"ironage/internal/ops"
	"ironage/internal/outlook"
)

// digest is what lists show and search of one server. It is made once per
// state of the server, because a fleet has ten thousand of them and a key
// press must not look at every disk again.
type digest struct {
	entry   *fleet.Entry
	made    time.Time
	name    string
	model   string
	place   string // "A07 U12 dc1 hanoi", without what is the same for all
	service string
	age     ageing.Age
	band    ageing.Band
	worst   *fleet.Finding // worst one nobody acknowledged, else the worst
	finding string
	disks   tally
	modules tally
	cpuPct  float64 // negative: not known
	memPct  float64
	reach   string // which endpoints do not answer, and how
	read    time.Time
	fresh   fleet.Span    // while it is not stale
	orders  []lists.Order // open work on it
	// out is the judgement of its parts; nil while there is none.
	out *outlook.Server
	// row is what the list is filtered by.
	row *lists.Server
}

// tally counts the parts of a kind and how many of them are not well.
type tally struct {
	all, unwell int
	worst       fleet.Health
}

// text is "8" when all are well, "✗ 1/8" when one is not.
func (t tally) text(st *styles) string {
	switch {
	case t.all == 0:
		return ""
	case t.unwell == 0:
		return fmt.Sprintf("%d", t.all)
	}
	return fmt.Sprintf("%s %d/%d", st.glyphText(t.worst), t.unwell, t.all)
}

// digestLife is how long a digest holds while nothing is read: ages move on.
const digestLife = 6 * time.Hour

// digests keeps the digests of a fleet, in the order of its snapshot.
type digests struct {
	life ageing.Policy
	// t is the reader's language: findings are found by its words too.
	t      *lang.Tongue
	of     *ops.View
	all    []*digest
	byName map[string]*digest
	// sites and rooms say whether there is more than one: else their names are noise.
	sites, rooms bool
	longest      int // name of a server
}

func newDigests(life ageing.Policy, t *lang.Tongue) *digests { return &digests{life: life, t: t} }

// sync brings the digests up to a view; servers that did not change keep theirs.
func (d *digests) sync(v *ops.View, now time.Time) {
	if v == nil || v.Fleet == nil || d.of == v {
		return
	}
	d.of = v
	d.look(v.Fleet)
	open := lists.OpenOrders(v.Orders)
	others := d.byName == nil || len(d.byName) != v.Fleet.Len() // servers than before
	if others {
		old := d.byName
		d.byName = make(map[string]*digest, v.Fleet.Len())
		for e := range v.Fleet.All() {
			d.byName[e.Server.Name] = old[e.Server.Name]
		}
		d.all = nil
	}
	next := make([]*digest, v.Fleet.Len())
	for i := range next {
		e := v.Fleet.At(i)
		var had *digest
		if i < len(d.all) && d.all[i].entry.Server.Name == e.Server.Name {
			had = d.all[i]
		} else {
			had = d.byName[e.Server.Name]
			others = true
		}
		if next[i] = d.refresh(had, e, open[e.Server.Name], lists.Judge(v.Outlook, e, judgedAt(v.Outlook, i, e.Server.Name)), now); next[i] != had {
			d.byName[e.Server.Name] = next[i]
		}
	}
	d.all = next
	if others {
		d.measure()
	}
	if len(d.byName) != len(next) { // some went and as many came
		maps.DeleteFunc(d.byName, func(name string, _ *digest) bool { return v.Fleet.Find(name) == nil })
	}
}

// look finds out which parts of a place tell servers apart. When that changes
// every digest is made anew.
func (d *digests) look(f *fleet.Snapshot) {
	sites, rooms := false, false
	for i := 1; i < f.Len(); i++ {
		a, b := &f.At(0).Server, &f.At(i).Server
		sites = sites || a.Site != b.Site
		rooms = rooms || a.Room != b.Room || sites
	}
	if sites != d.sites || rooms != d.rooms {
		d.sites, d.rooms, d.all, d.byName = sites, rooms, nil, nil
	}
}

// judgedAt is the judgement of a server, which most often stands at the same
// place as in the snapshot.
func judgedAt(of *outlook.Fleet, i int, name string) *outlook.Server {
	switch {
	case of == nil:
		return nil
	case i < len(of.Servers) && of.Servers[i].Entry.Server.Name == name:
		return of.Servers[i]
	}
	return of.Server(name)
}

func (d *digests) refresh(had *digest, e *fleet.Entry, orders []lists.Order, out lists.Judged, now time.Time) *digest {
	if had == nil || had.entry != e || now.Sub(had.made) > digestLife {
		made := d.make(e, now)
		made.judge(orders, out)
		return made
	}
	if had.row.Judged == out && slices.Equal(had.orders, orders) {
		return had
	}
	again, row := *had, *had.row // a digest may be on screen: never change one
	again.row = &row
	again.judge(orders, out)
	return &again
}

// reachText is which endpoints do not answer, in the reader's language.
func (d *digests) reachText(english string) string {
	parts := strings.Split(english, ", ")
	for i, p := range parts {
		parts[i] = d.t.Text(p)
	}
	return strings.Join(parts, ", ")
}

func (x *digest) judge(orders []lists.Order, out lists.Judged) {
	x.orders, x.out = orders, out.Out
	x.row.Orders, x.row.Judged = orders, out
}

// risk is the probability in per cent that some part fails within 12 months.
func (x *digest) risk() (pct float64, known bool) { return x.row.Risk() }

// riskText is the same in words; "" while nobody knows.
func (x *digest) riskText() string {
	if _, known := x.risk(); !known {
		return ""
	}
	return riskCell(ageing.Risk{Known: true, AtLeast: x.out.AtLeast, Years: 1, H: x.out.H, P: x.out.P}.String())
}

func (d *digests) make(e *fleet.Entry, now time.Time) *digest {
	s, st := &e.Server, &e.State
	row := lists.NewServer(e, d.life, now, d.t.Text)
	x := &digest{entry: e, made: now, name: clean(s.Name), model: clean(row.Model), service: clean(s.Service), cpuPct: -1, memPct: -1,
		read: st.LastRead(), fresh: st.Fresh(), reach: d.reachText(row.Reach), age: row.Age, band: row.Band, row: row}
	x.place = d.place(s)
	x.worst = worstFinding(st.Findings)
	if x.worst != nil {
		x.finding = d.t.Text(findingText(st, x.worst))
	}
	x.parts(st)
	x.usage(&st.Totals)
	return x
}

// parts counts what a technician counts: disks and memory modules.
func (x *digest) parts(st *fleet.State) {
	for i := range st.Components {
		c := &st.Components[i]
		well := c.Health == fleet.OK || c.Health == fleet.Absent
		var t *tally
		switch c.Kind {
		case fleet.Disk:
			t = &x.disks
		case fleet.Memory:
			t = &x.modules
		default:
			continue
		}
		if c.Health == fleet.Absent {
			continue
		}
		t.all++
		if !well {
			t.unwell++
			t.worst = fleet.Worst(t.worst, c.Health)
		}
	}
}

func (x *digest) usage(t *fleet.Totals) {
	if n := len(t.CPULoadPct); n > 0 {
		sum := 0.0
		for _, v := range t.CPULoadPct {
			sum += v
		}
		x.cpuPct = sum / float64(n)
	}
	switch {
	case t.MemoryBytes == nil || *t.MemoryBytes <= 0:
	case t.MemoryUsedBytes != nil:
		x.memPct = 100 * float64(*t.MemoryUsedBytes) / float64(*t.MemoryBytes)
	case t.MemoryAvailableBytes != nil:
		x.memPct = 100 - 100*float64(*t.MemoryAvailableBytes)/float64(*t.MemoryBytes)
	}
}

// stale reports whether what is shown was read too long ago to trust.
func (x *digest) stale(now time.Time) bool { return !x.fresh.Has(now) }

// worstFinding is the first (worst) finding that nobody knows of yet, else the
// worst of those that are known. What is merely worth knowing (a server past
// its service life) does not hide a known fault.
func worstFinding(fs []fleet.Finding) *fleet.Finding {
	for i := range fs {
		if !fs[i].Acknowledged && !fs[i].Maintenance && fs[i].Health != fleet.OK {
			return &fs[i]
		}
	}
	if len(fs) > 0 {
		return &fs[0]
	}
	return nil
}

// findingText is a finding with its place in front, unless it names it already.
func findingText(st *fleet.State, f *fleet.Finding) string {
	text := clean(f.Text)
	if f.Key == "" {
		return text
	}
	label := placeLabel(st, f.Key)
	if label == "" || strings.Contains(fold(text), fold(label)) {
		return text
	}
	return label + ": " + text
}

// placeLabel names a component by its key: as printed on the chassis if known.
func placeLabel(st *fleet.State, key string) string {
	if c := st.Component(key); c != nil {
		return clean(c.Label())
	}
	_, slot, _ := strings.Cut(key, "/")
	return clean(slot)
}

// place is where to walk: rack and unit first, because lists cut what does not
// fit, then room and site where they tell servers apart.
func (d *digests) place(s *fleet.Server) string {
	text := clean(s.Rack)
	if s.Position > 0 {
		text = strings.TrimSpace(fmt.Sprintf("%s U%d", text, s.Position))
	}
	for _, wider := range []struct {
		differs bool
		name    string
	}{{d.rooms, s.Room}, {d.sites, s.Site}} {
		if wider.differs && wider.name != "" {
			text = strings.TrimSpace(text + " " + clean(wider.name))
		}
	}
	return text
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}

// nameWidth is how wide the longest name of a server is, within reason: a name
// that is cut off, or an address, is not the one to type elsewhere.
func (d *digests) nameWidth() int {
	const least, most = 10, 18
	return max(min(d.longest, most), least)
}

// measure finds out how wide the longest name is.
func (d *digests) measure() {
	d.longest = 0
	for _, x := range d.all {
		d.longest = max(d.longest, width(x.name))
	}
}
