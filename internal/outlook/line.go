package outlook

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Line is a server or a part as a list shows it.
type Line struct {
	Server string
	// Key is the component's key; empty: the line is about the server itself.
	Key         string
	Kind        fleet.Kind
	Life        string // life kind, "server" for a server
	Label       string // the place as people know it
	Health      fleet.Health
	Vendor      string // of the part; of the server where the line is about it
	Model       string
	PartNumber  string
	Serial      string
	Site        string
	Service     string
	Criticality fleet.Criticality

	// Age has no cross-checks and flags in lines about parts; Explain tells them.
	Age      ageing.Age
	Band     ageing.Band
	Consumed float64 // per cent of the service life; NaN: unknown or no policy
	// Cover is the server's warranty, CoverDays what is left of it.
	Cover     ageing.Cover
	CoverDays int

	Estimated bool // false: there is no estimate, "no data"
	Failed    bool
	AtLeast   bool
	H, P      float64 // over 12 months; of a server: that some part of it fails
	Exposure  float64
	Spared    int // t; -1: unknown
	Score     float64
	Tier      ageing.Tier
	Reasons   []ageing.Reason
	Renew     string // of a server: why to replace it whole
}

// Risk is the probability in words: "3.8 %", "failed", "no data".
func (l *Line) Risk() string {
	return ageing.Risk{Known: l.Estimated, Failed: l.Failed, AtLeast: l.AtLeast, Years: 1, H: l.H, P: l.P}.String()
}

// InService is the start of the age as precisely as it is known: "2018-06-15",
// "2018-06", "2018", "2014-W42"; "" when it is unknown.
func (l *Line) InService() string {
	if !l.Age.Known {
		return ""
	}
	switch l.Age.Precision {
	case ageing.Year:
		return l.Age.Since.Format("2006")
	case ageing.Month:
		return l.Age.Since.Format("2006-01")
	case ageing.Week:
		y, w := l.Age.Since.ISOWeek()
		return fmt.Sprintf("%d-W%02d", y, w)
	}
	return l.Age.Since.Format(time.DateOnly)
}

func (f *Fleet) serverLine(v *Server) Line {
	s := &v.Entry.Server
	l := Line{Server: s.Name, Life: "server", Health: v.Entry.State.Health, Vendor: v.Vendor(), Model: v.Model(),
		Serial: cmp.Or(v.Entry.State.Device.Serial, s.Serial), Site: s.Site, Service: s.Service, Criticality: f.Criticality(s),
		Age: v.Age, Band: v.Band, Consumed: v.Consumed, Cover: v.Cover, CoverDays: v.CoverDays,
		Estimated: len(v.Parts) > 0, AtLeast: v.AtLeast, H: v.H, P: v.P, Spared: ageing.UnknownSpared, Renew: v.Renew}
	if v.Worst >= 0 {
		w := &v.Parts[v.Worst]
		l.Score, l.Tier, l.Reasons = w.Score, w.Tier(), w.Reasons()
	}
	return l
}

func (f *Fleet) partLine(v *Server, p *Part) Line {
	s, c := &v.Entry.Server, v.Component(p)
	return Line{Server: s.Name, Key: c.Key(), Kind: c.Kind, Life: p.Life(), Label: c.Label(), Health: c.Health, Vendor: c.Vendor, Model: c.Model,
		PartNumber: c.Part, Serial: c.Serial, Site: s.Site, Service: s.Service, Criticality: f.Criticality(s),
		Age: p.fullAge(f.Time), Band: p.Band, Consumed: p.Consumed, Cover: v.Cover, CoverDays: v.CoverDays,
		Estimated: p.Estimated, Failed: p.Failed, AtLeast: p.AtLeast, H: p.H[2], P: p.P, Exposure: p.Exposure, Spared: int(p.Spared),
		Score: p.Score, Tier: p.Tier(), Reasons: p.Reasons()}
}

// OverAge lists the servers that are past their service life, longest in
// service first.
func (f *Fleet) OverAge(s Slice) []Line {
	var out []Line
	for v := range f.in(s) {
		if v.Over() {
			out = append(out, f.serverLine(v))
		}
	}
	slices.SortStableFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Age.Days, a.Age.Days), NaturalCompare(a.Server, b.Server))
	})
	return out
}

// Undated lists the servers that nothing dates.
func (f *Fleet) Undated(s Slice) []Line {
	var out []Line
	for v := range f.in(s) {
		if !v.Age.Dated() {
			out = append(out, f.serverLine(v))
		}
	}
	return out
}

// Line is one part as a list shows it; false: there is no such part.
func (f *Fleet) Line(server, key string) (Line, bool) {
	v := f.Server(server)
	if v == nil {
		return Line{}, false
	}
	at := v.find(key)
	if at < 0 {
		return Line{}, false
	}
	return f.partLine(v, &v.Parts[at]), true
}

// ServerLine is a server as a list shows it; false: there is none of that name.
func (f *Fleet) ServerLine(server string) (Line, bool) {
	v := f.Server(server)
	if v == nil {
		return Line{}, false
	}
	return f.serverLine(v), true
}

// find is the index in Parts of a component; -1: there is none of that key.
func (s *Server) find(key string) int {
	return slices.IndexFunc(s.Parts, func(p Part) bool { return s.Component(&p).Key() == key })
}
