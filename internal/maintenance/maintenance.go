// Package maintenance says when people work on servers and want no alarm for
// what they do: windows of time, once or recurring, over a server, a rack, a
// site, a service or the whole fleet. It is pure. It must never hide what is
// found: a window silences, and nothing else.
package maintenance

import (
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Scope says what a window is about.
type Scope string

// The scopes, the narrowest first.
const (
	Server  Scope = "server"
	Rack    Scope = "rack"
	Site    Scope = "site"
	Service Scope = "service"
	Fleet   Scope = "fleet"
)

// Scopes are all of them.
func Scopes() []Scope { return []Scope{Server, Rack, Site, Service, Fleet} }

// Window is a time in which work is announced.
type Window struct {
	ID      int64 `json:"id"`
	Version int64 `json:"version"`
	Scope   Scope `json:"scope"`
	// Name says which: a server, a rack as RackPath names it, a site, a service;
	// empty for the whole fleet.
	Name   string `json:"name,omitempty"`
	Reason string `json:"reason"`
	// By made it, and when.
	By   string    `json:"by"`
	Made time.Time `json:"made"`
	// From and To are when it is; of a recurring one, when the first may begin,
	// and until when any may (zero: for good).
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
	// Every makes it recurring.
	Every *Rhythm `json:"every,omitempty"`
	// Ended is when a person ended it early, for good, and EndedBy who that was.
	Ended   time.Time `json:"ended,omitzero"`
	EndedBy string    `json:"ended_by,omitempty"`
	// Cut is when a person ended one occurrence of a recurring window early: what
	// began before it is over.
	Cut time.Time `json:"cut,omitzero"`
	// Changed is when a person last changed it, and ChangedBy who that was.
	Changed   time.Time `json:"changed,omitzero"`
	ChangedBy string    `json:"changed_by,omitempty"`
}

// Occurrence is one stretch of time of a window: it holds from From on, and no
// longer at To.
type Occurrence struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Holds reports whether now is in it.
func (o Occurrence) Holds(now time.Time) bool { return !now.Before(o.From) && now.Before(o.To) }

// Phase says whether a window is active, coming or past.
type Phase uint8

// The phases, in the order in which people want to see them.
const (
	Active Phase = iota
	Coming
	Past
)

var phaseNames = [...]string{"active", "coming", "past"}

// String is the phase's name.
func (p Phase) String() string { return phaseNames[min(int(p), len(phaseNames)-1)] }

// Phase is how the window stands at now.
func (w *Window) Phase(now time.Time) Phase {
	if _, ok := w.At(now); ok {
		return Active
	}
	if _, ok := w.Next(now); ok {
		return Coming
	}
	return Past
}

// At is the occurrence that holds at now, the one that ends last where several
// overlap; false when there is none.
func (w *Window) At(now time.Time) (Occurrence, bool) {
	if w.over(now) {
		return Occurrence{}, false
	}
	if w.Every == nil {
		o := Occurrence{w.From, w.To}
		return o, o.Holds(now)
	}
	var last Occurrence
	for _, o := range w.Every.around(now) {
		if w.allows(o) && o.Holds(now) && o.To.After(last.To) {
			last = o
		}
	}
	return last, !last.To.IsZero()
}

// Next is the first occurrence that begins after now; false when there is none.
func (w *Window) Next(now time.Time) (Occurrence, bool) {
	if w.over(now) {
		return Occurrence{}, false
	}
	if w.Every == nil {
		return Occurrence{w.From, w.To}, w.From.After(now)
	}
	after := now
	if first := w.From.Add(-time.Nanosecond); first.After(after) {
		after = first
	}
	if w.Cut.Add(-time.Nanosecond).After(after) {
		after = w.Cut.Add(-time.Nanosecond)
	}
	o, ok := w.Every.next(after)
	return o, ok && w.allows(o)
}

// Last is the occurrence that was over last before now, cut short where a
// person ended it; false when there was none.
func (w *Window) Last(now time.Time) (Occurrence, bool) {
	if w.Every == nil {
		o := Occurrence{w.From, w.To}
		if w.over(now) && w.Ended.Before(o.To) {
			o.To = w.Ended
		}
		return o, o.To.After(o.From) && !now.Before(o.To)
	}
	at := now
	if w.over(now) {
		at = w.Ended
	}
	if !w.To.IsZero() && w.To.Before(at) {
		at = w.To // none begins at its end or later
	}
	o, ok := w.Every.last(at)
	if !ok || o.From.Before(w.From) {
		return Occurrence{}, false
	}
	for _, stop := range []time.Time{w.Ended, w.Cut} {
		if !stop.IsZero() && stop.After(o.From) && stop.Before(o.To) {
			o.To = stop
		}
	}
	return o, !now.Before(o.To)
}

// over reports whether a person ended it for good before now.
func (w *Window) over(now time.Time) bool { return !w.Ended.IsZero() && !now.Before(w.Ended) }

// allows reports whether an occurrence lies in the time of the recurring window.
func (w *Window) allows(o Occurrence) bool {
	return !o.From.Before(w.From) && (w.To.IsZero() || o.From.Before(w.To)) && (w.Cut.IsZero() || !o.From.Before(w.Cut))
}

// Covers reports whether the window holds for a server at now.
func (w *Window) Covers(s *fleet.Server, now time.Time) bool {
	if !w.About(s) {
		return false
	}
	_, ok := w.At(now)
	return ok
}

// About reports whether the window is about a server, whenever it holds.
func (w *Window) About(s *fleet.Server) bool {
	switch w.Scope {
	case Server:
		return s.Name == w.Name
	case Rack:
		return s.Rack != "" && RackPath(s) == w.Name
	case Site:
		return s.Site != "" && s.Site == w.Name
	case Service:
		return s.Service != "" && s.Service == w.Name
	case Fleet:
		return true
	}
	return false
}

// RackPath names a server's rack with its site and room: "hanoi/dc1/A03".
// What is not written down is left out; "" where there is no rack.
func RackPath(s *fleet.Server) string {
	if s.Rack == "" {
		return ""
	}
	var parts []string
	for _, p := range []string{s.Site, s.Room, s.Rack} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "/")
}

// What is the window's scope in words: "rack hanoi/dc1/A03", "the whole fleet".
func (w *Window) What() string {
	if w.Scope == Fleet {
		return "the whole fleet"
	}
	return string(w.Scope) + " " + w.Name
}

// Running is a window that holds, with the occurrence that does.
type Running struct {
	Window
	Now Occurrence
}

// RunningAt are the windows that hold at now, those that last longest first.
func RunningAt(windows []Window, now time.Time) []Running {
	var out []Running
	for i := range windows {
		if o, ok := windows[i].At(now); ok {
			out = append(out, Running{windows[i], o})
		}
	}
	slices.SortStableFunc(out, func(a, b Running) int { return b.Now.To.Compare(a.Now.To) })
	return out
}

// Covering is the running window that covers a server, the one that lasts
// longest where several do.
func Covering(running []Running, s *fleet.Server) (Running, bool) {
	for i := range running {
		if running[i].About(s) {
			return running[i], true
		}
	}
	return Running{}, false
}
