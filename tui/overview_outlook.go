package tui

import (
	"fmt"

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
	line := func(label, text, short string) func(int) string {
		return func(w int) string {
			say := text
			if width(say) > w-10 {
				say = short
			}
			return sh.styles.label.Render(fit(label, 10)) + cut(say, w-10)
		}
	}
	rows := []sideRow{
		{line("over age", fmt.Sprintf("%s of servers (%s)", partOf(n.over, n.servers), grouped(int64(n.over))), partOf(n.over, n.servers)+" of them"), openPageMsg{page: pageAgeing, filter: "over"}},
		{line("in 12 m", fmt.Sprintf("%.1f fail, %d firm now", n.expected, n.firm), fmt.Sprintf("%.1f fail", n.expected)), openPageMsg{page: pageAgeing, filter: "forecast"}},
	}
	if n.server != "" {
		rows = append(rows, sideRow{func(w int) string {
			look, ok := tierStyle(sh.styles, n.tier)
			if !ok {
				look = sh.styles.plain
			}
			risk := " " + n.risk
			return sh.styles.label.Render(fit("top risk", 10)) + cut(clean(n.server)+" "+n.label, max(w-10-width(risk), 1)) + look.Render(risk)
		}, explainMsg{n.server, n.key}})
	}
	return rows
}
