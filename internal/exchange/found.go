package exchange

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ironage/internal/fleet"
)

func lastRune(s string) (rune, int) { return utf8.DecodeLastRuneInString(s) }

// FoundServer is a server as its device tells about it; what the device does
// not say is as the inventory has it.
func FoundServer(v *fleet.Server, st *fleet.State, rules *Rules) Row {
	known := *v
	if st != nil {
		known.Serial = either(realSerial(st.Device.Serial), v.Serial)
		known.Manufacturer = either(plain(st.Device.Vendor), v.Manufacturer)
		known.Model = either(plain(st.Device.Model), v.Model)
		if n := fittedMemory(st); n > 0 {
			known.MemoryBytes = n
		}
		if n := fittedSockets(st); n > 0 {
			known.CPUSockets = n
		}
	}
	return serverRow(&known, rules)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// realSerial is a serial number as it was read, or "" for a placeholder.
func realSerial(s string) string {
	if fleet.NormalSerial(s) == "" {
		return ""
	}
	return plain(s)
}

// fittedMemory is the sum of the memory modules, 0 when one does not tell its
// size. What an operating system has is less than what is fitted.
func fittedMemory(st *fleet.State) int64 {
	var sum int64
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind != fleet.Memory || c.Health == fleet.Absent {
			continue
		}
		if c.CapacityBytes == nil || *c.CapacityBytes <= 0 {
			return 0
		}
		sum += *c.CapacityBytes
	}
	return sum
}

// fittedSockets is the number of processors.
func fittedSockets(st *fleet.State) int {
	n := 0
	for i := range st.Components {
		if c := &st.Components[i]; c.Kind == fleet.CPU && c.Health != fleet.Absent {
			n++
		}
	}
	if n == 0 && st.Totals.CPUSockets != nil && *st.Totals.CPUSockets > 0 && *st.Totals.CPUSockets <= 64 {
		return int(*st.Totals.CPUSockets)
	}
	return n
}

// FoundParts are the parts that sit in a server, with what is written down
// about each. Of kinds that its devices do not show it is what is written.
func FoundParts(v *fleet.Server, st *fleet.State) []Row {
	notes := newNotes(v.Parts)
	shown := map[fleet.Kind]bool{}
	var out []Row
	if st != nil {
		for i := range st.Components {
			c := &st.Components[i]
			if !c.Kind.Replaceable() {
				continue
			}
			shown[c.Kind] = true
			if c.Health != fleet.Absent {
				out = append(out, foundPart(v.Name, c, st, notes))
			}
		}
	}
	for i := range v.Parts {
		if n := &v.Parts[i]; n.Kind != 0 && !shown[n.Kind] || n.Kind == 0 && len(shown) == 0 {
			out = append(out, partRow(v.Name, n))
		}
	}
	return out
}

func foundPart(server string, c *fleet.Component, st *fleet.State, notes *notes) Row {
	n := fleet.PartNote{Kind: c.Kind, Slot: plain(c.Slot), Serial: realSerial(c.Serial), Part: plain(c.Part), Vendor: plain(c.Vendor), Model: plain(c.Model)}
	if w := notes.of(c, st); w != nil {
		n.Serial, n.Part, n.Vendor, n.Model = either(n.Serial, w.Serial), either(n.Part, w.Part), either(n.Vendor, w.Vendor), either(n.Model, w.Model)
		n.AssetTag, n.InService, n.Purchased, n.WarrantyEnd, n.Notes = w.AssetTag, w.InService, w.Purchased, w.WarrantyEnd, w.Notes
	}
	if n.InService == "" {
		n.InService = fittedOn(c, st)
	}
	r := partRow(server, &n)
	r.extra = map[string]string{"firmware": plain(c.Firmware), "manufactured": plain(c.Manufactured)}
	if c.CapacityBytes != nil {
		r.extra["capacity_bytes"] = strconv.FormatInt(*c.CapacityBytes, 10)
	}
	return r
}

// fittedOn is the day on which the probes saw a part come into its slot; none
// when it came with its server or served elsewhere before.
func fittedOn(c *fleet.Component, st *fleet.State) fleet.Date {
	at := st.Swapped[c.Key()]
	if p, ok := st.Parts.Find(c.Key()); ok {
		if p.Carried != nil {
			return ""
		}
		if !p.Fitted.IsZero() {
			at = p.Fitted
		}
	}
	if at.IsZero() {
		return ""
	}
	return fleet.Date(at.UTC().Format(time.DateOnly))
}

// notes finds what is written about a part.
type notes struct {
	bySerial, bySlot map[string]*fleet.PartNote
}

