package profile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// NotificationGroup says what the notifications (SNMP traps and informs)
// below one object identifier mean, and which of their variables say what.
type NotificationGroup struct {
	Pos
	Under OID `yaml:"under"`
	// Events are the notifications by what stands behind Under; a "0." before
	// the last number, which version 2 adds, is left out. One key may list several.
	Events map[string]*NotificationEvent `yaml:"events"`
	// Otherwise is for those below Under that Events does not list.
	Otherwise *NotificationEvent `yaml:"otherwise"`
	// Severity, where its variable is there and says something, wins over the
	// event's own health.
	Severity *NotificationSeverity `yaml:"severity"`
	// Templates of variables; the first of which all variables are there is taken.
	About   []string `yaml:"about"`   // the part
	Message []string `yaml:"message"` // the device's own words
	Serial  []string `yaml:"serial"`  // the machine's serial number
	Host    []string `yaml:"host"`    // the machine's name

	profile                      *Profile
	about, message, serial, host [][]notifiedPiece
}

// NotificationEvent is what one notification means, written "health label" or
// as a mapping. "none" is news that worries nobody.
type NotificationEvent struct {
	Pos
	Health fleet.Health
	Label  string
	// Read is how much of the server is read: status (the default) or
	// inventory, where parts may have come or gone.
	Read string
}

// notificationEventKeys is the long form of a NotificationEvent.
type notificationEventKeys struct {
	Health string `yaml:"health"`
	Label  string `yaml:"label"`
	Read   string `yaml:"read"`
}

// NotificationSeverity reads how worrying the device itself finds it.
type NotificationSeverity struct {
	Pos
	Variable OID   `yaml:"variable"`
	Mask     int   `yaml:"mask"`  // only these bits of an integer
	Octet    int   `yaml:"octet"` // only this octet of a binary string, counted from 1
	Map      *Enum `yaml:"map"`
}

// notifiedPiece is a part of a template: literal text or a variable.
type notifiedPiece struct {
	literal  string
	variable snmp.OID
}

func (e *NotificationEvent) fromYAML(d *yamlReader, n ast.Node) {
	e.Pos = posOf(n)
	var k notificationEventKeys
	if text, ok := scalar(n); ok {
		k.Health, k.Label, _ = strings.Cut(text, " ")
	} else {
		d.read(n, reflectOf(&k))
	}
	e.Label, e.Read = strings.TrimSpace(k.Label), k.Read
	if e.Label == "" {
		d.complain(e.Pos, "say what happened: write \"critical disk failed\", or health: and label:")
	}
	if !slices.Contains([]string{"", "status", "inventory"}, e.Read) {
		d.complain(e.Pos, "read %q is neither status nor inventory", e.Read)
	}
	switch h, err := fleet.ParseHealth(k.Health); {
	case k.Health == "none":
		e.Health = fleet.OK
	case err != nil || h == fleet.Absent:
		d.complain(e.Pos, "%q is no health of a notification%s", k.Health, nearest(k.Health, []string{"ok", "warning", "critical", "unknown", "none"}))
	default:
		e.Health = h
	}
}

// notifications compiles the groups of a profile.
func (c *compiler) notifications() {
	for _, g := range c.p.Notifications {
		if g.profile != nil {
			continue // inherited
		}
		g.profile = c.p
		if !c.oid(&g.Under) && g.Under.Text == "" {
			c.complain(g.Pos, "notifications need \"under:\", the object identifier that they lie below")
		}
		for _, key := range slices.Sorted(maps.Keys(g.Events)) {
			for _, number := range eventNumbers(key) {
				if !snmp.OID("1.3." + number).Valid() {
					c.complain(g.Events[key].Pos, "%q is not what stands behind under: in an object identifier; write numbers with dots", number)
				}
			}
		}
		if g.Events == nil && g.Otherwise == nil {
			c.complain(g.Pos, "the notifications say nothing; give events: or otherwise:")
		}
		if s := g.Severity; s != nil {
			if !c.oid(&s.Variable) && s.Variable.Text == "" || s.Map == nil {
				c.complain(s.Pos, "a severity needs \"variable:\" and \"map:\"")
			}
			s.Map = c.enum(s.Map)
		}
		g.about, g.message = c.notified(g.Pos, g.About), c.notified(g.Pos, g.Message)
		g.serial, g.host = c.notified(g.Pos, g.Serial), c.notified(g.Pos, g.Host)
	}
}

