package tui

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
)

// evidenceOf is everything that is known about one component, with what each
// source said, so that a person on call can check it without us.
func evidenceOf(sh *shared, e *fleet.Entry, c *fleet.Component, width int) *lines {
	s := sh.styles
	l := newLines(sh, width)
	l.down = sh.keys.HalfDown
	now := sh.now()

	badge := s.badge(c.Health)
	_, gone := knownPart(&e.State, c.Key())
	if gone {
		badge = s.healthStyle(fleet.Critical).Render(s.glyphText(fleet.Critical) + " " + sh.t.Say("gone"))
	}
	l.row(badge + " " + s.title.Render(sh.partWord(c.Kind, clean(c.Label()))))
	if text := joined(clean(c.Vendor), clean(c.Model), sizeOf(sh, c)); text != "" {
		l.text("", text, s.bold)
	}
	serial := sh.with("serial %s", c.Serial)
	if serial == "" && c.Kind.Replaceable() {
		serial = sh.t.Say("serial not reported")
	}
	if text := joined(serial, sh.with("part %s", c.Part), sh.with("firmware %s", c.Firmware)); text != "" {
		l.text("", text, s.bold)
	}
	name := ""
	if c.Place != "" && c.Name != c.Place {
		name = sh.with("the device calls it %s", c.Name)
	}
	if text := joined(name, sh.with("on %s", c.Group)); text != "" {
		l.text("", text, s.plain)
	}
	ageLine(l, e, c, now)
	riskLine(l, e, c)

	unsettled(l, &e.State, c, now)

	l.gap()
	if gone {
		l.head("How it was when it was last seen")
	} else {
		l.head(whyTitle(c))
	}
	for i, v := range verdictsOf(c) {
		if i > 0 {
			l.gap()
		}
		verdictLines(l, &e.State, v)
	}

	if numericOID(c.Native.OID()) {
		l.gap()
		l.row(s.title.Render(sh.t.Say("Check it yourself")) + s.faint.Render("  "+sh.t.Say("%s copies", sh.keys.CopyCommand.Help().Key)))
		l.text("  ", snmpget(&e.State, c.Native.Evidence()), s.bold)
		l.text("  ", snmpgetHint(sh, &e.State, c.Native.Evidence()), s.faint)
	}
	shadow(l, e, c)
	blade(l, e, c)
	measures(l, c)
	if tr, ok := e.State.Trends.Find(c.Key()); ok {
		l.row(trendLine(sh, sh.t.Text("recently"), tr, 0, width))
	}
	return l
}

// blade names the server of this fleet that sits in a chassis's slot.
func blade(l *lines, e *fleet.Entry, c *fleet.Component) {
	if l.sh.view == nil || l.sh.view.Fleet == nil {
		return
	}
	if in := l.sh.view.Fleet.ServerIn(e, c); in != nil {
		l.gap()
		l.head(l.sh.t.Say("The server in this slot: %s", clean(in.Server.Name)))
		l.row("  " + l.sh.styles.badge(in.State.Health) + "  " + clean(joinSpace(in.State.Device.Vendor, in.State.Device.Model)))
	}
}

// shadow is the same part as the operating system's agent sees it.
func shadow(l *lines, e *fleet.Entry, c *fleet.Component) {
	id := c.Identity()
	for i := range e.State.Shadowed {
		o := &e.State.Shadowed[i]
		if id == "" || o.Kind != c.Kind || o.Identity() != id {
			continue
		}
		l.gap()
		l.head(l.sh.t.Say("The same part, as the operating system sees it: %s", clean(o.Label())))
		for _, v := range verdictsOf(o) {
			verdictLines(l, &e.State, v)
		}
	}
}

func ageLine(l *lines, e *fleet.Entry, c *fleet.Component, now time.Time) {
	kind := ageing.LifeKind(c)
	if kind == "" {
		return
	}
	age := ageing.OfPart(c, &e.Server, &e.State, now)
	band := l.sh.life.Band(kind, age, c.WearUsedPct)
	text := l.sh.t.Text(age.Label())
	if band >= ageing.BandAgeing {
		text += ", " + l.sh.t.Text(band.String())
	}
	l.text("", l.sh.t.Say("age %s", text), l.sh.styles.band(band))
}

// riskLine is what is to be expected of the part, and where that is explained.
func riskLine(l *lines, e *fleet.Entry, c *fleet.Component) {
	j := judgedParts(l.sh, e.Server.Name)[c.Key()]
	if j == nil || c.Health == fleet.Absent {
		return
	}
	t := l.sh.t
	text := t.Say("risk %s", t.Text(j.Risk()))
	switch {
	case j.Failed:
		text = t.Say("it has failed")
	case j.Estimated:
		text = t.Say("risk %s that it fails within 12 months", t.Text(j.Risk()))
	}
	tier, look := "", l.sh.styles.plain
	if p := j.Tier(); p != "" {
		tier = t.Say("%s (%s), score %.1f", string(p), t.Text(p.Meaning()), j.Score)
		look, _ = tierStyle(l.sh.styles, p)
	}
	l.text("", joined(text, tier, t.Say("%s explains", l.sh.keys.Explain.Help().Key)), look)
}

