package queue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ironage/internal/fleet"
)

// Lengths of what people type. Longer texts are refused, never cut: half a
// reason may say the opposite of the whole.
const (
	maxField  = 200
	maxReason = 4000
)

// The spans of dates that a person may choose.
const (
	maxDeferDays = 180
	quietDays    = 90
	maxQuietDays = 730
)

// input is a field with how it is validated and where it goes on the order.
type input struct {
	Field
	get   func(o *Order) string
	set   func(o *Order, v string)
	check func(v value, now time.Time) string // what is wrong; "" = nothing
}

// value is what a person typed, parsed as far as the kind of field says.
type value struct {
	text string
	at   time.Time // of dates and times
}

// catalogue is every field by name. It is never written to.
var catalogue = buildCatalogue()

func buildCatalogue() map[string]input {
	list := []input{
		{Field: Field{Name: "reason", Label: "Reason", Kind: FieldText, Hint: "why, for whoever reads the log"}},
		{Field: Field{Name: "part_number", Label: "Part number", Kind: FieldText, Hint: "of the part to fit"},
			get: func(o *Order) string { return o.FitPart }, set: func(o *Order, v string) { o.FitPart = v }},
		{Field: Field{Name: "order_ref", Label: "Order reference", Kind: FieldText, Hint: "purchase order or RMA number"},
			get: func(o *Order) string { return o.OrderRef }, set: func(o *Order, v string) { o.OrderRef = v }},
		{Field: Field{Name: "expected", Label: "Expected date", Kind: FieldDate, Hint: "when the part should come"},
			get: func(o *Order) string { return string(o.Expected) }, set: func(o *Order, v string) { o.Expected = fleet.Date(v) },
			check: notPast},
		{Field: Field{Name: "spare", Label: "Spare", Kind: FieldText, Hint: "spare's reference, or where it lies"},
			get: func(o *Order) string { return o.Spare }, set: func(o *Order, v string) { o.Spare = v }},
		{Field: Field{Name: "received", Label: "Received date", Kind: FieldDate, Hint: "when the part came"},
			get: func(o *Order) string { return string(o.Received) }, set: func(o *Order, v string) { o.Received = fleet.Date(v) },
			check: notFutureDay},
		{Field: Field{Name: "part_serial", Label: "Part serial", Kind: FieldText, Hint: "serial number of the part at hand, if readable"},
			get: func(o *Order) string { return o.PartSerial }, set: func(o *Order, v string) { o.PartSerial = v }},
		{Field: Field{Name: "assignee", Label: "Assignee", Kind: FieldPerson, Hint: "who does the work"},
			get: func(o *Order) string { return o.Assignee }, set: func(o *Order, v string) { o.Assignee = v }},
		{Field: Field{Name: "change_ref", Label: "Change reference", Kind: FieldText, Hint: "change or ticket number; critical servers need one"},
			get: func(o *Order) string { return o.ChangeRef }, set: func(o *Order, v string) { o.ChangeRef = v }},
		{Field: Field{Name: "vendor_case", Label: "Vendor case", Kind: FieldText, Hint: "number of the case with the vendor"},
			get: func(o *Order) string { return o.VendorCase }, set: func(o *Order, v string) { o.VendorCase = v }},
		{Field: Field{Name: "rma", Label: "RMA number", Kind: FieldText, Hint: "under which the old part goes back"},
			get: func(o *Order) string { return o.RMA }, set: func(o *Order, v string) { o.RMA = v }},
		{Field: Field{Name: "window", Label: "Window", Kind: FieldText, Hint: "when the work may be done, e.g. Sat 22:00 to 02:00"},
			get: func(o *Order) string { return o.Window }, set: func(o *Order, v string) { o.Window = v }},
		{Field: Field{Name: "swapped_at", Label: "Time of the swap", Kind: FieldTime, Hint: "when the part was replaced, e.g. 2026-01-31 14:03 (UTC)"},
			get:   func(o *Order) string { return stamp(o.SwappedAt) },
			set:   func(o *Order, v string) { o.SwappedAt, _ = parseTime(v) }, // validated before
			check: notFuture},
		{Field: Field{Name: "new_serial", Label: "New serial", Kind: FieldText, Hint: "serial number of the new part, if readable"},
			get: func(o *Order) string { return newPart(o).Serial }, set: setNewSerial},
		{Field: Field{Name: "until", Label: "Until", Kind: FieldDate, Hint: fmt.Sprintf("1 to %d days ahead", maxDeferDays)},
			get: func(o *Order) string { return string(o.DeferredTill) }, set: func(o *Order, v string) { o.DeferredTill = fleet.Date(v) },
			check: func(v value, now time.Time) string { return within(v, now, maxDeferDays) }},
		{Field: Field{Name: "quiet_until", Label: "Quiet until", Kind: FieldDate, Hint: fmt.Sprintf("the same reason proposes nothing before; default %d days", quietDays)},
			get: func(o *Order) string { return string(o.QuietTill) }, set: func(o *Order, v string) { o.QuietTill = fleet.Date(v) },
			check: func(v value, now time.Time) string { return within(v, now, maxQuietDays) }},
		{Field: Field{Name: "disposition", Label: "Disposition", Kind: FieldChoice, Choices: []string{"returned", "destroyed", "wiped", "kept"},
			Hint: "what became of the removed disk"},
			get: func(o *Order) string { return disposition(o).Method }, set: func(o *Order, v string) { ownDisposition(o).Method = v }},
		{Field: Field{Name: "disposed_by", Label: "Disposed by", Kind: FieldPerson, Hint: "who took the removed disk"},
			get: func(o *Order) string { return disposition(o).By }, set: func(o *Order, v string) { ownDisposition(o).By = v }},
		{Field: Field{Name: "certificate", Label: "Certificate", Kind: FieldText, Hint: "of the destruction or wipe, or the shipment's number"},
			get: func(o *Order) string { return disposition(o).Certificate }, set: func(o *Order, v string) { ownDisposition(o).Certificate = v }},
		{Field: Field{Name: "tier", Label: "Tier", Kind: FieldChoice, Choices: []string{"P1", "P2", "P3", "P4"}, Hint: "P1 now, P2 this week, P3 next window, P4 plan"},
			get: func(o *Order) string { return string(o.Tier) }, set: func(o *Order, v string) { o.Tier = Tier(v) }},
		{Field: Field{Name: "due", Label: "Due", Kind: FieldDate, Hint: "when it should be done"},
			get:   func(o *Order) string { return day(o.Due) },
			set:   func(o *Order, v string) { o.Due, _ = time.Parse(time.DateOnly, v) }, // validated before
			check: notPast},
	}
	m := make(map[string]input, len(list))
	for _, in := range list {
		m[in.Name] = in
	}
	return m
}

