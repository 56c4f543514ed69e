package health

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"ironage/internal/fleet"
)

// Codes of findings that inventory and device disagree. They are paperwork:
// they count as ok, and never hide or explain anything.
const (
	MismatchSerial    = "mismatch-serial"     // of the server
	MismatchModel     = "mismatch-model"      // of the server
	MismatchMemory    = "mismatch-memory"     // size
	MismatchCPU       = "mismatch-cpu"        // sockets
	MismatchPart      = "mismatch-part"       // a part that is not where the inventory says
	MismatchPartModel = "mismatch-part-model" // a part of another model
)

// Paperwork reports whether findings of this code say that the inventory is
// wrong rather than the hardware.
func Paperwork(code string) bool { return strings.HasPrefix(code, "mismatch-") }

// mismatches compares what is written down about a server with what its device
// says. What either of them does not say is no difference.
func mismatches(s *fleet.Server, st *fleet.State) []fleet.Finding {
	if s.Serial == "" && s.Model == "" && s.MemoryBytes <= 0 && s.CPUSockets <= 0 && len(s.Parts) == 0 || !inventoried(s, st) {
		return nil
	}
	var out []fleet.Finding
	if is := st.Device.Serial; plainSerial(s.Serial) != "" && plainSerial(is) != "" && plainSerial(s.Serial) != plainSerial(is) {
		out = append(out, differs(MismatchSerial, "", fmt.Sprintf("the device says S/N %s, the inventory %s: another machine, or a slip of the pen", is, s.Serial)))
	}
	if is := st.Device.Model; !sameModel(s.Model, is, s.Manufacturer, st.Device.Vendor) {
		out = append(out, differs(MismatchModel, "", fmt.Sprintf("the device says model %s, the inventory %s", is, s.Model)))
	}
	out = append(out, memoryMismatch(s, st)...)
	out = append(out, cpuMismatch(s, st)...)
	for i := range s.Parts {
		out = append(out, partMismatch(&s.Parts[i], s, st)...)
	}
	return out
}

func differs(code, key, text string) fleet.Finding {
	return fleet.Finding{Code: code, Health: fleet.OK, Key: key, Text: text}
}

// plainSerial is a serial number without what people add or leave out.
func plainSerial(s string) string {
	if s = fleet.NormalSerial(s); s == "" {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// memoryMismatch compares sizes. The operating system sees a little less than
// is fitted, because firmware and kernel keep some.
func memoryMismatch(s *fleet.Server, st *fleet.State) []fleet.Finding {
	if s.MemoryBytes <= 0 {
		return nil
	}
	sum, first := fittedMemory(s, st)
	var seen int64
	if t := st.Totals.MemoryBytes; t != nil {
		seen = *t
	}
	is := sum
	if is == 0 {
		is = seen
	}
	if is <= 0 || sum > 0 && sameSize(s.MemoryBytes, sum, 0) || seen > 0 && sameSize(s.MemoryBytes, seen, keptBack) {
		return nil
	}
	how := "its operating system sees"
	if sum > 0 {
		how = "its modules add up to"
	}
	f := differs(MismatchMemory, "", fmt.Sprintf("%s %s of memory, the inventory says %s", how, size(is), size(s.MemoryBytes)))
	if first != nil {
		f.Evidence = first.Native.Evidence()
	}
	return []fleet.Finding{f}
}

const (
	keptBack     = 512 << 20 // of memory, by firmware and kernel, whatever the size
	sizeDiffers  = 0.03      // the share by which sizes may differ
	decimalGiB   = float64(1<<30) / 1e9
	bytesPerGiga = 1_000_000_000
)

// sameSize compares a written size with a read one. People write gigabytes and
// mean either kind.
func sameSize(written, read, missing int64) bool {
	near := func(w float64) bool {
		r := float64(read)
		return r <= w*(1+sizeDiffers) && (r >= w*(1-sizeDiffers) || w-r <= float64(missing))
	}
	return near(float64(written)) || written%bytesPerGiga == 0 && near(float64(written)*decimalGiB)
}

// fittedMemory is what the modules add up to; 0 when one does not say, or not
// all were read.
func fittedMemory(s *fleet.Server, st *fleet.State) (sum int64, first *fleet.Component) {
	if !counted(s, st, fleet.Memory) {
		return 0, nil
	}
	bmc := hasBMC(st.Components)
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind != fleet.Memory || c.Health == fleet.Absent || bmc && c.Role == fleet.OS {
			continue
		}
		if c.CapacityBytes == nil || *c.CapacityBytes <= 0 {
			return 0, nil
		}
		sum += *c.CapacityBytes
		if first == nil {
			first = c
		}
	}
	return sum, first
}

func size(bytes int64) string { return fmt.Sprintf("%.4g GiB", float64(bytes)/(1<<30)) }

// cpuMismatch compares sockets. What an operating system lists as processors
// are threads; only a controller's list counts packages.
func cpuMismatch(s *fleet.Server, st *fleet.State) []fleet.Finding {
	if s.CPUSockets <= 0 {
		return nil
	}
	fitted := 0
	var first *fleet.Component
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind == fleet.CPU && c.Health != fleet.Absent && c.Role == fleet.BMC {
			if fitted++; first == nil {
				first = c
			}
		}
	}
	if !counted(s, st, fleet.CPU) {
		fitted, first = 0, nil
	}
	seen := 0
	if t := st.Totals.CPUSockets; t != nil && *t > 0 && *t < 1024 {
		seen = int(*t)
	}
	is := fitted
	if is == 0 {
		is = seen
	}
	if is == 0 || fitted == s.CPUSockets || seen == s.CPUSockets {
		return nil
	}
	f := differs(MismatchCPU, "", fmt.Sprintf("%d CPUs are fitted, the inventory says %d", is, s.CPUSockets))
	if is == 1 {
		f.Text = fmt.Sprintf("1 CPU is fitted, the inventory says %d", s.CPUSockets)
	}
	if first != nil {
		f.Evidence = first.Native.Evidence()
	}
	return []fleet.Finding{f}
}

