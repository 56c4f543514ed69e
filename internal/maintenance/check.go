package maintenance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ironage/internal/fleet"
)

// Bounds of a window.
const (
	longest      = 366 * 24 * time.Hour // a window, and how far ahead it may begin
	longestEvery = 7 * 24 * time.Hour   // one occurrence of a recurring one
	longestText  = 500
	// late is how long ago a window may begin that is made now: people look at
	// the clock before they type.
	late = 5 * time.Minute
)

// Conflict says that somebody else changed the window since it was read.
type Conflict struct{ Window Window }

// Error says who was faster, and what to do.
func (c *Conflict) Error() string {
	return fmt.Sprintf("maintenance %d was changed by %s at %s; look at it as it is now and try again",
		c.Window.ID, c.Window.ChangedBy, c.Window.Changed.UTC().Format("2006-01-02 15:04 UTC"))
}

// Check says what is wrong with a window that is made or changed at now. was
// is the window as it stood; nil for a new one.
func Check(w *Window, was *Window, now time.Time) error {
	if strings.TrimSpace(w.Reason) == "" {
		return fmt.Errorf("a reason is needed: who reads the list wants to know what is being done")
	}
	if utf8.RuneCountInString(w.Reason) > longestText {
		return fmt.Errorf("the reason is longer than %d characters", longestText)
	}
	if was != nil && !was.Ended.IsZero() {
		return fmt.Errorf("maintenance %d was ended by %s; make a new one", was.ID, was.EndedBy)
	}
	begun := was != nil && was.From.Equal(w.From)
	if !begun && w.From.Before(now.Add(-late)) {
		return fmt.Errorf("it would begin at %s, which is past; expected now or later", stamp(w.From))
	}
	if w.From.Sub(now) > longest {
		return fmt.Errorf("it would begin at %s, more than a year ahead", stamp(w.From))
	}
	if w.Every != nil {
		return checkEvery(w, now)
	}
	switch {
	case !w.To.After(w.From):
		return fmt.Errorf("it would end at %s, before it begins at %s", stamp(w.To), stamp(w.From))
	case !w.To.After(now):
		return fmt.Errorf("it would end at %s, which is past", stamp(w.To))
	case w.To.Sub(w.From) > longest:
		return fmt.Errorf("it would last %s; a window lasts a year at most", Span(w.To.Sub(w.From)))
	}
	return nil
}

func checkEvery(w *Window, now time.Time) error {
	r := w.Every
	switch {
	case len(r.Weekdays) == 0 && (r.MonthDay < 1 || r.MonthDay > 31), len(r.Weekdays) > 0 && r.MonthDay != 0:
		return fmt.Errorf("a recurring window needs weekdays or a day of the month (1 to 31)")
	case r.At < 0 || r.At >= 24*60:
		return fmt.Errorf("a recurring window begins between 00:00 and 23:59")
	case r.For < time.Minute:
		return fmt.Errorf("a recurring window lasts a minute at least")
	case r.For > longestEvery:
		return fmt.Errorf("it would last %s each time; a recurring window lasts 7d at most", Span(r.For))
	}
	if slices.ContainsFunc(r.Weekdays, func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }) {
		return fmt.Errorf("a recurring window needs weekdays of a week of seven days")
	}
	if r.Zone == "Local" { // another one for each process
		return fmt.Errorf("this machine's time zone has no name that others know; set TZ, as in TZ=Asia/Ho_Chi_Minh")
	}
	if _, err := time.LoadLocation(r.Zone); err != nil {
		return fmt.Errorf("there is no time zone %q; write one as in Asia/Ho_Chi_Minh", r.Zone)
	}
	if w.To.IsZero() {
		return nil
	}
	if !w.To.After(w.From) {
		return fmt.Errorf("it would end at %s, before it begins at %s", stamp(w.To), stamp(w.From))
	}
	if w.Phase(now) == Past {
		return fmt.Errorf("it would never hold: no %s lies before its end at %s", r.Days(), stamp(w.To))
	}
	return nil
}