// unsettled says what was seen once and waits to be seen again, and that a part
// is gone: the difference between what the device says now and what is shown.
func unsettled(l *lines, st *fleet.State, c *fleet.Component, now time.Time) {
	s, t, key := l.sh.styles, l.sh.t, c.Key()
	if g, ok := st.Gone[key]; ok {
		l.text("", t.Say("It left this slot %s ago (%s) and nothing followed it.", l.sh.since(g.At), l.sh.moment(g.At)), s.bad)
	}
	if h, ok := st.Holds[key]; ok && h.Health != c.Health {
		l.text("", t.Say("Not confirmed yet: since %s it reads %s (%s, %s); the next reads decide.", l.sh.moment(h.Since), s.word(h.Health),
			t.Count(h.Reads, "%d read", "%d reads"), cleanOr(h.Evidence.Meaning, t.Say("no meaning given"))), s.warn)
	}
	if text := pendingText(st, key, now); text != "" {
		l.text("", t.Text(text), s.warn)
	}
}

// pendingText is a change of what sits in a slot that waits for a second look.
func pendingText(st *fleet.State, key string, now time.Time) string {
	p, ok := st.Pending[key]
	switch {
	case !ok:
		return ""
	case p.What == fleet.EventSerial:
		return fmt.Sprintf("Another part seen %s ago: serial %s. A second whole read has to confirm it.", ago(now, p.Since), clean(p.Value))
	}
	return fmt.Sprintf("Not listed since %s ago. A second whole read has to confirm that it is gone.", ago(now, p.Since))
}

func whyTitle(c *fleet.Component) string {
	switch c.Health {
	case fleet.OK:
		return "Why it counts as ok"
	case fleet.Absent:
		return "Why the slot counts as empty"
	case fleet.Unknown:
		return "Why its health is unknown"
	}
	return "Why it is " + c.Health.String()
}

// verdictsOf lists all sources that spoke; a component of a profile that gives
// only the deciding object still has that one.
func verdictsOf(c *fleet.Component) []fleet.Verdict {
	if len(c.Verdicts) > 0 {
		return c.Verdicts
	}
	return []fleet.Verdict{{Health: c.Health, Seen: c.Native}}
}

func verdictLines(l *lines, st *fleet.State, v fleet.Verdict) {
	s, ev := l.sh.styles, v.Seen.Evidence()
	if ev.OID == "" && ev.Value == "" && ev.Meaning == "" {
		l.text("  ", l.sh.t.Say("The device gave no status for it."), s.faint)
		return
	}
	meaning := l.sh.t.Say("no meaning known for this value")
	if m := clean(ev.Meaning); m != "" {
		meaning = `"` + l.sh.ownWords(m) + `"`
	}
	l.row(s.badge(v.Health) + " " + meaning)
	if ev.OID != "" {
		l.text("  ", clean(ev.OID)+" = "+clean(ev.Value), s.bold)
	} else if ev.Value != "" {
		l.text("  ", l.sh.t.Say("value %s (computed, no single object)", clean(ev.Value)), l.sh.styles.plain)
	}
	l.text("  ", joined(readAt(l.sh, ev, st), sourceOf(l.sh, ev), endpointOf(st, ev.Role)), s.faint)
}

// readAt says when a value was read, in clock time and as an age, and whether
// it is older than it should be.
func readAt(sh *shared, ev fleet.Evidence, st *fleet.State) string {
	if ev.Time.IsZero() {
		return sh.t.Say("time of reading unknown")
	}
	text := sh.t.Say("read %s (%s ago)", sh.moment(ev.Time), sh.since(ev.Time))
	if e := endpointState(st, ev.Role); e != nil && e.Stale(sh.now()) {
		text += " " + sh.t.Say("STALE")
	}
	return text
}

func sourceOf(sh *shared, ev fleet.Evidence) string {
	switch {
	case ev.Profile == "":
		return ""
	case ev.Line == 0:
		return sh.t.Say("rule %s", clean(ev.Profile))
	}
	return sh.t.Say("rule %s", clean(ev.Profile)+":"+strconv.Itoa(ev.Line))
}

func endpointState(st *fleet.State, r fleet.Role) *fleet.EndpointState {
	for i := range st.Endpoints {
		if st.Endpoints[i].Role == r {
			return &st.Endpoints[i]
		}
	}
	if r == 0 && len(st.Endpoints) == 1 {
		return &st.Endpoints[0]
	}
	return nil
}

func endpointOf(st *fleet.State, r fleet.Role) string {
	if e := endpointState(st, r); e != nil {
		return e.Role.String() + " " + clean(e.Address)
	}
	return ""
}

