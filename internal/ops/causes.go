package ops

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// causes says what the evidence has against the parts of one server.
type causes struct {
	judged *outlook.Fleet
	server *outlook.Server
	sight  *sight
	now    time.Time
}

// ofParts are the parts with a reason that two reads in a row showed. dates
// says whether age alone counts now.
func (c *causes) ofParts(dates bool) []queue.Cause {
	var out []queue.Cause
	st := &c.server.Entry.State
	for i := range c.server.Parts {
		p := &c.server.Parts[i]
		part := c.server.Component(p)
		codes := c.sight.trust(part, p.Reasons(), dates)
		if len(codes) == 0 || maintained(st, part.Key()) {
			continue
		}
		if cause, ok := c.ofPart(part, codes); ok {
			out = append(out, cause)
		}
	}
	return out
}

func (c *causes) ofPart(part *fleet.Component, codes []ageing.Reason) (queue.Cause, bool) {
	x, ok := c.judged.Explain(c.server.Entry.Server.Name, part.Key())
	if !ok {
		return queue.Cause{}, false
	}
	judged := x.Case
	judged.Reasons = codes
	if judged.Failed && !slices.Contains(codes, ageing.ReasonFailed) {
		judged.Failed, judged.P = false, 0 // not until a second read says so
	}
	verdict := c.judged.Settings.Priority.Judge(judged)
	if verdict.Tier == "" {
		return queue.Cause{}, false
	}
	return queue.Cause{Slot: part.Key(), Kind: part.Kind, Place: part.Place, Part: partOf(part), Untracked: part.Identity() == "",
		Reasons: c.reasons(&x, part, codes), Tier: queue.Tier(verdict.Tier), Score: verdict.Score, P: verdict.P, Explanation: x.Risk.Explain()}, true
}

// reasons puts the codes into words: those of the finding where there is one.
func (c *causes) reasons(x *outlook.Explanation, part *fleet.Component, codes []ageing.Reason) []queue.Reason {
	st := &c.server.Entry.State
	var out []queue.Reason
	for _, code := range codes {
		r := queue.Reason{Code: queue.ReasonCode(code), Text: x.ReasonText(code), FirstSeen: c.now, LastSeen: c.now, StillTrue: true}
		if !code.Policy() {
			r.Evidence = part.Native.Evidence()
		}
		for i := range st.Findings {
			f := &st.Findings[i]
			if said, ok := reasonFor(f.Code); !ok || said != r.Code || f.Key != part.Key() {
				continue
			}
			r.Text, r.FirstSeen, r.LastSeen = f.Text, f.Since, lastSeen(f, c.now)
			if f.Evidence != (fleet.Evidence{}) {
				r.Evidence = f.Evidence
			}
			break
		}
		out = append(out, r)
	}
	return out
}

// maintained reports whether work on the part is announced: it proposes
// nothing then. That a finding is acknowledged silences the alarm only.
func maintained(st *fleet.State, key string) bool {
	return slices.ContainsFunc(st.Findings, func(f fleet.Finding) bool { return f.Maintenance && f.Key == key })
}

// mostListed is how many over-age parts the order of a server names.
const mostListed = 8

// ofServer is the one cause that age gives a server, with its over-age parts
// listed; none where it is young, or nobody knows.
func (c *causes) ofServer() []queue.Cause {
	v, e := c.server, c.server.Entry
	var listed []string
	score, more := 0.0, 0
	for i := range v.Parts {
		p := &v.Parts[i]
		part := v.Component(p)
		if !p.Over() || part.Kind == fleet.Memory || part.Kind == fleet.CPU {
			continue // those two fail for other reasons than age
		}
		if !p.Evidence() { // else it is not for its age
			score = max(score, p.Score)
		}
		if len(listed) == mostListed {
			more++
			continue
		}
		age := p.Age()
		listed = append(listed, fmt.Sprintf("%s %s %s", part.Kind, part.Label(), age.Label()))
	}
	if more > 0 {
		listed = append(listed, fmt.Sprintf("and %d more", more))
	}
	dev := &e.State.Device
	evidence := func(value, meaning string) fleet.Evidence {
		return fleet.Evidence{Value: value, Meaning: meaning, Time: e.State.Updated}
	}
	cause := queue.Cause{Slot: queue.ServerSlot, Kind: fleet.Chassis, Place: position(&e.Server), Tier: queue.P4, Score: score, P: v.P,
		Part:      queue.Part{Vendor: v.Vendor(), Model: v.Model(), Serial: dev.Serial, Firmware: dev.Firmware},
		Untracked: fleet.NormalSerial(dev.Serial) == ""}
	if v.Over() || len(listed) > 0 {
		text := c.ageText(listed)
		cause.Reasons = append(cause.Reasons, queue.Reason{Code: queue.ReasonAge, Text: text, FirstSeen: c.now, LastSeen: c.now,
			StillTrue: true, Evidence: evidence(v.Age.Label(), text)})
	}
	if v.Cover == ageing.CoverExpired && c.judged.Criticality(&e.Server) == fleet.CriticalityCritical {
		text := fmt.Sprintf("the warranty of a critical server ended on %s", e.Server.WarrantyEnd)
		cause.Reasons = append(cause.Reasons, queue.Reason{Code: queue.ReasonWarranty, Text: text, FirstSeen: c.now, LastSeen: c.now,
			StillTrue: true, Evidence: evidence(string(e.Server.WarrantyEnd), text)})
	}
	if end := e.Server.SupportEnd; end != "" && v.Support == ageing.CoverExpired && c.judged.Criticality(&e.Server) == fleet.CriticalityCritical {
		text := fmt.Sprintf("the support of a critical server ended on %s", end)
		cause.Reasons = append(cause.Reasons, queue.Reason{Code: queue.ReasonSupport, Text: text, FirstSeen: c.now, LastSeen: c.now,
			StillTrue: true, Evidence: evidence(string(end), text)})
	}
	if len(cause.Reasons) == 0 {
		return nil
	}
	cause.Explanation = cmp.Or(v.Renew, cause.Reasons[0].Text)
	return []queue.Cause{cause}
}

func (c *causes) ageText(listed []string) string {
	v := c.server
	if !v.Over() {
		return "parts over age: " + strings.Join(listed, ", ")
	}
	text := fmt.Sprintf("server %s: %s, planned for %g y", v.Band, v.Age.Label(), c.judged.Settings.Life.Life["server"])
	if len(listed) > 0 {
		text += "; over age: " + strings.Join(listed, ", ")
	}
	return text
}

// position is where a machine stands in its rack, as it is written there.
func position(s *fleet.Server) string {
	if s.Rack == "" || s.Position == 0 {
		return s.Rack
	}
	return fmt.Sprintf("%s U%d", s.Rack, s.Position)
}
