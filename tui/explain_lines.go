package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/lang"
	"ironage/internal/outlook"
)

// explanation is everything that led to the judgement of a part, as lines.
func explanation(sh *shared, server, key string, w int) *lines {
	l := newLines(sh, w)
	l.down = sh.keys.Down
	of := sh.outlook()
	if of == nil {
		l.text("", sh.t.Say("Ages and risks are not worked out yet."), sh.styles.faint)
		return l
	}
	x, ok := of.Explain(server, key)
	if !ok {
		l.text("", sh.t.Say("Nothing is judged there: the part is gone, the server was taken out, or its kind does not age."), sh.styles.faint)
		return l
	}
	explainHead(l, &x)
	explainAge(l, &x, of.Time)
	explainRisk(l, &x)
	explainImpact(l, &x, of)
	explainSources(l, &x)
	return l
}

func explainHead(l *lines, x *outlook.Explanation) {
	st, c, s := l.sh.styles, x.Component, &x.Server.Entry.Server
	t := l.sh.t
	l.row(st.badge(c.Health) + " " + st.title.Render(l.sh.partWord(c.Kind, clean(c.Label()))) + " " + t.Say("of") + " " + st.title.Render(clean(s.Name)))
	if text := joined(joinSpace(clean(c.Vendor), clean(c.Model)), sizeOf(l.sh, c), l.sh.with("part %s", c.Part), l.sh.with("serial %s", c.Serial)); text != "" {
		l.text("", text, st.plain)
	}
	if text := joined(l.sh.placeWord(*s), l.sh.serviceWord(s.Service, s.Criticality)); text != "" {
		l.text("", text, st.faint)
	}
	verdict := t.Say("no reason to replace it")
	if x.Verdict.Tier != "" {
		verdict = string(x.Verdict.Tier) + " " + t.Text(x.Verdict.Tier.Meaning())
	}
	look, ok := tierStyle(st, x.Verdict.Tier)
	if !ok {
		look = st.bold
	}
	l.text("", joined(riskSentence(t, &x.Risk), verdict, t.Say("score %.1f", x.Verdict.Score)), look)
}

// riskSentence is the estimate over a year as the head of a page.
func riskSentence(t *lang.Tongue, r *ageing.Risk) string {
	switch {
	case r.Failed:
		return t.Say("It has failed: a fact, not an estimate")
	case !r.Known:
		return t.Say("No estimate for this kind of part")
	}
	return t.Say("%s that it fails within 12 months", t.Text(r.String()))
}

func explainAge(l *lines, x *outlook.Explanation, now time.Time) {
	st, a, t := l.sh.styles, &x.Age, l.sh.t
	l.gap()
	l.head("How old it is")
	if !a.Known {
		l.field("age", t.Say("unknown: no source gives a date, and none is invented"), st.band(ageing.BandUnknown))
	} else {
		l.field("age", t.Say("%s, counted from %s (precision %s, confidence %s)", t.Text(a.Label()), l.sh.dated(dateText(a.Since, a.Precision)), t.Text(a.Precision.String()), t.Text(string(a.Confidence))), st.bold)
	}
	for _, c := range a.Checks {
		crossCheck(l, &c, now)
	}
	if math.Abs(a.HazardYears-a.Years) > 0.005 && a.HazardYears > 0 {
		l.field("for the risk", t.Say("%.1f y: the power-on time says more than the calendar", a.HazardYears), st.warn)
	}
	for _, f := range a.Flags.Words() {
		l.field("note", t.Text(noteText(f)), st.warn)
	}
	life := t.Say("no service life is set: %s", t.Text(clean(x.Rule)))
	if x.Life > 0 {
		life = joined(t.Say("%s y (rule: %s)", figureIn(t, x.Life, 0), t.Text(clean(x.Rule))), usedText(t, x.Consumed))
	}
	l.field("service life", life, st.plain)
	l.field("band", bandText(t, x.Band, a.LowerBound), st.band(x.Band))
}

// crossCheck is what one source says of the age, believed or not.
func crossCheck(l *lines, c *ageing.Claim, now time.Time) {
	st, t := l.sh.styles, l.sh.t
	source, date := t.Text(string(c.Source)), l.sh.dated(dateText(c.Since, c.Precision))
	if c.Bad != "" {
		l.field("not believed", t.Say("%s says %s: %s", source, cleanOr(c.Raw, date), t.Text(clean(c.Bad))), st.warn)
		return
	}
	text := t.Say("%s says %s", source, date)
	if raw := clean(c.Raw); raw != "" && !strings.Contains(text, raw) && raw != dateText(c.Since, c.Precision) {
		text += " (" + raw + ")"
	}
	years := t.Say("%.1f y", now.Sub(c.Since).Hours()/24/ageing.DaysPerYear)
	if c.Source == ageing.FromFirstSeen {
		years = t.Say("at least %s", years)
	}
	l.field("cross-check", text+": "+years, st.plain)
}

