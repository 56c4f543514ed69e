package tui

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/queue"
)

// The words of the queue's screens in the reader's language. What people or
// devices named stays as it is.

// says shows a line of feedback.
func (sh *shared) says(h fleet.Health, key string, args ...any) tea.Cmd {
	return send(sayMsg{h, sh.t.Say(key, args...)})
}

// with is a key about one value ("serial %s"); nothing without the value.
func (sh *shared) with(key, value string) string {
	if value == "" {
		return ""
	}
	return sh.t.Say(key, clean(value))
}

func (sh *shared) stateWord(s queue.State) string       { return sh.t.Text(stateName(s)) }
func (sh *shared) kindWord(k fleet.Kind, n int) string  { return sh.t.Text(kindName(k, n)) }
func (sh *shared) roleWord(r queue.Role) string         { return sh.t.Text(clean(string(r))) }
func (sh *shared) flagWord(f string) string             { return sh.t.Text(fieldName(f)) }
func (sh *shared) reasonWord(c queue.ReasonCode) string { return sh.t.Text(reasonName(c)) }

// stateCell is a state as wide as the widest, so that what follows stands in a column.
func (sh *shared) stateCell(s queue.State) string {
	return fit(sh.stateWord(s), widest(stateNames(), sh.t.Text))
}

// partWord is a kind and a place as one name, as partName has it in English.
func (sh *shared) partWord(k fleet.Kind, place string) string {
	name := partName(k, place)
	switch {
	case place == wholeServer:
		return sh.t.Text(place)
	case name == place:
		return place // says what it is by itself: "PSU 2"
	}
	return sh.kindWord(k, 1) + " " + place
}

// slotWord is the place of an order's part.
func (sh *shared) slotWord(o *queue.Order) string {
	if o.Slot == queue.ServerSlot {
		return sh.t.Text(wholeServer)
	}
	return slotName(o)
}

// subject is what an order is about: "disk Bay 3 of rack-a1-07".
func (sh *shared) subject(o *queue.Order) string {
	return sh.partWord(o.Kind, slotName(o)) + sh.t.Say(" of ") + clean(o.Server)
}

// since is how long t lies back: "3m"; "never" for no time at all.
func (sh *shared) since(t time.Time) string {
	if t.IsZero() {
		return sh.t.Say("never")
	}
	return sh.t.Span(max(sh.now().Sub(t), 0))
}

// moment is a time as a person wants it: the time of day today, the date before.
func (sh *shared) moment(t time.Time) string {
	now := sh.now()
	local := t.In(now.Location())
	switch {
	case t.IsZero():
		return sh.t.Say("never")
	case sameDay(now, t):
		return local.Format("15:04:05")
	case local.Year() == now.Year():
		return sh.t.DayTime(local)
	}
	return sh.t.Date(local)
}

// day is a date as the store has it, in the language's way of writing it.
func (sh *shared) day(d string) string {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return clean(d)
	}
	return sh.t.Date(t)
}

var isoDay = regexp.MustCompile(`\b[12][0-9]{3}-[01][0-9]-[0-3][0-9]\b`)

// dated is a text with its dates written as the language does.
func (sh *shared) dated(text string) string {
	if sh.t.Code() == lang.English || !strings.Contains(text, "-") {
		return text
	}
	return isoDay.ReplaceAllStringFunc(text, sh.day)
}

// figure is a number with as many decimals as it needs.
func (sh *shared) figure(v float64) string {
	_, decimals, _ := strings.Cut(number(v), ".")
	return sh.t.Number(v, len(decimals))
}

// placeWord is where a server stands: site, room, rack and unit.
func (sh *shared) placeWord(s fleet.Server) string {
	parts := []string{clean(s.Site), clean(s.Room)}
	rack := sh.with("rack %s", s.Rack)
	if s.Position > 0 {
		rack = strings.TrimSpace(rack + " U" + strconv.Itoa(s.Position))
		if s.Height > 1 {
			rack += "–" + strconv.Itoa(s.Position+s.Height-1)
		}
	}
	parts = append(parts, rack, sh.faceWord(s.Face))
	return joinedBy(", ", parts)
}

// faceWord is the side that is not the front.
func (sh *shared) faceWord(face string) string {
	if face == "" || face == "front" {
		return ""
	}
	return sh.t.Say("%s side", sh.t.Text(clean(face)))
}

// joinedBy puts the parts that there are together.
func joinedBy(by string, parts []string) string {
	var have []string
	for _, p := range parts {
		if p != "" {
			have = append(have, p)
		}
	}
	return strings.Join(have, by)
}

// serviceWord is for whom a server works, and how much depends on it.
func (sh *shared) serviceWord(name string, c fleet.Criticality) string {
	text := sh.with("service %s", name)
	if text != "" && c != "" && c != fleet.CriticalityNormal {
		text += " (" + sh.importanceWord(c) + ")"
	}
	return text
}

// importanceWord is how much depends on a server: "critical" is no bad health here.
func (sh *shared) importanceWord(c fleet.Criticality) string {
	if sh.t.Code() == lang.English {
		return clean(string(c))
	}
	return sh.t.Text("criticality " + clean(string(c)))
}

// importanceWidth is how wide the widest of them is.
func (sh *shared) importanceWidth() int {
	return widest(criticalityWords(), func(c string) string { return sh.importanceWord(fleet.Criticality(c)) })
}

// shelfWords are where parts lie, in words of the desk's.
func (sh *shared) shelfWords(places []string) string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = sh.t.Text(clean(p))
	}
	return strings.Join(out, "; ")
}

// moveWord is what a move is called in the middle of a sentence.
func (sh *shared) moveWord(m queue.Move) string { return strings.ToLower(sh.t.Text(m.Label)) }

// takes is whose word something takes: "an engineer".
func (sh *shared) takes(r queue.Role) string { return sh.t.Text(article(r)) }

// refuseRole says that a viewer may not, and who may.
func (sh *shared) refuseRole(key string) tea.Cmd {
	return sh.says(fleet.Warning, key, sh.roleWord(sh.actor.Role))
}
