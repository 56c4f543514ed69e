package tui

import (
	"slices"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// nextYear is what the Overview says of the fleet's age and risk.
type nextYear struct {
	servers, over int // and those past their service life
	expected      float64
	firm          int
	// likeliest is the working part that is likeliest to fail.
	server, key, label, risk string
	tier                     ageing.Tier
}

// lookAhead sums the fleet up and finds the part that is likeliest to fail.
func lookAhead(of *outlook.Fleet, _ struct{}) nextYear {
	t := of.Totals(outlook.Slice{})
	n := nextYear{servers: t.Servers, over: t.ServerBands.Over(), expected: t.Expected[len(t.Expected)-1], firm: t.Firm}
	var in *outlook.Server
	var part *outlook.Part
	for _, v := range of.Servers {
		for i := range v.Parts {
			p := &v.Parts[i]
			if p.Estimated && !p.Failed && (part == nil || p.P > part.P) {
				in, part = v, p
			}
		}
	}
	if part != nil {
		c := in.Component(part)
		n.server, n.key, n.label = in.Entry.Server.Name, c.Key(), clean(c.Label())
		n.risk, n.tier = riskCell(part.Risk()), part.Tier()
	}
	return n
}

// outlookRows lead from the Overview to the panels of the Ageing screen.
func outlookRows(sh *shared, l *later[struct{}, nextYear]) []sideRow {
	if l == nil || !l.known() {
		return nil
	}
	n := l.have.value
	t, st := sh.t, sh.styles
	labels := 1 + widest([]string{"over age", "in 12 m", "top risk"}, t.Text)
	label := func(text string) string { return st.label.Render(fit(t.Text(text), labels)) }
	line := func(name string, texts ...string) func(int) string { // the first that fits
		return func(w int) string {
			say := texts[len(texts)-1]
			for _, x := range slices.Backward(texts) {
				if width(x) <= w-labels {
					say = x
				}
			}
			return label(name) + cut(say, max(w-labels, 1))
		}
	}
	over := partOf(n.over, n.servers)
	rows := []sideRow{
		{line("over age", t.Say("%s of servers (%s)", over, sh.count(n.over)), t.Say("%s of them", over), over), openPageMsg{page: pageAgeing, filter: "over"}},
		{line("in 12 m", t.Say("%.1f fail, %d firm now", n.expected, n.firm), t.Say("%.1f fail", n.expected)), openPageMsg{page: pageAgeing, filter: "forecast"}},
	}
	if n.server != "" {
		rows = append(rows, sideRow{func(w int) string {
			look, ok := tierStyle(st, n.tier)
			if !ok {
				look = st.plain
			}
			risk := " " + decimals(t, n.risk)
			return label("top risk") + cut(clean(n.server)+" "+n.label, max(w-labels-width(risk), 1)) + look.Render(risk)
		}, explainMsg{n.server, n.key}})
	}
	return rows
}
