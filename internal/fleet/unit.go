package fleet

// Unit is the unit of a reading.
type Unit uint8

// The units of readings, of times on the way, and of what fills up.
const (
	Celsius Unit = iota + 1
	RPM
	Percent
	Volt
	Ampere
	Watt
	Millisecond
	Byte
	KiB
	MiB
	GiB
	TiB
	PiB
)

var units = wordsOf(mostWords, "", "celsius", "rpm", "percent", "volt", "ampere", "watt", "ms", "B", "KiB", "MiB", "GiB", "TiB", "PiB")

// UnitOf is the unit of that word.
func UnitOf(word string) Unit { return Unit(units.number(word)) }

func (u Unit) String() string { return units.text(uint16(u)) }

// MarshalText writes the word ("celsius", "rpm", …).
func (u Unit) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText takes every word.
func (u *Unit) UnmarshalText(b []byte) error {
	*u = UnitOf(string(b))
	return nil
}

// Symbol is the unit as people write it after a number.
func (u Unit) Symbol() string {
	switch u {
	case Celsius:
		return "°C"
	case RPM:
		return "rpm"
	case Percent:
		return "%"
	case Volt:
		return "V"
	case Ampere:
		return "A"
	case Watt:
		return "W"
	}
	return u.String()
}