// Value is what o holds in the field of that name, as text: what a form starts with.
func Value(o Order, field string) string {
	if in, ok := catalogue[field]; ok && in.get != nil {
		return in.get(&o)
	}
	return ""
}

// parse validates v for the field and returns it normalised.
func (in *input) parse(raw string, now time.Time) (string, string) {
	text := strings.TrimSpace(strings.ToValidUTF8(raw, "?"))
	limit := maxField
	if in.Name == "reason" {
		limit = maxReason
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return "", fmt.Sprintf("%s has %d characters; at most %d", in.Label, n, limit)
	}
	v := value{text: text}
	var err error
	switch in.Kind {
	case FieldDate:
		if v.at, err = time.Parse(time.DateOnly, text); err != nil {
			return "", fmt.Sprintf("%s %q is not a date like 2026-01-31", in.Label, text)
		}
	case FieldTime:
		if v.at, err = parseTime(text); err != nil {
			return "", fmt.Sprintf("%s %q is not a time like 2026-01-31 14:03", in.Label, text)
		}
		v.text = stamp(v.at)
	case FieldChoice:
		if !slices.Contains(in.Choices, text) {
			return "", fmt.Sprintf("%s %q is none of %s", in.Label, text, strings.Join(in.Choices, ", "))
		}
	}
	if in.check != nil {
		if wrong := in.check(v, now.UTC()); wrong != "" {
			return "", in.Label + " " + text + " " + wrong
		}
	}
	return v.text, ""
}

// People write the day of their own calendar, and this program counts in UTC:
// a day is past when it is over everywhere, and future when it has begun nowhere.
const (
	westmost = 12 * time.Hour
	eastmost = 14 * time.Hour
)

func notPast(v value, now time.Time) string {
	if !v.at.Add(24*time.Hour + westmost).After(now) {
		return "is in the past"
	}
	return ""
}

func notFutureDay(v value, now time.Time) string {
	if v.at.After(now.Add(eastmost)) {
		return "is in the future"
	}
	return ""
}

// notFuture allows the clocks of two machines to differ by a minute.
func notFuture(v value, now time.Time) string {
	if v.at.After(now.Add(time.Minute)) {
		return "is in the future"
	}
	return ""
}

func within(v value, now time.Time, days int) string {
	ahead := int(v.at.Sub(midnight(now)).Hours() / 24)
	if ahead < 1 || ahead > days {
		return fmt.Sprintf("is not 1 to %d days ahead", days)
	}
	return ""
}

func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}

func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("no time: %q", s)
}

func newPart(o *Order) Part {
	if o.New == nil {
		return Part{}
	}
	return *o.New
}

// setNewSerial and ownDisposition copy before they write: the order that was
// read must stay as it was.
func setNewSerial(o *Order, v string) {
	p := newPart(o)
	p.Serial = v
	o.New = &p
}

func disposition(o *Order) Disposition {
	if o.Disposition == nil {
		return Disposition{}
	}
	return *o.Disposition
}

func ownDisposition(o *Order) *Disposition {
	d := disposition(o)
	o.Disposition = &d
	return o.Disposition
}

// difference lists what differs between two versions of an order: name → [old, new].
func difference(a, b *Order) map[string][2]string {
	d := make(map[string][2]string)
	note := func(name, x, y string) {
		if x != y {
			d[name] = [2]string{x, y}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(catalogue)) {
		if in := catalogue[name]; in.get != nil {
			note(name, in.get(a), in.get(b))
		}
	}
	note("approver", a.Approver, b.Approver)
	note("slot", a.Slot, b.Slot)
	note("reasons", reasonsText(a), reasonsText(b))
	note("flags", strings.Join(a.Flags, ","), strings.Join(b.Flags, ","))
	note("attempt", fmt.Sprint(a.Attempt), fmt.Sprint(b.Attempt))
	note("new_model", newPart(a).Model, newPart(b).Model)
	note("untracked", fmt.Sprint(a.Untracked), fmt.Sprint(b.Untracked))
	if len(d) == 0 {
		return nil
	}
	return d
}