// notified compiles templates of variables: "Bay {hpe.6.2.9.3.1.2}", or the
// variable alone.
func (c *compiler) notified(at Pos, templates []string) [][]notifiedPiece {
	var out [][]notifiedPiece
	for _, t := range templates {
		if num, ok := c.resolve(t); ok {
			out = append(out, []notifiedPiece{{variable: num}})
			continue
		}
		var pieces []notifiedPiece
		rest, variables := t, 0
		for rest != "" {
			literal, after, found := strings.Cut(rest, "{")
			if literal != "" {
				pieces = append(pieces, notifiedPiece{literal: literal})
			}
			if !found {
				break
			}
			var inner string
			inner, rest, found = strings.Cut(after, "}")
			num, ok := c.resolve(inner)
			if !found || !ok {
				variables = 0
				break
			}
			variables++
			pieces = append(pieces, notifiedPiece{variable: num})
		}
		if variables == 0 {
			c.complain(at, "%q names no variable: write an OID, or a text with OIDs in braces%s", t, c.baseHint(strings.Trim(t, "{}")))
			continue
		}
		out = append(out, pieces)
	}
	return out
}

func eventNumbers(key string) []string {
	return strings.FieldsFunc(key, func(r rune) bool { return r == ',' || r == ' ' })
}

// Notifications know what the notifications of every family mean.
type Notifications struct {
	events map[snmp.OID]knownEvent
	groups map[snmp.OID]*NotificationGroup
}

type knownEvent struct {
	group *NotificationGroup
	event *NotificationEvent
}

// Notifications collects what the profiles say about notifications; of two
// that know the same one, the profile with the higher priority is heard.
func (l *Library) Notifications() *Notifications {
	n := &Notifications{events: map[snmp.OID]knownEvent{}, groups: map[snmp.OID]*NotificationGroup{}}
	for _, p := range l.profiles {
		for _, g := range p.Notifications {
			under := snmp.OID(strings.TrimSuffix(string(g.Under.Num), ".0"))
			if n.groups[under] == nil {
				n.groups[under] = g
			}
			for key, e := range g.Events {
				for _, number := range eventNumbers(key) {
					full := oneForm(g.Under.Num.Append(number))
					if _, known := n.events[full]; !known {
						n.events[full] = knownEvent{g, e}
					}
				}
			}
		}
	}
	return n
}

// oneForm is a notification's identity without the zeros before its last
// number: version 2 has one, a converter may add another, some devices none.
func oneForm(o snmp.OID) snmp.OID {
	last := strings.LastIndexByte(string(o), '.')
	if last < 0 {
		return o
	}
	head := string(o[:last])
	for strings.HasSuffix(head, ".0") {
		head = strings.TrimSuffix(head, ".0")
	}
	return snmp.OID(head) + o[last:]
}

// Meaning is a notification in words.
type Meaning struct {
	// Known is whether a profile knows it, or at least its family.
	Known       bool
	Text, About string
	Health      fleet.Health
	Inventory   bool
	// Serials and Hosts are what the notification says its machine is.
	Serials, Hosts []string
	Evidence       fleet.Evidence // without a time
}

// maxNotifiedText bounds each text taken from a notification.
const maxNotifiedText = 240

