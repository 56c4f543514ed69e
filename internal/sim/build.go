package sim

import (
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// builder makes machines. Everything it decides comes from its dice, so that a
// seed always gives the same fleet.
type builder struct {
	seed    uint64
	now     time.Time
	chassis []chassis
	disks   []diskModel
	speaks  map[family]*dialect
}

// machine builds one server of the plan.
func (b *builder) machine(p planned) *machine {
	d := newDice(b.seed, p.name)
	c := b.pickChassis(d, p)
	bought := time.Date(p.bought.year, time.Month(p.bought.month), 3+d.IntN(24), 0, 0, 0, 0, time.UTC)
	started := bought.AddDate(0, 0, 20+d.IntN(50))
	m := &machine{
		family:      c.family,
		speaks:      b.speaks[c.family],
		chassis:     c,
		seed:        b.seed ^ hash(p.name),
		hasBMC:      c.family != plain,
		hasOS:       c.family == plain || p.hasOS,
		bmcFirmware: c.bmcFirmware,
		booted:      b.now.Add(-time.Duration(20+d.IntN(380)) * 24 * time.Hour),
		busy:        p.work.busy * (.7 + .6*d.Float64()),
		memBase:     min(.78, p.work.memory*(.85+.3*d.Float64())),
	}
	m.os = "Linux " + one(d, []string{"4.15.0-213-generic", "5.4.0-186-generic", "3.10.0-1160.119.1.el7.x86_64", "5.15.0-122-generic"})
	m.smart = m.family == plain && (p.bought.year >= youngFrom || newDice(b.seed, p.name+" smart").chance(50))
	b.boards(m, d, started)
	b.power(m, d, started)
	b.storage(m, d, p.work.storage, started, bought)
	b.mounts(m, d, p.work.storage)
	b.record(m, d, p, bought, started)
	return m
}

// pickChassis takes a model of the planned maker that was on sale then and has
// room for the disks.
func (b *builder) pickChassis(d dice, p planned) *chassis {
	bays := 2
	switch p.work.storage {
	case forFiles:
		bays = 12
	case forDatabases:
		bays = 8
	}
	maker := p.maker
	for {
		var fit []*chassis
		for i := range b.chassis {
			c := &b.chassis[i]
			if c.family == maker && c.from <= p.bought.year && p.bought.year <= c.to && c.bays >= bays {
				fit = append(fit, c)
			}
		}
		if len(fit) > 0 {
			return one(d, fit)
		}
		maker = dell // sells everything in every year
	}
}

// boards puts in processors, memory modules and the temperatures around them.
func (b *builder) boards(m *machine, d dice, started time.Time) {
	model := one(d, m.chassis.cpus)
	for i := range 2 {
		c := cpu{cores: model.cores, threads: model.threads, mhz: model.mhz}
		c.vendor, c.model, c.since = "Intel", model.name, started
		c.slot, c.index = m.slotOf(fleet.CPU, i, 2)
		m.cpus = append(m.cpus, c)
	}
	mem := one(d, m.chassis.dimms)
	fitted := min(one(d, []int{4, 8, 8, 12, 16}), m.chassis.dimmSlots)
	for i := range fitted {
		x := dimm{bytes: mem.bytes, mhz: mem.mhz}
		x.vendor, x.number, x.since = mem.vendor, mem.number, started
		x.slot, x.index = m.slotOf(fleet.Memory, i, fitted)
		if m.family == dell || m.speaks.says(fleet.Memory, factSerial) { // iLO 4 and 5 leave it empty
			x.serial = m.speaks.newSerial(d, fleet.Memory)
		}
		if m.speaks.says(fleet.Memory, factModel) {
			x.model = x.number
		}
		if m.speaks.says(fleet.Memory, factMade) {
			x.made = isoWeek(started.AddDate(0, 0, -90))
		}
		m.dimms = append(m.dimms, x)
	}
	m.sensors = append(m.sensors,
		m.newSensor(0, "ambient", 19+4*d.Float64(), 2, 42, 47),
		m.newSensor(1, "cpu", 38+6*d.Float64(), 28, 0, 90),
		m.newSensor(2, "cpu", 38+6*d.Float64(), 28, 0, 90),
		m.newSensor(3, "exhaust", 29+5*d.Float64(), 9, 75, 80))
}

// power puts in supplies and fans.
func (b *builder) power(m *machine, d dice, started time.Time) {
	if m.family == plain {
		return
	}
	for i := range 2 {
		p := psu{watts: m.chassis.psuWatts}
		p.vendor, p.number, p.since = m.chassis.psuVendor, m.chassis.psuNumber, started
		if m.family == hpe { // it writes the order number for the model, and no maker
			p.model, p.vendor = m.chassis.psuNumber, ""
			p.number = strings.TrimSuffix(p.model, "-B21") + "-001"
		}
		if m.family != dell && m.family != hpe {
			p.model = p.number // a family tells the one or the other
		}
		p.slot, p.index = m.slotOf(fleet.PSU, i, 2)
		if m.tellsSerial(fleet.PSU) {
			p.serial = m.speaks.newSerial(d, fleet.PSU)
		}
		m.psus = append(m.psus, p)
	}
	for i := range m.chassis.fans {
		f := fan{rpm: 5400 + 120*d.IntN(20)}
		f.since = started
		f.slot, f.index = m.slotOf(fleet.Fan, i, m.chassis.fans)
		m.fans = append(m.fans, f)
	}
}

// tellsSerial reports whether the machine's family publishes the serial numbers
// of a kind; then its parts get some.
func (m *machine) tellsSerial(k fleet.Kind) bool {
	return m.family == dell || m.family == hpe || m.speaks.says(k, factSerial)
}

// record writes down what people know of the machine: the inventory.
func (b *builder) record(m *machine, d dice, p planned, bought, started time.Time) {
	pattern := "S##########A##"
	if m.speaks != nil {
		pattern = m.speaks.serial
	}
	serial := d.fill(pattern)
	years := one(d, []int{3, 3, 5})
	s := fleet.Server{
		Name: p.name, Site: siteName, Height: m.chassis.units, Face: "front",
		Service: p.work.service, Criticality: fleet.Criticality(p.work.criticality), Owner: p.work.owner,
		AssetTag: fmt.Sprintf("TS-%04d", p.number+1), Serial: serial, Manufacturer: m.chassis.vendor, Model: m.chassis.model,
		Purchased: fleet.Date(bought.Format("2006-01-02")), InService: precision(d, started),
		WarrantyEnd: fleet.Date(bought.AddDate(years, 0, 0).Format("2006-01-02")), Notes: p.work.notes,
	}
	if m.hasBMC {
		s.Expected = map[fleet.Kind]int{}
		for k, n := range map[fleet.Kind]int{fleet.PSU: len(m.psus), fleet.Memory: len(m.dimms), fleet.Disk: len(m.disks), fleet.CPU: len(m.cpus)} {
			if n > 0 && m.speaks.publishes(k) {
				s.Expected[k] = n
			}
		}
	}
	m.server = s
}

// precision writes a date as exactly as people did at the time.
func precision(d dice, t time.Time) fleet.Date {
	switch n := d.IntN(10); {
	case n < 7:
		return fleet.Date(t.Format("2006-01-02"))
	case n < 9:
		return fleet.Date(t.Format("2006-01"))
	}
	return fleet.Date(t.Format("2006"))
}

// mounts lays the file systems of the operating system over the volumes.
func (b *builder) mounts(m *machine, d dice, kind storage) {
	if !m.hasOS {
		return
	}
	add := func(path string, bytes int64, used, perDay float64) {
		m.mounts = append(m.mounts, mount{path: path, bytes: bytes, used: used, perDay: perDay})
	}
	system := int64(200) * gb
	if len(m.volumes) > 0 {
		system = m.volumes[0].bytes
	}
	add("/boot", gib, .22+.2*d.Float64(), 0)
	add("/", system/4, .25+.35*d.Float64(), .0004)
	add("/var", system/2, .30+.45*d.Float64(), .002*d.Float64())
	if len(m.volumes) < 2 {
		return
	}
	path := "/srv/app"
	switch kind {
	case forDatabases:
		path = "/var/lib/postgresql"
	case forFiles:
		path = "/srv/data"
	}
	add(path, m.volumes[1].bytes, .35+.5*d.Float64(), .004*d.Float64())
}
