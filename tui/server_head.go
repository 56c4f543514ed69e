package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
)

// ranked is a line of the header and how soon it gives way in a small window:
// the greatest first.
type ranked struct {
	text string
	rank int
}

// header says who the server is, where it stands, how old it is and how asking
// it went: at most height lines. In a small window the lines that help least in
// the aisle go first.
func (s *serverScreen) header(e *fleet.Entry, width, height int) []string {
	st, now := s.sh.styles, s.sh.now()
	all := []ranked{
		{s.titleLine(e, width), 0},
		{s.identityText(e), 4},
		{joined(s.sh.placeWord(e.Server), s.sh.serviceWord(e.Server.Service, e.Server.Criticality), s.sh.with("owner %s", e.Server.Owner)), 2},
		{s.housing, 2},
		{joined(s.ageText(e), s.warrantyText(e), s.riskText()), 5},
		{s.renewText(), 5},
		{s.rollUpText(e.State.RollUp), 6},
	}
	if text := staleText(&e.State, now); text != "" {
		all = append(all, ranked{st.warn.Render(st.glyphText(fleet.Warning) + " " + s.sh.t.Text(text)), 1})
	}
	if m := e.Maintenance; m != nil {
		all = append(all, ranked{st.warn.Render(joined(s.sh.t.Say("in maintenance until %s", s.sh.moment(m.Until)), clean(m.Reason), clean(m.By))), 1})
	}
	for _, ep := range endpointsOf(e) {
		all = append(all, ranked{s.endpointLine(ep), 3})
		note := newLines(s.sh, width)
		if ep.Note != "" {
			note.text("    ", s.sh.t.Text(clean(ep.Note)), st.warn)
		}
		for _, line := range note.all {
			all = append(all, ranked{line, 3})
		}
	}
	all = slices.DeleteFunc(all, func(r ranked) bool { return r.text == "" })
	for len(all) > max(height, 1) {
		least := len(all) - 1
		for i := range all {
			if all[i].rank > all[least].rank {
				least = i
			}
		}
		all = slices.Delete(all, least, least+1)
	}
	l := newLines(s.sh, width)
	for _, r := range all {
		l.row(r.text)
	}
	return l.all
}

func (s *serverScreen) titleLine(e *fleet.Entry, width int) string {
	st := s.sh.styles
	health := st.badge(e.State.Health)
	if !e.State.Since.IsZero() {
		health += st.faint.Render(" " + s.sh.t.Say("for %s", s.sh.since(e.State.Since)))
	}
	dev := e.State.Device
	model := joinSpace(firstOf(dev.Vendor, e.Server.Manufacturer), firstOf(dev.Model, e.Server.Model))
	return spread(st.title.Render(clean(e.Server.Name))+"  "+st.bold.Render(clean(model)), health, width)
}

// joinSpace puts vendor and model together, the vendor once only.
func joinSpace(vendor, model string) string {
	if vendor == "" || strings.HasPrefix(strings.ToLower(model), strings.ToLower(vendor)) {
		return model
	}
	return strings.TrimSpace(vendor + " " + model)
}

// identityText is what a technician compares with the label on the box. Dell's
// service tag is its serial number, so it is called what the label calls it.
func (s *serverScreen) identityText(e *fleet.Entry) string {
	dev, srv := e.State.Device, e.Server
	key := "serial %s"
	if strings.Contains(strings.ToLower(firstOf(dev.Vendor, srv.Manufacturer)), "dell") {
		key = "service tag %s"
	}
	serial := s.sh.with(key, firstOf(dev.Serial, srv.Serial))
	if a, b := fleet.NormalSerial(dev.Serial), fleet.NormalSerial(srv.Serial); a != "" && b != "" && a != b {
		serial += " (" + s.sh.t.Say("inventory says %s", clean(srv.Serial)) + ")"
	}
	return joined(serial, s.sh.with("asset %s", srv.AssetTag), joinSpace(clean(dev.Controller), s.sh.with("firmware %s", dev.Firmware)),
		s.sh.with("host %s", dev.Hostname), clean(dev.OS))
}

// housingText says in which chassis of the fleet a blade sits.
func housingText(sh *shared, e *fleet.Entry) string {
	chassis, slot, ok := sh.view.Fleet.HousingOf(e)
	if !ok {
		return ""
	}
	return sh.t.Say("sits in %s of chassis %s", clean(slot.Label()), clean(chassis.Server.Name))
}

func (s *serverScreen) ageText(e *fleet.Entry) string {
	age := ageing.OfServer(e.Server, &e.State, s.sh.now())
	if !age.Known {
		return s.sh.t.Say("age unknown")
	}
	band := s.sh.life.Band("server", age, nil)
	text := s.sh.t.Say("age %s", s.sh.t.Text(age.Label()))
	if band >= ageing.BandOK {
		text += ", " + s.sh.t.Text(band.String())
	}
	return s.sh.styles.band(band).Render(text)
}

// riskText is the probability that some part of the server fails within a year.
func (s *serverScreen) riskText() string {
	d := s.sh.digests.byName[s.name]
	if d == nil {
		return ""
	}
	if _, known := d.risk(); !known {
		return ""
	}
	return s.sh.t.Say("risk %s in 12 months", s.sh.t.Text(d.riskText()))
}

