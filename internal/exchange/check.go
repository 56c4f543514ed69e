package exchange

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"ironage/internal/fleet"
)

// interpret fills fields from columns that are no fields themselves.
func (a *assembler) interpret(d *draft) {
	s := a.f.Schema
	if place := d.words[asPlace]; place != "" { // GLPI: site > building > room
		levels := strings.Split(place, ">")
		for i := range levels {
			levels[i] = strings.TrimSpace(levels[i])
		}
		a.put(d, "site", levels[0])
		a.put(d, "room", strings.Join(levels[1:], " / "))
	}
	if no := d.words[asModelNo]; no != "" && s.Get(&d.Row, "model") == "" {
		a.put(d, "model", no)
	}
	if s == Parts {
		a.interpretItem(d)
	}
	if text := d.words[asMonths]; text != "" && s.Get(&d.Row, "warranty_end") == "" {
		months, ok := parseMonths(text)
		if !ok {
			a.unread++
		} else if end := warrantyEnd(fleet.Date(s.Get(&d.Row, "purchased")), months); months > 0 && end != "" {
			s.set(&d.Row, "warranty_end", string(end))
			a.computed++
		}
	}
}

// put sets a field after the check that its own column would have had.
func (a *assembler) put(d *draft, field, text string) {
	value, wrong := a.f.Schema.Fields[a.f.Schema.index[field]].check(&a.o.Rules, text)
	if wrong != "" {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %s %s", field, quoted(text), wrong))
	}
	a.f.Schema.set(&d.Row, field, value)
}

// interpretItem takes the kind from the role or the name of an inventory item.
// "disk Bay 3" is how an export of ours names the disk in slot Bay 3.
func (a *assembler) interpretItem(d *draft) {
	name := strings.Join(strings.Fields(d.words[asItemName]), " ")
	kind := a.f.Schema.Get(&d.Row, "kind")
	if kind == "" {
		kind = cmp.Or(kindOf(d.words[asRole]), kindOf(name)).String()
		a.f.Schema.set(&d.Row, "kind", kind)
	}
	if slot, ok := strings.CutPrefix(name, kind+" "); ok && kind != "" {
		name = slot
	}
	if name != "" && a.f.Schema.Get(&d.Row, "slot") == "" {
		a.put(d, "slot", name)
	}
}

// kindWords are words by which people call kinds of part; the first that a
// text holds decides.
var kindWords = []struct {
	kind  fleet.Kind
	words []string
}{
	{fleet.Battery, []string{"battery", "bbu", "capacitor"}},
	{fleet.RAIDController, []string{"raid controller", "raid-controller", "storage controller", "hba", "smart array", "perc"}},
	{fleet.Memory, []string{"dimm", "memory", "ram module", "ram"}},
	{fleet.PSU, []string{"psu", "power supply", "power-supply"}},
	{fleet.Fan, []string{"fan"}},
	{fleet.CPU, []string{"cpu", "processor"}},
	{fleet.Disk, []string{"disk", "hdd", "ssd", "nvme", "drive"}},
	{fleet.NIC, []string{"nic", "network adapter", "network card", "ethernet adapter"}},
}

func kindOf(text string) fleet.Kind {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return 0
	}
	for _, k := range fleet.Kinds {
		if text == k.String() {
			return k
		}
	}
	words := " " + strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789_-#:.()/", r) {
			return ' '
		}
		return r
	}, text) + " "
	for _, k := range kindWords {
		for _, w := range k.words {
			if strings.Contains(words, " "+w+" ") || strings.Contains(words, " "+w+"s ") {
				return k.kind
			}
		}
	}
	return 0
}

// elsewhere says why a sound row is not meant for us: property that is none of
// our servers, a part of a device that is not among them.
func (a *assembler) elsewhere(d *draft) string {
	s := a.f.Schema
	if s == Parts {
		server := s.Get(&d.Row, "server")
		if server != "" && !a.assets.has(server) {
			return fmt.Sprintf("no server is named %s", quoted(server))
		}
		return ""
	}
	if !a.f.assets {
		return ""
	}
	if k := a.assets.find(s.Get(&d.Row, "serial"), s.Get(&d.Row, "asset_tag"), s.Get(&d.Row, "name")); k != nil {
		s.set(&d.Row, "name", k.Server.Name)
		return ""
	}
	if s.Get(&d.Row, "bmc") == "" && s.Get(&d.Row, "os") == "" {
		return "no server here has its serial number, asset tag or name, and it has no address to be added with"
	}
	return ""
}

