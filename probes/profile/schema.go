package profile

import (
	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Pos is where in its file something was written, so that evidence and
// complaints can name the line. Lines and columns count from 1.
type Pos struct{ Line, Column int }

// Profile is one device family: how to recognise it and what to read.
// docs/profiles.md explains each key.
type Profile struct {
	Pos
	File string `yaml:"-"`
	// Name is the profile's identity; a file of the same name in a user's
	// folder replaces a built-in profile.
	Name  string `yaml:"profile"`
	Title string `yaml:"title"`
	// Role is what endpoints of this family usually are: bmc or os.
	Role fleet.Role `yaml:"role"`
	// Priority orders several matching profiles: the highest one's identity wins.
	Priority int `yaml:"priority"`
	// Replaces names profiles that describe only the management controller's
	// own small computer when this one matches, so they must not be read.
	Replaces []string `yaml:"replaces"`
	// Extends names a built-in profile whose rules, lists and words this one
	// takes over: the same agent in another place.
	Extends string `yaml:"extends"`
	// Take limits Extends to the rules whose entry lies under one of these
	// bases, written as there ("storage", "parts.600").
	Take []string `yaml:"take"`
	// Bases are names for object prefixes: "idrac.4.1100.50.1". A base with
	// several values makes the profile stand once for each.
	Bases map[string]OIDs `yaml:"bases"`
	Match Recognition     `yaml:"match"`
	// OnlyBeside makes the profile a last resort: it fits only where no other
	// profile than these does.
	OnlyBeside []string `yaml:"only_beside"`
	// Scripts are outputs of programs that the agent runs; their names stand for
	// table entries.
	Scripts map[string]*Script `yaml:"scripts"`
	// Placeholders are texts that mean "nothing", beside the usual ones.
	Placeholders []string `yaml:"placeholders"`

	Device     Device            `yaml:"device"`
	RollUp     []*HealthSource   `yaml:"rollup"`
	Summaries  []*Summary        `yaml:"summaries"`
	Enums      map[string]*Enum  `yaml:"enums"`
	Words      map[string]*Words `yaml:"words"`
	Components []*Rule           `yaml:"components"`
	// NotReported are kinds that no device of the family publishes.
	NotReported []fleet.Kind      `yaml:"not_reported"`
	Faults      []*FaultTable     `yaml:"faults"`
	Totals      map[string]*Total `yaml:"totals"`
	Compute     []string          `yaml:"compute"`
	Filesystems *FilesystemTable  `yaml:"filesystems"`
	// Notifications say what the family's SNMP traps and informs mean.
	Notifications []*NotificationGroup `yaml:"notifications"`

	// Simulate are further objects that a simulated device shows: OID → text
	// with {vendor}, {model}, … of the device; {os.2} is the second word of one.
	Simulate map[string]string `yaml:"simulate"`

	inherited    map[string]bool   // enums and word lists taken over, as compiler.used
	fixed        map[snmp.OID]bool // columns that cannot change while their row is the same
	needs        needs
	simulate     map[string]snmp.OID
	compute      []*function
	placeholders map[string]bool
	longest      int          // placeholder
	columns      int          // that references name: Ref.number counts from 1
	fallbacks    []fleet.Kind // of rules that are fallbacks
	sources      int
	totals       []namedTotal // in the order of their names
	memo         *memo        // what was read before, of the whole library; may be nil
	name         fleet.ProfileName
}

// OID is an object identifier as written: numeric, or a base's name and the
// rest ("hpe.3.2.5.1.1"). Loading replaces it by the numeric form.
type OID struct {
	Pos
	Text string
	Num  snmp.OID
}

// OIDs is one OID or a list of them.
type OIDs []OID

// Recognition says how a device of the family is recognised: any of the clauses,
// and none of the exclusions.
type Recognition struct {
	Any    []*Clause `yaml:"any"`
	Unless []*Clause `yaml:"unless"`
}

// Clause holds when everything that it states is true.
type Clause struct {
	Pos
	ObjectID OIDs   `yaml:"object_id"` // sysObjectID is or lies below one of these
	Descr    Regexp `yaml:"descr"`     // sysDescr matches
	Answers  OIDs   `yaml:"answers"`   // at least one of these objects has a value
	Object   *OID   `yaml:"object"`    // with Is: this object's text matches
	Is       Regexp `yaml:"is"`
	HasRows  *OID   `yaml:"has_rows"` // this table column has at least one row
	// Scripts of which the agent has one ("extend" in Net-SNMP's configuration).
	Scripts []string `yaml:"scripts"`
}

// Device says where the machine's identity is.
type Device struct {
	Vendor     *Field `yaml:"vendor"`
	Model      *Field `yaml:"model"`
	Serial     *Field `yaml:"serial"`
	Controller *Field `yaml:"controller"`
	Firmware   *Field `yaml:"firmware"`
	Hostname   *Field `yaml:"hostname"`
	OS         *Field `yaml:"os"`
}

// Ref names one cell of a row: a column, a joined table's column, or the
// row's index or one number of it.
type Ref struct {
	Pos
	Text   string
	Alias  string // joined table, empty for the row's own
	Column snmp.OID
	Index  bool
	Part   int // n-th number of the index from 1; 0 is the whole index

	scalar snmp.OID // an object outside of any table: "base.4.0"

	col    snmp.OID // entry and column together
	number int      // col's among the profile's columns
	join   *Join    // what Alias stands for
}

// Field says how one fact is got. Exactly one of Column, OID, Text, First, Of
// or Find gives the raw value; the other keys work on it in the order listed.
type Field struct {
	Pos
	Column *Ref     `yaml:"column"` // a cell of the row
	OID    *OID     `yaml:"oid"`    // a scalar object, with its instance
	Text   string   `yaml:"text"`   // a template: "Bay {5}", "{index.2}"; without braces a constant
	First  []*Field `yaml:"first"`  // the first of these that has a value
	Of     []*Ref   `yaml:"of"`     // several cells, for a decoder that needs them together
	Find   *Find    `yaml:"find"`   // a cell of the first row of a table that fits

	When    *Condition `yaml:"when"`    // only if this holds for the row
	None    []string   `yaml:"none"`    // values that mean "not reported"
	Match   Regexp     `yaml:"match"`   // the text must match; group 1, if any, is the value
	Replace string     `yaml:"replace"` // with Match: the new text, with $1 …
	Decode  string     `yaml:"decode"`  // a named decoder
	Words   *Words     `yaml:"words"`   // value → word
	Unit    string     `yaml:"unit"`    // bytes, KB, KiB, MB, MiB, …: factor to bytes
	Scale   float64    `yaml:"scale"`   // factor; 0 means 1
	Offset  float64    `yaml:"offset"`  // added after scaling
	// Live overrides whether a status read asks for it (default: health,
	// presence and readings are live, everything else is static).
	Live *bool `yaml:"live"`

	short    string  // a shorthand text that loading sorts out
	template []piece // Text, taken apart
	none     []valueMatch
	decode   decoder
	factor   float64 // Unit and Scale together
	live     bool
	from     string // the extended profile that it stands in, if any

	single   bool // it looks at one cell, and at nothing else
	direct   bool // it looks at a column
	wordless bool // of numbers it does not look at the text
	plain    bool // it is a column as it is
	choice   bool // it is First as it is
}

// Find is a search for one row of a table.
type Find struct {
	Pos
	Entry  OID        `yaml:"entry"`
	Where  *Condition `yaml:"where"` // the first row for which this holds; all rows when missing
	Column *Ref       `yaml:"column"`
}

// HealthSource is one opinion about a component's health.
type HealthSource struct {
	Field
	Map *Enum `yaml:"map"`
	// Fallback sources are asked only where no earlier one gave a verdict.
	Fallback bool `yaml:"fallback"`
	// Includes are the kinds of other parts whose health this status contains:
	// a bad one counts only where none of those parts explains it.
	Includes []fleet.Kind `yaml:"includes"`

	number int // among the profile's
}

// Summary is the device's own status of one group of parts: a finding when it
// is worse than every part of these kinds.
type Summary struct {
	Pos
	Text  string        `yaml:"text"`
	Of    *HealthSource `yaml:"of"`
	Kinds []fleet.Kind  `yaml:"kinds"`

	from string
}

// Condition holds for a row when, for each cell named, the value fits one of
// the patterns: a number or text, ">0", "3..7", "~regexp", "missing". A list of
// mappings holds when any of them does.
type Condition struct {
	Pos
	Any [][]Test
}

// Test is one cell's part of a Condition.
type Test struct {
	Ref     Ref
	Values  []valueMatch
	Literal []string

	wordless bool // of numbers it does not look at the text
}

// Join makes another table's row reachable under an alias: the row of the
// same index, of an index made by a template, or the first whose column equals
// a cell of ours.
type Join struct {
	Pos
	Entry OID             `yaml:"entry"`
	Index string          `yaml:"index"` // template; default the same index
	Where map[string]*Ref `yaml:"where"` // their column → our cell
	// Key picks what Where compares out of both texts: the expression's groups,
	// one after another. Texts that it does not match are compared whole.
	Key Regexp `yaml:"key"`
	// Keep restricts Where to rows of the joined table for which this holds; its
	// columns are that table's.
	Keep *Condition `yaml:"keep"`

	template []piece
	theirs   snmp.OID // the column of Where
	ours     *Ref
}

// Rule makes components out of the rows of one table.
type Rule struct {
	Pos
	Kind  fleet.Kind `yaml:"kind"`
	Entry OID        `yaml:"entry"`
	// Rows fixes the indexes: ["0"] makes a component of scalar objects.
	Rows []string `yaml:"rows"`
	// Index is the shape of the index for the simulator: "1.{row}".
	Index string           `yaml:"index"`
	Join  map[string]*Join `yaml:"join"`
	Keep  *Condition       `yaml:"keep"`
	Skip  *Condition       `yaml:"skip"`
	// Fixed are columns that cannot change while the row is the same, such as what
	// type of sensor it is: they are not asked again while its name stays.
	Fixed []*Ref `yaml:"fixed"`
	// Present is evaluated first; absent ends the row's reading.
	Present []*HealthSource `yaml:"present"`
	Health  []*HealthSource `yaml:"health"`

	Name  *Field `yaml:"name"`
	Place *Field `yaml:"place"`
	// Path is what a fault table calls the part, where that is not its name: a
	// path with slashes. It is not shown.
	Path *Field `yaml:"path"`

	Vendor       *Field `yaml:"vendor"`
	Model        *Field `yaml:"model"`
	Serial       *Field `yaml:"serial"`
	Part         *Field `yaml:"part"`
	Firmware     *Field `yaml:"firmware"`
	Group        *Field `yaml:"group"`
	Manufactured *Field `yaml:"manufactured"`

	Capacity *Field `yaml:"capacity"`
	Wear     *Field `yaml:"wear"`
	Hours    *Field `yaml:"hours"`

	Reading *Field      `yaml:"reading"`
	Unit    fleet.Unit  `yaml:"unit"`
	Limits  *LimitRules `yaml:"limits"`

	Counters   map[string]*Field `yaml:"counters"`
	Attributes map[string]*Field `yaml:"attributes"`

	// NotReported says when this kind is "not reported by this device":
	// "no-rows" (the default) when the table answers without rows, "never"
	// when an empty table truly means that none is fitted.
	NotReported string `yaml:"not_reported"`
	// Published, if given, must hold for the table to be read at all.
	Published *Clause `yaml:"published"`
	// UnlessRows leaves the rule out where any of these columns has rows: the
	// same parts stand in a newer table.
	UnlessRows OIDs `yaml:"unless_rows"`
	// Fallback components are left out where another profile that fits the
	// device lists parts of this kind and knows their health.
	Fallback bool `yaml:"fallback"`

	from                 string
	counters, attributes []namedField // in the order of their names
}

// LimitRules say where a sensor's limits are. They judge a reading only where
// no health source spoke.
type LimitRules struct {
	Pos
	WarnLow  *Field `yaml:"warn_low"`
	WarnHigh *Field `yaml:"warn_high"`
	CritLow  *Field `yaml:"crit_low"`
	CritHigh *Field `yaml:"crit_high"`
}

// FaultTable is a list of open faults that the device keeps in words.
type FaultTable struct {
	Pos
	Entry    OID           `yaml:"entry"`
	Keep     *Condition    `yaml:"keep"`
	Skip     *Condition    `yaml:"skip"`
	Severity *HealthSource `yaml:"severity"`
	Text     *Field        `yaml:"text"`
	// About names the component: its path or a path below it, else equal to, or
	// ending in, its name or slot.
	About *Field `yaml:"about"`
	Code  *Field `yaml:"code"`
	// Since is when the fault was first seen, as far as the device says.
	Since *Field `yaml:"since"`
	// Raises lets an open fault worsen its component's health.
	Raises bool `yaml:"raises"`
	// Live false reads the list with the inventory only: a log, not a list of
	// what is open.
	Live *bool `yaml:"live"`

	from string
}

// Total is one whole-machine figure: an object, or a sum or count over
// the components of a kind; with both, the object is asked where the sum or
// count has nothing to add up.
type Total struct {
	Field
	Sum   string     `yaml:"sum"`   // "capacity" or an attribute
	Count string     `yaml:"count"` // distinct values of "name", "index" or an attribute
	Kind  fleet.Kind `yaml:"kind"`
	// Entry makes it the number of distinct values that the field has over the
	// rows of this table.
	Entry OID `yaml:"entry"`
}

// FilesystemTable says where file systems are listed.
type FilesystemTable struct {
	Pos
	Entry    OID              `yaml:"entry"`
	Join     map[string]*Join `yaml:"join"`
	Keep     *Condition       `yaml:"keep"`
	Skip     *Condition       `yaml:"skip"`
	Mount    *Field           `yaml:"mount"`
	Type     *Field           `yaml:"type"`
	Units    *Field           `yaml:"units"` // bytes per unit of size and used
	Size     *Field           `yaml:"size"`
	Used     *Field           `yaml:"used"`
	ReadOnly *Condition       `yaml:"read_only"`
}