// renewText suggests to replace the whole server rather than its parts.
func (s *serverScreen) renewText() string {
	d := s.sh.digests.byName[s.name]
	if !s.roomy || d == nil || d.out == nil || d.out.Renew == "" { // a small window is for what is wrong now
		return ""
	}
	return s.sh.styles.warn.Render(s.sh.t.Say("consider a new server: %s", s.sh.t.Text(clean(d.out.Renew))))
}

func (s *serverScreen) warrantyText(e *fleet.Entry) string {
	cover, days, _ := s.sh.life.CoverOf(&e.Server, s.sh.now())
	t, end := s.sh.t, s.sh.day(string(e.Server.WarrantyEnd))
	switch cover {
	case ageing.CoverExpired:
		return s.sh.styles.warn.Render(t.Say("warranty ended %s", end))
	case ageing.CoverExpiring:
		return s.sh.styles.warn.Render(t.Say("warranty ends %s, in %s", end, t.Count(days, "%d day", "%d days")))
	case ageing.CoverActive:
		return t.Say("warranty until %s", end)
	case ageing.CoverFuture:
		return t.Say("warranty from %s", s.sh.day(string(e.Server.WarrantyStart)))
	}
	return s.sh.styles.faint.Render(t.Say("warranty unknown"))
}

// rollUpText is the device's own overall status, as it reported it.
func (s *serverScreen) rollUpText(v *fleet.Verdict) string {
	if v == nil {
		return ""
	}
	text := s.sh.t.Say("the device itself says %s", s.sh.styles.word(v.Health))
	if m := clean(v.Seen.Meaning()); m != "" {
		text += ` ("` + m + `")`
	}
	return text
}

// staleText says that what is shown is old, and how old.
func staleText(st *fleet.State, now time.Time) string {
	var late []string
	for i := range st.Endpoints {
		if ep := &st.Endpoints[i]; ep.Stale(now) {
			late = append(late, fmt.Sprintf("%s not read for %s", ep.Role, ago(now, ep.LastOK)))
		}
	}
	if len(late) == 0 {
		return ""
	}
	return "STALE: " + strings.Join(late, ", ") + ". Values below are from then."
}

// endpointsOf are the endpoints as asked, and those of the inventory that were
// never asked yet.
func endpointsOf(e *fleet.Entry) []fleet.EndpointState {
	out := append([]fleet.EndpointState(nil), e.State.Endpoints...)
	for _, want := range e.Server.Endpoints {
		known := false
		for i := range out {
			known = known || out[i].Role == want.Role && out[i].Address == want.Address
		}
		if !known {
			out = append(out, fleet.EndpointState{Endpoint: want})
		}
	}
	return out
}

// endpointLine is "bmc 10.0.0.7  answered, ping 0.8 ms · read 12s ago, next 48s".
func (s *serverScreen) endpointLine(ep fleet.EndpointState) string {
	st, now := s.sh.styles, s.sh.now()
	name := st.label.Render(fit(ep.Role.String(), 4)) + clean(ep.Address)
	t := s.sh.t
	if ep.LastTry.IsZero() {
		return name + st.faint.Render(" · "+t.Say("not asked yet")+s.nextText(ep, now))
	}
	style := st.plain
	if ep.SNMP != fleet.Answered {
		style = st.warn
	}
	read := t.Say("never read")
	if !ep.LastOK.IsZero() {
		read = t.Say("read %s ago", s.sh.since(ep.LastOK))
	}
	if ep.Misses > 0 {
		read += ", " + t.Say("%d missed", ep.Misses)
	}
	return joined(name, style.Render(t.Text(snmpWords(ep.SNMP))), s.pingWords(ep.Ping), read+s.nextText(ep, now))
}

func (s *serverScreen) nextText(ep fleet.EndpointState, now time.Time) string {
	switch d := ep.NextTry.Sub(now); {
	case ep.NextTry.IsZero():
		return ""
	case d <= 0:
		return ", " + s.sh.t.Say("next read due")
	default:
		return ", " + s.sh.t.Say("next %s", s.sh.t.Span(d))
	}
}

// snmpWords is what asking over SNMP found, in words.
func snmpWords(r fleet.Reach) string {
	switch r {
	case fleet.Answered:
		return "SNMP answered"
	case fleet.Silent:
		return "SNMP silent"
	case fleet.Refused:
		return "SNMP refused"
	case fleet.Garbled:
		return "no SNMP there: something else answers"
	case fleet.Unresolved:
		return "name does not resolve"
	}
	return "SNMP not asked"
}

func (s *serverScreen) pingWords(p fleet.Ping) string {
	t := s.sh.t
	switch p.Reach {
	case fleet.Answered:
		text := t.Say("ping %s", latencyIn(t, p.Avg))
		if loss := p.LossPct(); loss > 0 {
			text += ", " + t.Say("%s lost", percent(loss))
		}
		return text
	case fleet.Silent:
		return t.Say("no ping")
	case fleet.NotPermitted:
		return t.Say("ping not permitted here")
	case fleet.Unresolved:
		return t.Say("ping: name does not resolve")
	}
	return ""
}

// latencyIn is a round trip with a language's decimal mark.
func latencyIn(t *lang.Tongue, d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return t.Number(float64(d.Microseconds())/1000, 1) + " ms"
	case d < time.Second:
		return t.Int(d.Milliseconds()) + " ms"
	}
	return t.Number(d.Seconds(), 1) + " s"
}

func readErrors(st *fleet.State) int {
	n := 0
	for i := range st.Endpoints {
		n += len(st.Endpoints[i].Errors)
	}
	return n
}