func usedText(t *lang.Tongue, pct float64) string {
	if math.IsNaN(pct) {
		return t.Say("nobody knows how much is used")
	}
	return t.Say("%.1f %% used", pct)
}

func bandText(t *lang.Tongue, b ageing.Band, least bool) string {
	if least && b >= ageing.BandOK {
		return t.Say("at least %s", t.Text(b.String()))
	}
	return t.Text(b.String()) + bandMark(b)
}

// dateText is a date as precisely as it is known.
func dateText(t time.Time, p ageing.Precision) string {
	switch p {
	case ageing.Year:
		return t.Format("2006")
	case ageing.Month:
		return t.Format("2006-01")
	case ageing.Week:
		y, w := t.ISOWeek()
		return fmt.Sprintf("%d-W%02d", y, w)
	}
	return t.Format(time.DateOnly)
}

// flagText is a flag of an age or an estimate in words.
func noteText(f string) string {
	if text, ok := map[string]string{
		"older_than_recorded":        "its power-on hours are more than the recorded date allows",
		"date_conflict":              "two dates contradict each other; the one that cannot be true is not used",
		"bad_date":                   "a date that cannot be true was given; the next source is used",
		"bad_hours":                  "power-on hours that cannot be true are not used",
		"untracked":                  "no serial number of its own: a swap of the part cannot be seen",
		"counter_reset":              "a counter fell; the larger value holds",
		"bad_temperature":            "a temperature that cannot be is left out",
		"bad_counter":                "a counter that cannot be is left out",
		"bad_wear":                   "a wear that cannot be is left out",
		ageing.FlagRedundancyUnknown: "what stands in for it is unknown; half the impact is assumed",
	}[f]; ok {
		return text
	}
	return strings.ReplaceAll(clean(f), "_", " ")
}

func explainRisk(l *lines, x *outlook.Explanation) {
	st, r, t := l.sh.styles, &x.Risk, l.sh.t
	l.gap()
	if r.Failed || !r.Known {
		l.head("Risk")
		l.text("", riskSentence(t, r)+".", st.plain)
		return
	}
	l.head(t.Say("Why %s within 12 months", t.Text(r.String())))
	life := t.Text(lifeName(ageing.LifeKind(x.Component)))
	at := t.Say("%s at %.1f y, failures a year", life, r.HazardYears)
	if label := clean(r.AgeLabel); label != "" {
		at = t.Say("%s, age %s: failures a year", life, t.Text(label))
	}
	factorLine(l, "baseline", factorNumber(r.Baseline), at, r.BaselineSource)
	for _, f := range r.Factors {
		factorLine(l, clean(f.Family), "×"+factorNumber(f.Value), factorText(t, &f), f.Source)
	}
	if len(r.Factors) == 0 {
		l.field("factors", t.Say("none: nothing was seen that moves it"), st.faint)
	}
	for _, f := range r.Unused {
		note := factorText(t, &f)
		if f.Note == "" {
			note += ": " + t.Say("weaker than another of %s", t.Text(clean(f.Family)))
		}
		factorLine(l, "not used", "×"+factorNumber(f.Value), note, f.Source)
	}
	for _, f := range r.Limits {
		factorLine(l, clean(f.Family), factorNumber(f.Value), factorText(t, &f), f.Source)
	}
	explainSum(l, r)
	l.field("so P", t.Say("1 − e^−H = %s; confidence %s; tables %s", t.Text(r.String()), t.Text(string(r.Confidence)), clean(r.Version)), st.bold)
	for _, f := range r.Flags {
		l.field("note", t.Text(noteText(f)), st.warn)
	}
	l.field("sooner", t.Say("3 months %s, 6 months %s", t.Text(x.Horizons[0].String()), t.Text(x.Horizons[1].String())), st.plain)
}

// explainSum spells the product out that makes the hazard. Its numbers are
// written alike in every language, so that they can be typed into a calculator.
func explainSum(l *lines, r *ageing.Risk) {
	t := l.sh.t
	text := factorNumber(r.Baseline)
	for _, f := range r.Factors {
		text += " × " + factorNumber(f.Value)
	}
	if len(r.Factors) > 1 {
		text += " (" + t.Say("product %s", factorNumber(r.Product)) + ")"
	}
	if len(r.Limits) > 0 {
		text += " = " + factorNumber(r.Baseline*r.Product)
	}
	for _, f := range r.Limits {
		value := factorNumber(f.Value)
		if f.Family != "cap product" {
			value = t.Say("%s a year", value)
		}
		text += "; " + t.Text(clean(f.Family)) + " " + value
	}
	sep := " = "
	if len(r.Limits) > 0 {
		sep = ": H = "
	}
	l.field("H", text+sep+t.Say("%s failures expected", factorNumber(r.H)), l.sh.styles.plain)
}

