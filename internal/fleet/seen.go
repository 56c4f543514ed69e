package fleet

import (
	"encoding/json"
	"sync"
	"time"
)

// Seen is Evidence as components keep it. A server has some two hundred of
// them, and from read to read, and from server to server of a model, they
// differ in nothing but the time: the words are kept once for all.
//
// Two of them may say the same and not be equal by ==; see Equal.
type Seen struct {
	said *said
	at   int64 // nanoseconds since 1970; 0 is no time
}

// said is what evidence says apart from when: nobody writes to it, because
// states share it.
type said struct {
	OID, Value, Meaning, Profile string
	Role                         Role
	Line                         int
	// zone is that of the time, nil for UTC: a document that is written anew
	// stays as it was.
	zone *time.Location
}

// nothing is what a zero Seen says.
var nothing said

// SeenOf is evidence to keep in a component.
func SeenOf(e Evidence) Seen {
	at, zone := instant(e.Time)
	w := said{OID: e.OID, Value: e.Value, Meaning: e.Meaning, Profile: e.Profile, Role: e.Role, Line: e.Line, zone: zone}
	if w == nothing {
		return Seen{at: at}
	}
	return Seen{said: &w, at: at}
}

// Evidence is what was kept, written out.
func (s Seen) Evidence() Evidence {
	w := s.words()
	return Evidence{OID: w.OID, Value: w.Value, Meaning: w.Meaning, Time: s.Time(), Profile: w.Profile, Line: w.Line, Role: w.Role}
}

func (s Seen) words() *said {
	if s.said == nil {
		return &nothing
	}
	return s.said
}

// Time is when it was read.
func (s Seen) Time() time.Time { return moment(s.at, s.words().zone) }

// OID is the object that was read.
func (s Seen) OID() string { return s.words().OID }

// Value is the raw value as text.
func (s Seen) Value() string { return s.words().Value }

// Meaning is what the value stands for.
func (s Seen) Meaning() string { return s.words().Meaning }

// Profile is the profile whose rule read it.
func (s Seen) Profile() string { return s.words().Profile }

// Line is where in the profile's file the rule stands.
func (s Seen) Line() int { return s.words().Line }

// Role is the endpoint that was asked.
func (s Seen) Role() Role { return s.words().Role }

// IsZero reports whether there is no evidence at all.
func (s Seen) IsZero() bool { return s.at == 0 && *s.words() == nothing }

// Nanos is the time as it is kept: nanoseconds since 1970, 0 for no time.
func (s Seen) Nanos() int64 { return s.at }

// AtNanos is the same words at another time, in the same zone.
func (s Seen) AtNanos(at int64) Seen { return Seen{said: s.said, at: at} }

// At is the same words read at another time.
func (s Seen) At(t time.Time) Seen {
	at, zone := instant(t)
	if s.at = at; zone != s.words().zone {
		w := *s.words()
		w.zone = zone
		s.said = &w
	}
	return s
}

// By is the same, told by that endpoint.
func (s Seen) By(r Role) Seen {
	if s.words().Role == r {
		return s
	}
	w := *s.words()
	w.Role = r
	return Seen{said: &w, at: s.at}
}

// Meant is the same with another meaning.
func (s Seen) Meant(meaning string) Seen {
	w := *s.words()
	w.Meaning = meaning
	return Seen{said: &w, at: s.at}
}

// Same reports whether both say the same, whenever they were read.
func (s Seen) Same(o Seen) bool { return s.said == o.said || *s.words() == *o.words() }

// Equal reports whether both say the same, read at the same time.
func (s Seen) Equal(o Seen) bool { return s.at == o.at && s.Same(o) }

// MarshalJSON writes it as Evidence is written.
func (s Seen) MarshalJSON() ([]byte, error) { return json.Marshal(s.Evidence()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Seen) UnmarshalJSON(b []byte) error {
	e := s.Evidence()
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	*s = SeenOf(e)
	return nil
}

// instant is a time in eight bytes, and its zone; the zero time is 0.
func instant(t time.Time) (int64, *time.Location) {
	if t.IsZero() {
		return 0, nil
	}
	_, offset := t.Zone()
	if offset == 0 {
		return t.UnixNano(), nil
	}
	if _, here := t.Local().Zone(); here == offset {
		return t.UnixNano(), time.Local
	}
	return t.UnixNano(), fixed(offset)
}

// moment is the time that instant was given.
func moment(at int64, zone *time.Location) time.Time {
	switch {
	case at == 0:
		return time.Time{}
	case zone == nil:
		return time.Unix(0, at).UTC()
	}
	return time.Unix(0, at).In(zone)
}

// zones are those that are neither this machine's nor UTC, by seconds east: in
// documents of another machine every time brings one of its own.
var zones struct {
	sync.Mutex
	by map[int]*time.Location
}

func fixed(offset int) *time.Location {
	zones.Lock()
	defer zones.Unlock()
	zone := zones.by[offset]
	if zone == nil {
		if zones.by == nil {
			zones.by = map[int]*time.Location{}
		}
		zone = time.FixedZone("", offset)
		zones.by[offset] = zone
	}
	return zone
}
