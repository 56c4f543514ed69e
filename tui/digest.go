package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/outlook"
	"ironage/internal/queue"
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
	search  string      // folded, for free text
	serials []string    // of the machine and its parts
	fitted  []string    // models and part numbers of its parts, each once
	trouble []string    // kinds of which something is not well
	orders  []orderMark // open work on it
	// out is the judgement of its parts; nil while there is none.
	out *outlook.Server
}

type orderMark struct {
	id    int64
	state queue.State
	tier  queue.Tier
	slot  string
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
	life   ageing.Policy
	of     *ops.View
	all    []*digest
	byName map[string]*digest
	// sites and rooms say whether there is more than one: else their names are noise.
	sites, rooms bool
}

func newDigests(life ageing.Policy) *digests { return &digests{life: life} }

// sync brings the digests up to a view; servers that did not change keep theirs.
func (d *digests) sync(v *ops.View, now time.Time) {
	if v == nil || v.Fleet == nil || d.of == v {
		return
	}
	d.of = v
	d.look(v.Fleet)
	open := openOrders(v.Orders)
	if d.byName == nil || len(d.byName) != v.Fleet.Len() {
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
		}
		if next[i] = d.refresh(had, e, open[e.Server.Name], judgedAt(v.Outlook, i, e.Server.Name), now); next[i] != had {
			d.byName[e.Server.Name] = next[i]
		}
	}
	d.all = next
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

func openOrders(orders []queue.Order) map[string][]orderMark {
	open := make(map[string][]orderMark)
	for i := range orders {
		if o := &orders[i]; o.State.Open() {
			open[o.Server] = append(open[o.Server], orderMark{o.ID, o.State, o.Tier, o.Slot})
		}
	}
	return open
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

func (d *digests) refresh(had *digest, e *fleet.Entry, orders []orderMark, out *outlook.Server, now time.Time) *digest {
	if had == nil || had.entry != e || now.Sub(had.made) > digestLife {
		made := d.make(e, now)
		made.orders, made.out = orders, out
		return made
	}
	if had.out == out && slices.Equal(had.orders, orders) {
		return had
	}
	again := *had // a digest may be on screen: never change one
	again.orders, again.out = orders, out
	return &again
}

// risk is the probability in per cent that some part fails within 12 months.
func (x *digest) risk() (pct float64, known bool) {
	if x.out == nil || len(x.out.Parts) == 0 {
		return 0, false
	}
	return 100 * x.out.P, true
}

// riskText is the same in words; "" while nobody knows.
func (x *digest) riskText() string {
	if _, known := x.risk(); !known {
		return ""
	}
	return riskCell(ageing.Risk{Known: true, AtLeast: x.out.AtLeast, Years: 1, H: x.out.H, P: x.out.P}.String())
}

func (d *digests) make(e *fleet.Entry, now time.Time) *digest {
	s, st := &e.Server, &e.State
	x := &digest{entry: e, made: now, name: clean(s.Name), service: clean(s.Service), cpuPct: -1, memPct: -1,
		read: st.LastRead(), reach: reachText(st)}
	x.model = clean(firstOf(st.Device.Model, s.Model))
	if vendor := clean(firstOf(st.Device.Vendor, s.Manufacturer)); vendor != "" && !strings.Contains(fold(x.model), fold(vendor)) {
		x.model = strings.TrimSpace(vendor + " " + x.model)
	}
	x.place = d.place(s)
	x.age = ageing.OfServer(*s, st, now)
	x.band = d.life.Band("server", x.age, nil)
	x.worst = worstFinding(st.Findings)
	if x.worst != nil {
		x.finding = findingText(st, x.worst)
	}
	x.parts(st)
	x.usage(&st.Totals)
	x.index(s, st)
	return x
}

// parts counts what a technician counts: disks and memory modules.
func (x *digest) parts(st *fleet.State) {
	for i := range st.Components {
		c := &st.Components[i]
		well := c.Health == fleet.OK || c.Health == fleet.Absent
		bad := c.Health.Severity() >= fleet.Warning.Severity() || c.Health == fleet.Unknown && c.Kind.Replaceable()
		if bad && !slices.Contains(x.trouble, string(c.Kind)) {
			x.trouble = append(x.trouble, string(c.Kind))
		}
		if c.Serial != "" {
			x.serials = append(x.serials, clean(c.Serial))
		}
		for _, what := range []string{c.Part, c.Model} {
			if what != "" && !slices.Contains(x.fitted, what) {
				x.fitted = append(x.fitted, what)
			}
		}
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

// index gathers what free text is looked up in.
func (x *digest) index(s *fleet.Server, st *fleet.State) {
	for _, serial := range []string{s.Serial, st.Device.Serial} {
		if serial != "" && !slices.Contains(x.serials, serial) {
			x.serials = append(x.serials, clean(serial))
		}
	}
	texts := []string{s.Name, x.model, s.Manufacturer, s.Model, s.Site, s.Room, s.Rack, s.Service, s.Owner,
		s.AssetTag, st.Device.Hostname, st.Device.Controller, x.reach}
	for i := range st.Findings {
		f := &st.Findings[i]
		texts = append(texts, f.Key, f.Text)
		if kind, _, ok := strings.Cut(f.Key, "/"); ok && f.Health != fleet.OK && !slices.Contains(x.trouble, kind) {
			x.trouble = append(x.trouble, kind)
		}
	}
	for _, e := range s.Endpoints {
		texts = append(texts, e.Address)
	}
	x.search = fold(joinLines(append(texts, x.serials...)))
}

// joinLines joins texts with line ends between, which no search can contain, so
// that no word is found across two of them.
func joinLines(texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		if t != "" {
			b.WriteString(clean(t))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// stale reports whether what is shown was read too long ago to trust.
func (x *digest) stale(now time.Time) bool { return x.entry.State.Stale(now) }

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

// reachText says which endpoints do not answer; "" when all do.
func reachText(st *fleet.State) string {
	if len(st.Endpoints) == 0 {
		return "not read yet"
	}
	var parts []string
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		switch e.SNMP {
		case fleet.Answered:
		case fleet.NotAsked, "":
			parts = append(parts, string(e.Role)+" not asked")
		case fleet.Silent:
			if e.Ping.Reach == fleet.Answered {
				parts = append(parts, string(e.Role)+" agent silent")
			} else {
				parts = append(parts, string(e.Role)+" unreachable")
			}
		default:
			parts = append(parts, string(e.Role)+" "+string(e.SNMP))
		}
	}
	return strings.Join(parts, ", ")
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
	longest := least
	for _, x := range d.all {
		longest = max(longest, width(x.name))
	}
	return min(longest, most)
}