// Meaning says what a notification means. One that no profile knows is told
// with its identity and first text, and asks for an inventory: it may be anything.
func (n *Notifications) Meaning(x snmp.Notification) Meaning {
	m := Meaning{Health: fleet.Unknown, Inventory: true, Evidence: fleet.Evidence{OID: string(x.OID)}}
	if name := variable(x.Variables, sysName); name != "" {
		m.Hosts = append(m.Hosts, name)
	}
	g, e := n.find(x.OID)
	if g == nil {
		m.Text = fmt.Sprintf("notification %s, which no profile knows", x.OID)
		if said := firstText(x.Variables); said != "" {
			m.Evidence.Value = said
			m.Text += ": " + said
		}
		return m
	}
	m.Known, m.Evidence.Profile, m.Evidence.Line = true, g.profile.Name, g.Line
	label := fmt.Sprintf("notification %s of %s", x.OID.Index(g.Under.Num), g.profile.Title)
	if e != nil {
		label, m.Health, m.Inventory, m.Evidence.Line = e.Label, e.Health, e.Read == "inventory", e.Line
	}
	if v, ok := g.Severity.read(x.Variables); ok {
		m.Health = v
	}
	m.About = g.first(g.about, x.Variables)
	message := g.first(g.message, x.Variables)
	m.Evidence.Value, m.Evidence.Meaning = message, label
	m.Text = joinNotified(label, m.About, message)
	if s := g.first(g.serial, x.Variables); s != "" {
		m.Serials = append(m.Serials, s)
	}
	if s := g.first(g.host, x.Variables); s != "" && !slices.Contains(m.Hosts, s) {
		m.Hosts = append(m.Hosts, s)
	}
	return m
}

// joinNotified is "disk failed: Bay 3 (the device's own words)", without
// saying anything twice.
func joinNotified(label, about, message string) string {
	if about != "" && !strings.Contains(folded(message), folded(about)) {
		label += ": " + about
	}
	if message != "" {
		label += ": " + message
	}
	return label
}

// find looks a notification up, and else its family: the group whose Under is
// the longest above it.
func (n *Notifications) find(o snmp.OID) (*NotificationGroup, *NotificationEvent) {
	if k, ok := n.events[oneForm(o)]; ok {
		return k.group, k.event
	}
	for at := o; at != ""; {
		i := strings.LastIndexByte(string(at), '.')
		if i < 0 {
			break
		}
		at = at[:i]
		if g := n.groups[at]; g != nil {
			return g, g.Otherwise
		}
	}
	return nil, nil
}

// read is how worrying the device finds it, where it says so.
func (s *NotificationSeverity) read(vars []snmp.Variable) (fleet.Health, bool) {
	if s == nil {
		return 0, false
	}
	i := slices.IndexFunc(vars, func(v snmp.Variable) bool { return v.OID == s.Variable.Num || v.OID.Under(s.Variable.Num) })
	if i < 0 || !vars[i].Value.Exists() {
		return 0, false
	}
	value := vars[i].Value
	c := textCell(bounded(value.Text()))
	switch {
	case s.Octet > 0 && s.Octet <= len(value.Octets):
		c = textCell(strconv.Itoa(int(value.Octets[s.Octet-1])))
	case s.Octet > 0:
		return 0, false
	case s.Mask != 0:
		c = numberCell(float64(int(c.num) & s.Mask))
	}
	v, ok := s.Map.lookup(&c)
	return v.Health, ok && !v.Silent && !v.Skip && v.Health != fleet.Absent
}

// first is the first template of which all variables have a text.
func (g *NotificationGroup) first(templates [][]notifiedPiece, vars []snmp.Variable) string {
next:
	for _, t := range templates {
		var b strings.Builder
		for _, p := range t {
			if p.variable == "" {
				b.WriteString(p.literal)
				continue
			}
			s := variable(vars, p.variable)
			if s == "" || g.profile.placeholders[folded(s)] {
				continue next
			}
			b.WriteString(s)
		}
		return cut(b.String())
	}
	return ""
}

// variable is the text of a variable, whatever index stands behind it.
func variable(vars []snmp.Variable, o snmp.OID) string {
	for _, v := range vars {
		if (v.OID == o || v.OID.Under(o)) && v.Value.Exists() {
			return cut(strings.TrimSpace(v.Value.Text()))
		}
	}
	return ""
}

// firstText is the first variable that holds words.
func firstText(vars []snmp.Variable) string {
	for _, v := range vars {
		s := strings.TrimSpace(v.Value.Text())
		if v.Value.Type == snmp.OctetString && v.OID != sysName && strings.ContainsAny(s, " abcdefghijklmnopqrstuvwxyz") && s != "" {
			return cut(s)
		}
	}
	return ""
}

func cut(s string) string {
	if len(s) > maxNotifiedText {
		return strings.ToValidUTF8(s[:maxNotifiedText], "") + "…"
	}
	return s
}