// snmpget is the command that asks the device the same question. It carries no
// secret: version and credentials are snmpget's own business (snmp.conf). It is
// empty when no single object stands behind the evidence.
func snmpget(st *fleet.State, ev fleet.Evidence) string {
	if !numericOID(ev.OID) {
		return ""
	}
	host := "HOST"
	if e := endpointState(st, ev.Role); e != nil && e.Address != "" {
		host = snmpHost(e.Address)
	}
	return "snmpget -On " + host + " ." + strings.TrimPrefix(ev.OID, ".")
}

func snmpgetHint(sh *shared, st *fleet.State, ev fleet.Evidence) string {
	hint := sh.t.Say("version and secret come from ~/.snmp/snmp.conf")
	if e := endpointState(st, ev.Role); e != nil && e.Credential != "" {
		hint += "; " + sh.t.Say("ironage used credential %q", clean(e.Credential))
	}
	return hint
}

// snmpHost writes an address as Net-SNMP's commands take it, quoted when a
// shell would otherwise read something into it.
func snmpHost(address string) string {
	host := clean(address)
	if strings.HasPrefix(host, "[") || strings.Count(host, ":") > 1 {
		if !strings.HasPrefix(host, "[") {
			host = "[" + host + "]"
		}
		host = "udp6:" + host
	}
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".:-_", r)
	}
	if strings.IndexFunc(host, func(r rune) bool { return !plain(r) }) >= 0 {
		host = "'" + strings.ReplaceAll(host, "'", `'\''`) + "'"
	}
	return host
}

func numericOID(oid string) bool {
	oid = strings.TrimPrefix(oid, ".")
	return oid != "" && strings.Trim(oid, "0123456789.") == "" && strings.Contains(oid, ".")
}

// measures adds the figures of a component: reading with limits, wear, hours,
// counters and what else the device says about it.
func measures(l *lines, c *fleet.Component) {
	at, t := len(l.all), l.sh.t
	if c.Reading != nil {
		l.field("reading", figureIn(t, *c.Reading, c.Unit)+limitsText(t, c), l.sh.styles.plain)
	}
	if c.PredictiveFailure != 0 {
		l.field("predictive", t.Text(map[fleet.Answer]string{fleet.Yes: "the device expects it to fail", fleet.No: "no failure expected"}[c.PredictiveFailure]), l.sh.styles.plain)
	}
	if c.WearUsedPct != nil {
		l.field("wear used", figureIn(t, *c.WearUsedPct, fleet.Percent), l.sh.styles.plain)
	}
	if c.PowerOnHours != nil {
		l.field("power-on", t.Say("%s h (%.1f y)", t.Int(int64(*c.PowerOnHours)), *c.PowerOnHours/ageing.HoursPerYear), l.sh.styles.plain)
	}
	l.field("made", clean(c.Manufactured), l.sh.styles.plain)
	for _, k := range slices.Sorted(maps.Keys(c.Counters)) {
		style := l.sh.styles.plain
		if c.Counters[k] > 0 {
			style = l.sh.styles.warn
		}
		l.field(fieldName(k), t.Int(int64(c.Counters[k])), style)
	}
	for _, k := range slices.Sorted(maps.Keys(c.Attributes)) {
		l.field(fieldName(k), clean(c.Attributes[k]), l.sh.styles.plain)
	}
	if len(l.all) > at {
		l.all = slices.Insert(l.all, at, "", l.sh.styles.title.Render(t.Say("Figures")))
	}
}

// limitsText are a sensor's thresholds in words.
func limitsText(t *lang.Tongue, c *fleet.Component) string {
	if c.Limits == nil {
		return ", " + t.Say("no limits reported")
	}
	value := func(v *float64) string { return figureIn(t, *v, 0) }
	side := func(h fleet.Health, low, high *float64) string {
		word := t.Text(h.String())
		switch {
		case low != nil && high != nil:
			return t.Say("%s below %s or above %s", word, value(low), value(high))
		case high != nil:
			return t.Say("%s above %s", word, value(high))
		case low != nil:
			return t.Say("%s below %s", word, value(low))
		}
		return ""
	}
	text := joined(side(fleet.Warning, c.Limits.WarnLow, c.Limits.WarnHigh), side(fleet.Critical, c.Limits.CritLow, c.Limits.CritHigh))
	if text == "" {
		return ", " + t.Say("no limits reported")
	}
	return "; " + text
}

// fieldName turns the key of a counter or attribute into words.
func fieldName(k string) string { return strings.ReplaceAll(clean(k), "_", " ") }

// sizeOf is the size of a part in the reader's language.
func sizeOf(sh *shared, c *fleet.Component) string { return decimals(sh.t, capacityOf(c)) }

// ownWords are a meaning in the reader's language where it is a sentence of
// ours; what the device said stays as it said it.
func (sh *shared) ownWords(meaning string) string {
	for _, ours := range []string{"the device publishes no status for it", "fills ", "was filling up"} {
		if strings.HasPrefix(meaning, ours) {
			return sh.dated(sh.t.Text(meaning))
		}
	}
	return meaning
}
