package tui

import "strings"

// listed is everything from top to bottom, for whoever has it read aloud: a
// cause is a line of its own, whole, and so is each line of the panels.
func (o *overview) listed(w int) []string {
	const narrow = 60 // no wide gaps between a name and its figure
	out := []string{o.causesHeading(w, len(o.causes.rows)+2)}
	if len(o.causes.rows) == 0 {
		out = append(out, " "+o.sh.t.Text(o.causes.empty))
	}
	for i := range o.causes.rows {
		out = append(out, " "+o.causeLine(&o.causes.rows[i]))
	}
	out = append(out, below(o.sh, []block{o.block(panelHealth), o.block(panelAgeing), o.block(panelQueue), {title: "Polling", lines: o.poll},
		o.block(panelRacks), o.block(panelServices)}, narrow)...)
	return append(out, below(o.sh, []block{o.block(panelSince)}, w)...)
}

// causeLine is a cause in words, nothing of it cut off.
func (o *overview) causeLine(r *causeRow) string {
	return o.sh.styles.badgeText(r.Health) + ", " + r.where + ": " + joinComma(r.text, r.place, o.sh.ago(r.Since), r.known)
}

// below draws blocks one under the other, each with all that it has.
func below(sh *shared, blocks []block, w int) []string {
	var out []string
	for _, b := range blocks {
		tall := len(b.lines)
		if b.panel != nil {
			tall = len(b.panel.rows)
		}
		out = append(append(out, "", heading(sh, b.title, false, w)), b.draw(sh, w, tall)...)
	}
	return out
}

// rackWords is a rack's line in words: "A07 dc1: 1 critical, 1 warning of 12".
func rackWords(sh *shared, r *rackTally) string {
	var counts []string
	for _, h := range rackHealths {
		if n := r.counts[h]; n > 0 {
			counts = append(counts, sh.t.Say("%d %s", n, sh.styles.word(h)))
		}
	}
	return rackName(sh, r) + ": " + strings.Join(counts, ", ") + " " + sh.t.Say("of %d", r.servers)
}