// partMismatch compares one line of the inventory with the parts that were read.
func partMismatch(n *fleet.PartNote, s *fleet.Server, st *fleet.State) []fleet.Finding {
	bySlot := inSlot(n, st)
	if plainSerial(n.Serial) == "" {
		return partModel(n, bySlot)
	}
	c := withSerial(n, st)
	switch {
	case c != nil && n.Slot != "" && !namesSlot(n.Slot, c):
		f := differs(MismatchPart, c.Key(), fmt.Sprintf("S/N %s sits in %s, the inventory says %s", c.Serial, Describe(c), n.Slot))
		f.Evidence = c.Native.Evidence()
		return append([]fleet.Finding{f}, partModel(n, c)...)
	case c != nil:
		return partModel(n, c)
	case bySlot != nil && bySlot.Health == fleet.Absent:
		f := differs(MismatchPart, bySlot.Key(), fmt.Sprintf("%s is empty, the inventory says S/N %s", Describe(bySlot), n.Serial))
		f.Evidence = bySlot.Native.Evidence()
		return []fleet.Finding{f}
	case bySlot != nil && bySlot.Identity() != "":
		f := differs(MismatchPart, bySlot.Key(), fmt.Sprintf("%s has S/N %s, the inventory says %s", Describe(bySlot), bySlot.Serial, n.Serial))
		f.Evidence = bySlot.Native.Evidence()
		return []fleet.Finding{f}
	case bySlot == nil && allTell(n.Kind, s, st):
		return []fleet.Finding{differs(MismatchPart, n.Kind.String()+"/"+n.Serial,
			fmt.Sprintf("no %s with S/N %s was found, the inventory lists it here", KindWord(n.Kind), n.Serial))}
	}
	return nil
}

func partModel(n *fleet.PartNote, c *fleet.Component) []fleet.Finding {
	if c == nil || c.Health == fleet.Absent || sameModel(n.Model, c.Model, n.Vendor, c.Vendor) || n.Model == c.Part {
		return nil
	}
	f := differs(MismatchPartModel, c.Key(), fmt.Sprintf("%s is a %s, the inventory says %s", Describe(c), c.Model, n.Model))
	f.Evidence = c.Native.Evidence()
	return []fleet.Finding{f}
}

// withSerial finds the part that the inventory names by its serial number.
func withSerial(n *fleet.PartNote, st *fleet.State) *fleet.Component {
	want := plainSerial(n.Serial)
	for i := range st.Components {
		c := &st.Components[i]
		if (n.Kind == 0 || c.Kind == n.Kind) && c.Health != fleet.Absent && plainSerial(c.Serial) == want {
			return c
		}
	}
	return nil
}

// inSlot finds what is in the slot that the inventory names.
func inSlot(n *fleet.PartNote, st *fleet.State) *fleet.Component {
	if n.Kind == 0 || n.Slot == "" {
		return nil
	}
	for i := range st.Components {
		if c := &st.Components[i]; c.Kind == n.Kind && namesSlot(n.Slot, c) {
			return c
		}
	}
	return nil
}

// namesSlot reports whether a person may have meant this slot.
func namesSlot(written string, c *fleet.Component) bool {
	w := strings.Join(words(written), " ")
	for _, s := range []string{c.Slot, c.Place, c.Name, c.Label()} {
		if s != "" && strings.Join(words(s), " ") == w {
			return true
		}
	}
	return false
}

// allTell reports whether every part of a kind was read with its serial number,
// so that one which is not among them is not there.
func allTell(k fleet.Kind, s *fleet.Server, st *fleet.State) bool {
	if k == 0 || !counted(s, st, k) || slices.Contains(st.NotReported, k) {
		return false
	}
	found := false
	for i := range st.Components {
		if c := &st.Components[i]; c.Kind == k && c.Health != fleet.Absent {
			if c.Identity() == "" {
				return false
			}
			found = true
		}
	}
	return found
}