func newNotes(list []fleet.PartNote) *notes {
	out := &notes{map[string]*fleet.PartNote{}, map[string]*fleet.PartNote{}}
	for i := range list {
		n := &list[i]
		if id := fleet.NormalSerial(n.Serial); id != "" {
			out.bySerial[id] = n
		}
		if n.Kind != 0 && n.Slot != "" {
			out.bySlot[noteSlot(n.Kind, n.Slot)] = n
		}
	}
	return out
}

func noteSlot(k fleet.Kind, slot string) string { return k.String() + "\x00" + strings.ToLower(slot) }

// of is the note about a part: by its serial number, else by its slot while
// nothing says that another part was meant.
func (n *notes) of(c *fleet.Component, st *fleet.State) *fleet.PartNote {
	id := fleet.NormalSerial(c.Serial)
	if w := n.bySerial[id]; w != nil && id != "" {
		return w
	}
	w := n.bySlot[noteSlot(c.Kind, c.Slot)]
	if w == nil {
		return nil
	}
	written := fleet.NormalSerial(w.Serial)
	if written != "" && id != "" || written == "" && !st.Swapped[c.Key()].IsZero() {
		return nil // it speaks about the part before
	}
	return w
}

// Difference is something that the inventory and the device say differently.
type Difference struct {
	Server    string `json:"server"`
	Part      string `json:"part,omitempty"` // kind and slot; empty: the server itself
	Field     string `json:"field"`
	Inventory string `json:"inventory"`
	Device    string `json:"device"`
}

// Compare says where a server's device contradicts the inventory. What one of
// the two does not say is no difference.
func Compare(v *fleet.Server, st *fleet.State, rules *Rules) []Difference {
	if st == nil || st.LastRead().IsZero() {
		return nil
	}
	var out []Difference
	add := func(part, field, inventory, device string) {
		out = append(out, Difference{v.Name, part, field, inventory, device})
	}
	if a, b := fleet.NormalSerial(v.Serial), fleet.NormalSerial(st.Device.Serial); a != "" && b != "" && a != b {
		add("", "serial", v.Serial, plain(st.Device.Serial))
	}
	if a, b := letters(v.Model), letters(st.Device.Model); a != "" && b != "" && !strings.Contains(a, b) && !strings.Contains(b, a) {
		add("", "model", v.Model, plain(st.Device.Model))
	}
	if n := fittedMemory(st); n > 0 && v.MemoryBytes > 0 && n != v.MemoryBytes {
		have, _ := rules.Memory(strconv.FormatInt(v.MemoryBytes, 10)) // a number of bytes always reads
		found, _ := rules.Memory(strconv.FormatInt(n, 10))
		add("", "memory_bytes", have, found)
	}
	if n := fittedSockets(st); n > 0 && v.CPUSockets > 0 && n != v.CPUSockets {
		add("", "cpu_sockets", strconv.Itoa(v.CPUSockets), strconv.Itoa(n))
	}
	compareParts(v, st, add)
	return out
}

// letters is a model as far as two systems write it alike.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

func compareParts(v *fleet.Server, st *fleet.State, add func(part, field, inventory, device string)) {
	written := newNotes(v.Parts)
	listed, shown := map[fleet.Kind]bool{}, map[fleet.Kind]bool{}
	bySerial, bySlot := map[string]*fleet.Component{}, map[string]*fleet.Component{}
	for i := range v.Parts {
		listed[v.Parts[i].Kind] = true
	}
	for i := range st.Components {
		c := &st.Components[i]
		shown[c.Kind] = true
		if c.Health == fleet.Absent {
			continue
		}
		bySlot[noteSlot(c.Kind, c.Slot)] = c
		id := fleet.NormalSerial(c.Serial)
		if id == "" {
			continue
		}
		bySerial[id] = c
		// A slot whose part is another than the one written is said below.
		if listed[c.Kind] && written.bySerial[id] == nil && written.bySlot[noteSlot(c.Kind, c.Slot)] == nil {
			add(c.Kind.String()+" "+plain(c.Slot), "serial", "", plain(c.Serial))
		}
	}
	for i := range v.Parts {
		n := &v.Parts[i]
		title := strings.TrimSpace(n.Kind.String() + " " + n.Slot)
		here, there := bySerial[fleet.NormalSerial(n.Serial)], bySlot[noteSlot(n.Kind, n.Slot)]
		switch {
		case here != nil && n.Slot != "" && !strings.EqualFold(here.Slot, n.Slot):
			add(title, "slot", n.Slot, plain(here.Slot))
		case here != nil || n.Kind != 0 && !shown[n.Kind] || n.Kind == 0 && len(shown) == 0:
		case there != nil && fleet.NormalSerial(n.Serial) != "" && fleet.NormalSerial(there.Serial) != "":
			add(title, "serial", n.Serial, plain(there.Serial))
		case there == nil:
			add(either(title, "part"), "serial", either(n.Serial, "a part"), "")
		}
	}
}