func stamp(t time.Time) string { return t.Format("2006-01-02 15:04 MST") }

// Resolve finds what a person named in the inventory and returns the name as a
// window keeps it. A rack is named alone where that is unique, or with its
// room and site before it: "A03", "dc1/A03", "hanoi/dc1/A03".
func Resolve(scope Scope, name string, servers []fleet.Server) (string, error) {
	name = strings.TrimSpace(name)
	if scope == Fleet {
		if name != "" {
			return "", fmt.Errorf("a window for the whole fleet names nothing else; leave %q out", name)
		}
		return "", nil
	}
	if !slices.Contains(Scopes(), scope) {
		return "", fmt.Errorf("there is no scope %q; expected server, rack, site, service or fleet", string(scope))
	}
	if name == "" {
		return "", fmt.Errorf("name the %s", scope)
	}
	if scope == Rack { // "//A03" where site and room are not written down
		name = strings.Join(slices.DeleteFunc(strings.Split(name, "/"), func(s string) bool { return s == "" }), "/")
	}
	found := map[string]bool{}
	for i := range servers {
		if full := nameOf(scope, &servers[i]); full != "" && (full == name || scope == Rack && strings.HasSuffix(full, "/"+name)) {
			found[full] = true
		}
	}
	names := slices.Sorted(maps.Keys(found))
	switch {
	case len(names) == 1 || found[name]:
		if found[name] {
			return name, nil
		}
		return names[0], nil
	case len(names) == 0:
		return "", fmt.Errorf("the inventory has no %s %q", scope, name)
	}
	return "", fmt.Errorf("there are %d racks %q: %s; name one of them so", len(names), name, strings.Join(names[:min(len(names), 5)], ", "))
}

func nameOf(scope Scope, s *fleet.Server) string {
	switch scope {
	case Server:
		return s.Name
	case Rack:
		return RackPath(s)
	case Site:
		return s.Site
	}
	return s.Service
}

// Names are all names that a scope can have in an inventory, sorted.
func Names(scope Scope, servers []fleet.Server) []string {
	if scope == Fleet {
		return nil
	}
	found := map[string]bool{}
	for i := range servers {
		if n := nameOf(scope, &servers[i]); n != "" {
			found[n] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), fleet.CompareNames)
}

// End is the window ended early at now by a person. A recurring one that is
// active loses this occurrence only, unless for good.
func End(w Window, forGood bool, by string, now time.Time) (Window, error) {
	phase := w.Phase(now)
	if phase == Past {
		return w, fmt.Errorf("maintenance %d is over already", w.ID)
	}
	if w.Every != nil && !forGood {
		if phase != Active {
			return w, fmt.Errorf("maintenance %d is not active now; end it for good, or wait until it is", w.ID)
		}
		w.Cut = now
	} else {
		w.Ended, w.EndedBy = now, by
	}
	w.Version, w.Changed, w.ChangedBy = w.Version+1, now, by
	return w, nil
}

// Sort orders windows as people look at them: active ones that end first,
// coming ones that begin first, past ones that ended last.
func Sort(windows []Window, now time.Time) {
	type key struct {
		phase Phase
		at    time.Time
	}
	keys := make(map[int64]key, len(windows))
	for i := range windows {
		w := &windows[i]
		k := key{phase: w.Phase(now)}
		switch k.phase {
		case Active:
			o, _ := w.At(now)
			k.at = o.To
		case Coming:
			o, _ := w.Next(now)
			k.at = o.From
		default:
			if o, ok := w.Last(now); ok {
				k.at = o.To
			} else {
				k.at = w.Ended
			}
		}
		keys[w.ID] = k
	}
	slices.SortStableFunc(windows, func(a, b Window) int {
		x, y := keys[a.ID], keys[b.ID]
		if x.phase != y.phase {
			return int(x.phase) - int(y.phase)
		}
		if c := x.at.Compare(y.at); c != 0 {
			if x.phase == Past {
				return -c
			}
			return c
		}
		return int(b.ID - a.ID)
	})
}
