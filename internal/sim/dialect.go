package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// dialect is how a family's controller says what a machine is: the words for
// faults, the names of places, and which facts it publishes at all.
type dialect struct {
	family   family
	profile  string // the device profile that reads it
	vendor   string // what the controller calls its maker
	serial   string // pattern of the machine's serial number
	noName   bool   // the controller does not tell the machine's name
	noRollUp bool   // it has no opinion of the machine as a whole
	words    map[fault]word
	levels   map[int]string // of arrays
	slots    map[fleet.Kind]slot
	probes   [4]slot                // temperatures: inlet, two processors, exhaust
	power    slot                   // what the whole machine draws
	serials  map[fleet.Kind]string  // patterns of the serial numbers of parts
	tells    map[fleet.Kind]telling // what of each kind is published; nil is all that the machine knows
}

// slot names the n-th place of a kind and numbers its row: {0} counts from 0,
// {1} from 1; see placeWords.
type slot struct{ name, index string }

// telling is what a family publishes of a component of one kind.
type telling struct {
	facts      fact
	counter    string   // its name of the count of errors
	attributes []string // by name
}

// fact is a set of facts of a component.
type fact uint16

const (
	factVendor fact = 1 << iota
	factModel
	factSerial
	factNumber
	factFirmware
	factMade
	factCapacity
	factWear
	factHours
	factReading
	factLimits
	factPercent   // a fan's speed is told in per cent
	factNoZero    // a reading of 0 means "no reading"
	factNoVerdict // nothing says whether it is well
	factGiB       // capacities are whole GiB
)

func (f fact) has(x fact) bool { return f&x != 0 }

// publishes reports whether the family says anything of a kind.
func (d *dialect) publishes(k fleet.Kind) bool {
	_, told := d.tells[k]
	return told || d.tells == nil
}

// says reports whether the family publishes a fact of a kind.
func (d *dialect) says(k fleet.Kind, x fact) bool {
	return d != nil && d.tells != nil && d.tells[k].facts.has(x)
}

// countsAs is the family's name of the error count of a kind, or "".
func (d *dialect) countsAs(k fleet.Kind) string {
	switch {
	case d == nil:
		return ""
	case d.family == hpe && k == fleet.Disk:
		return "reallocated"
	}
	return d.tells[k].counter
}

// keep takes from a component what the family does not publish.
func (d *dialect) keep(c *fleet.Component) {
	if d == nil || d.tells == nil {
		return
	}
	t := d.tells[c.Kind]
	if t.facts.has(factNoVerdict) && c.Health == fleet.OK {
		c.Health = fleet.Unknown
	}
	for _, x := range []struct {
		bit  fact
		text *string
	}{{factVendor, &c.Vendor}, {factModel, &c.Model}, {factSerial, &c.Serial}, {factNumber, &c.Part},
		{factFirmware, &c.Firmware}, {factMade, &c.Manufactured}} {
		if !t.facts.has(x.bit) {
			*x.text = ""
		}
	}
	if !t.facts.has(factCapacity) {
		c.CapacityBytes = nil
	}
	if c.CapacityBytes != nil && t.facts.has(factGiB) {
		c.CapacityBytes = ptr(int64(math.Round(float64(*c.CapacityBytes)/float64(gib))) * gib)
	}
	if !t.facts.has(factWear) {
		c.WearUsedPct = nil
	}
	if !t.facts.has(factHours) {
		c.PowerOnHours = nil
	}
	if !t.facts.has(factReading) || t.facts.has(factNoZero) && c.Reading != nil && *c.Reading == 0 {
		c.Reading, c.Unit = nil, 0
	}
	if !t.facts.has(factLimits) {
		c.Limits = nil
	}
	for name := range c.Attributes {
		if !slices.Contains(t.attributes, name) {
			delete(c.Attributes, name)
		}
	}
}

// place is the name and the row of the n-th of count places of a kind.
func (d *dialect) place(k fleet.Kind, n, count int) (name, index string) {
	s := d.slots[k]
	return s.fill(n, count)
}

func (s slot) fill(n, count int) (name, index string) {
	w := placeWords(n, count)
	return w.Replace(s.name), w.Replace(s.index)
}

// placeWords are the numbers that names of places are made of. Memory modules
// are spread over two processors, as the manuals ask: {socket} and {letter}
// are the processor, {at} counts there.
func placeWords(n, count int) *strings.Replacer {
	half := max(1, (count+1)/2)
	socket, at := n/half, n%half
	return strings.NewReplacer("{0}", fmt.Sprint(n), "{1}", fmt.Sprint(n+1), "{port}", fmt.Sprint(1+n/8),
		"{socket}", fmt.Sprint(socket+1), "{socket0}", fmt.Sprint(socket), "{letter}", string(rune('A'+socket)),
		"{at}", fmt.Sprint(at+1), "{at0}", fmt.Sprint(at), "{bank}", fmt.Sprint(1+n/8), "{channel}", string(rune('A'+n%8)))
}

// newSerial makes a serial number as the maker of that kind writes them. Disks
// have patterns of their own in the catalogue.
func (d *dialect) newSerial(x dice, k fleet.Kind) string {
	if pattern := d.serials[k]; pattern != "" {
		return x.fill(pattern)
	}
	return x.fill("@@@@@@@@@@")
}