// factorLine is one number of an estimate with the code of its source.
func factorLine(l *lines, label, value, text, code string) {
	if code != "" {
		text += " [" + clean(strings.Join(ageing.Codes(code), ", ")) + "]"
	}
	l.field(label, fit(value, 8)+" "+text, l.sh.styles.plain)
}

// factorText is what was seen that a factor stands for.
func factorText(t *lang.Tongue, f *ageing.Factor) string {
	text := t.Text(strings.TrimSpace(clean(f.Seen) + " " + clean(f.Signal)))
	if note := clean(f.Note); note != "" {
		text += " (" + t.Text(note) + ")"
	}
	return text
}

// factorNumber prints a factor or a hazard with the digits that tell it apart.
func factorNumber(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 1:
		return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", v), "0"), ".")
	case a == 0:
		return "0"
	}
	return strings.TrimRight(fmt.Sprintf("%.6f", v), "0")
}

func explainImpact(l *lines, x *outlook.Explanation, of *outlook.Fleet) {
	st, v, t := l.sh.styles, &x.Verdict, l.sh.t
	l.gap()
	l.head("What its failure would mean")
	spared := t.Say("nothing is known about what stands in for it")
	if why := clean(x.Redundancy.Why); why != "" {
		spared = t.Text(why)
	}
	l.field("redundancy", spared, st.plain)
	for _, f := range v.Flags() {
		l.field("note", t.Text(noteText(f)), st.warn)
	}
	crit := l.sh.importanceWord(of.Criticality(&x.Server.Entry.Server))
	l.field("score", t.Say("100 × P %s × C %s (criticality %s) × E %s (exposure) = %.1f", factorNumber(v.P), factorNumber(v.C), crit, factorNumber(v.E), v.Score), st.bold)
	tier := t.Say("none: %s", t.Text(v.Rule))
	if v.Tier != "" {
		tier = t.Say("%s %s, decided by: %s", string(v.Tier), t.Text(v.Tier.Meaning()), t.Text(v.Rule))
	}
	look, ok := tierStyle(st, v.Tier)
	if !ok {
		look = st.plain
	}
	l.field("tier", tier, look)
	explainReasons(l, x)
}

func explainReasons(l *lines, x *outlook.Explanation) {
	for i, r := range x.Case.Reasons {
		label := "reasons"
		if i > 0 {
			label = " "
		}
		name := reasonName(queueReason(r))
		text := l.sh.t.Text(name)
		if seen := clean(x.ReasonText(r)); seen != "" && !strings.EqualFold(seen, name) {
			text += ": " + l.sh.dated(l.sh.t.Text(seen))
		}
		l.field(label, text, l.sh.styles.plain)
	}
}

func reasonWords(rs []ageing.Reason) string {
	words := make([]string, len(rs))
	for i, r := range rs {
		words[i] = reasonName(queueReason(r))
	}
	return strings.Join(words, ", ")
}

func explainSources(l *lines, x *outlook.Explanation) {
	if len(x.Sources) == 0 {
		return
	}
	l.gap()
	l.head("Sources of these numbers")
	for _, s := range x.Sources {
		l.field("["+clean(s.Code)+"]", clean(s.Text), l.sh.styles.faint)
	}
}

// factorsShort is what moved an estimate, in few words, the strongest first. How
// a model fails in this installation is named only where it fails often.
func factorsShort(x *outlook.Explanation) string {
	if x.Risk.Failed {
		return "failed"
	}
	fs := slices.Concat(x.Risk.Limits, x.Risk.Factors)
	slices.SortStableFunc(fs, func(a, b ageing.Factor) int { return compareFloat(b.Value, a.Value) })
	var words []string
	for i := range fs {
		text := strings.TrimSpace(clean(fs[i].Seen) + " " + clean(fs[i].Signal))
		switch {
		case strings.HasPrefix(fs[i].Family, "cap"):
			continue
		case fs[i].Family == "fleet" && fs[i].Value < 1.5:
			continue
		case fs[i].Family == "fleet":
			text = "this model fails often here"
		}
		if !slices.Contains(words, text) && text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, ", ")
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
