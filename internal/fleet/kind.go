package fleet

// Kind names what sort of part or reading a component is. Its words are the keys
// of `ironage check --output json`.
type Kind uint8

// The kinds of component, in the order of their words: sorted kinds are sorted
// words. Some are parts that a person replaces; the others are sensors, volumes
// and the box itself.
const (
	Battery Kind = iota + 1
	Chassis
	CPU
	Current
	Disk
	Fan
	Memory
	NIC
	Other
	Power
	PSU
	RAIDController
	RAIDVolume
	Temperature
	Voltage
)

var kindWords = wordsOf(mostWords, "", "battery", "chassis", "cpu", "current", "disk", "fan", "memory", "nic",
	"other", "power", "psu", "raid-controller", "raid-volume", "temperature", "voltage")

// KindOf is the kind of that word, which need not be one of Kinds: it is for what
// documents say, and every new word stays for good.
func KindOf(word string) Kind { return Kind(kindWords.number(word)) }

// FindKind is the kind of a word that a person or a file says; false if nothing is
// known to be of that kind.
func FindKind(word string) (Kind, bool) {
	n, ok := kindWords.find(word)
	return Kind(n), ok //nolint:gosec // one byte numbers them
}

func (k Kind) String() string { return kindWords.text(uint16(k)) }

// MarshalText writes the word ("disk", "psu", …).
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText takes every word.
func (k *Kind) UnmarshalText(b []byte) error {
	*k = KindOf(string(b))
	return nil
}

// Kinds lists every kind in the order in which screens and reports show them.
var Kinds = []Kind{Disk, RAIDVolume, RAIDController, Battery, Memory, CPU, PSU, Fan,
	Temperature, Power, Voltage, Current, NIC, Chassis, Other}

// Replaceable reports whether a person swaps parts of this kind, so that a
// work order for one makes sense.
func (k Kind) Replaceable() bool {
	switch k {
	case Disk, Memory, CPU, PSU, Fan, RAIDController, Battery, NIC:
		return true
	}
	return false
}

// Sensor reports whether components of this kind are measurements.
func (k Kind) Sensor() bool {
	switch k {
	case Temperature, Voltage, Current, Power:
		return true
	}
	return false
}