// check says everything that is wrong with a row that every value of is right.
func (a *assembler) check(d *draft) {
	wrong := func(format string, args ...any) { d.wrong = append(d.wrong, fmt.Sprintf(format, args...)) }
	s, r := a.f.Schema, &d.Row
	if text := contradiction(s, r); text != "" {
		wrong("%s", text)
	}
	if line, twice := a.serials[fleet.NormalSerial(s.Get(r, "serial"))]; twice {
		wrong("serial %s is also that of %s %d; one of the two is wrong", quoted(s.Get(r, "serial")), a.src.Unit, line)
	}
	if s == Parts {
		a.checkPart(d, wrong)
		return
	}
	switch line, twice := a.keys[s.Key(r)]; {
	case s.Get(r, "name") == "":
		wrong("no name")
		return
	case twice:
		wrong("the name is already in %s %d; expected each once", a.src.Unit, line)
		return
	}
	if !a.f.assets && !d.addressed {
		wrong("no address to probe: neither oob_ip (or bmc) nor primary_ip (or os); what is no server can be left out with --role")
	}
	for _, role := range []string{"bmc", "os"} {
		if line, twice := a.addresses[s.Get(r, role)]; twice {
			wrong("address %s is also that of %s %d: one device would be polled as two", s.Get(r, role), a.src.Unit, line)
		}
	}
	if b, o := s.Get(r, "bmc"), s.Get(r, "os"); b != "" && b == o {
		s.set(r, "os", "") // the primary address is that of the controller: one endpoint
	}
	for _, u := range a.unitsOf(r) {
		if line, taken := a.units[u]; taken {
			wrong("unit %d of rack %s is taken by %s %d", u.unit, quoted(u.rack), a.src.Unit, line)
			break
		}
	}
}

func (a *assembler) checkPart(d *draft, wrong func(string, ...any)) {
	s, r := a.f.Schema, &d.Row
	switch {
	case s.Get(r, "server") == "":
		wrong("no server that it belongs to")
	case s.Get(r, "serial") == "" && (s.Get(r, "kind") == "" || s.Get(r, "slot") == ""):
		wrong("cannot be recognised: expected a serial number, or kind (role) and slot (name)")
	default:
		if line, twice := a.keys[s.Key(r)]; twice {
			wrong("the same part is in %s %d", a.src.Unit, line)
		} else if line, twice := a.slots[slotKey(s, r)]; twice {
			wrong("%s %s of %s is already in %s %d", s.Get(r, "kind"), quoted(s.Get(r, "slot")), quoted(s.Get(r, "server")), a.src.Unit, line)
		}
	}
}

// slotKey is the place of a part, "" when it is not told.
func slotKey(s *Schema, r *Row) string {
	if s.Get(r, "kind") == "" || s.Get(r, "slot") == "" {
		return ""
	}
	return s.Get(r, "server") + "\x00" + s.Get(r, "kind") + "\x00" + strings.ToLower(s.Get(r, "slot"))
}

// remember notes what no later row may have too.
func (a *assembler) remember(d *draft) {
	s, r := a.f.Schema, &d.Row
	put := func(m map[string]int, key string) {
		if key != "" {
			m[key] = r.Line
		}
	}
	put(a.keys, s.Key(r))
	put(a.serials, fleet.NormalSerial(s.Get(r, "serial")))
	if s == Parts {
		put(a.slots, slotKey(s, r))
		return
	}
	put(a.addresses, s.Get(r, "bmc"))
	put(a.addresses, s.Get(r, "os"))
	for _, u := range a.unitsOf(r) {
		a.units[u] = r.Line
	}
}

// unitsOf are the rack units that a server occupies: without a face both.
func (a *assembler) unitsOf(r *Row) []rackUnit {
	s := a.f.Schema
	position, err := strconv.Atoi(s.Get(r, "position"))
	if err != nil || s.Get(r, "rack") == "" {
		return nil
	}
	height, err := strconv.Atoi(s.Get(r, "height"))
	if err != nil {
		height = max(1, a.o.Height)
	}
	faces := []string{"front", "rear"}
	if f := s.Get(r, "face"); f != "" {
		faces = []string{f}
	}
	var out []rackUnit
	for u := position; u < position+height; u++ {
		for _, face := range faces {
			out = append(out, rackUnit{s.Get(r, "site"), s.Get(r, "room"), s.Get(r, "rack"), face, u})
		}
	}
	return out
}

// finder finds the server that an asset is.
type finder struct{ bySerial, byTag, byName map[string]*Known }

func newFinder(known []Known) *finder {
	f := &finder{map[string]*Known{}, map[string]*Known{}, map[string]*Known{}}
	for i := range known {
		k := &known[i]
		put := func(m map[string]*Known, key string) {
			if _, twice := m[key]; twice {
				m[key] = nil // of two nobody knows which is meant
			} else if key != "" {
				m[key] = k
			}
		}
		put(f.bySerial, fleet.NormalSerial(k.Server.Serial))
		put(f.byTag, strings.ToLower(k.Server.AssetTag))
		f.byName[k.Server.Name] = k
	}
	return f
}

func (f *finder) has(name string) bool { return f.byName[name] != nil }

func (f *finder) find(serial, tag, name string) *Known {
	if k := f.bySerial[fleet.NormalSerial(serial)]; k != nil {
		return k
	}
	if k := f.byTag[strings.ToLower(tag)]; k != nil {
		return k
	}
	return f.byName[name]
}
