package ageing

import (
	"time"

	"ironage/internal/fleet"
)

// Survey is what a server tells about all of its parts, gathered once: its
// dates, its notes, the air at its inlet. It is for judging many parts of one
// server at one moment; it must not be used after the state changed.
type Survey struct {
	server *fleet.Server
	state  *fleet.State
	now    time.Time
}

// NewSurvey prepares to judge the parts of one server. st may be nil.
func NewSurvey(s *fleet.Server, st *fleet.State, now time.Time) *Survey {
	return &Survey{server: s, state: st, now: now}
}

// Age is the age of one of the server's components.
func (v *Survey) Age(c *fleet.Component) Age { return OfPart(c, v.server, v.state, v.now) }

// ExplainAge is Age with Checks: what every source says, and why it was not taken.
func (v *Survey) ExplainAge(c *fleet.Component) Age { return v.Age(c) }

// Subject gathers what is found on the server itself about one component; the
// caller adds BatchFailure and Fleet.
func (v *Survey) Subject(c *fleet.Component, a Age) Subject {
	return Subject{Kind: LifeKind(c), Age: a, Now: v.now}
}

// NewSubject is Survey.Subject for a single component.
func NewSubject(c *fleet.Component, s *fleet.Server, st *fleet.State, a Age, now time.Time) Subject {
	return NewSurvey(s, st, now).Subject(c, a)
}
