package report

import (
	"fmt"
	"strings"
)

// Title is the report's heading.
func (r *Report) Title() string {
	var of []string
	for _, x := range [...][2]string{{"site %s", r.Filter.Site}, {"service %s", r.Filter.Service}, {"vendor %s", r.Filter.Vendor}, {"model %s", r.Filter.Model}} {
		if x[1] != "" {
			of = append(of, r.t.Say(x[0], clean(x[1])))
		}
	}
	if len(of) > 0 {
		return r.t.Say("Age and replacement of servers: %s", strings.Join(of, ", "))
	}
	return r.t.Say("Age and replacement of servers")
}

// Headline is the report in two sentences.
func (r *Report) Headline() string {
	s, t := &r.Summary, r.t
	if s.Servers == 0 {
		return t.Say("There is no server that the report could be about.")
	}
	past := t.Count(s.ServerBands.Past(), "%d is past the planned service life", "%d are past the planned service life")
	text := t.Say("Of %s, %s", t.Count(s.Servers, "%d server", "%d servers"), past)
	if s.ServersNoDate > 0 {
		text += t.Say(", and of %d nobody knows the age", s.ServersNoDate)
	}
	text += ". " + t.Say("%s; %s more are expected to fail within 12 months.", t.Count(s.FailedParts, "%d part has failed", "%d parts have failed"), r.decimal(s.Expected.Months12))
	if s.BudgetTotal > 0 {
		text += " " + t.Say("The next %s need %s.", t.Count(len(r.Budget.Quarters), "%d quarter", "%d quarters"),
			strings.TrimSpace(r.short(float64(s.BudgetTotal)/100)+" "+clean(r.Budget.Currency)))
	}
	return text
}

// noStock is the note of an installation without a stock list.
const noStock = "There is no stock list, or it cannot be read: what lies on the shelf is not known and counts as none, so more may be ordered than is needed."

// notes say what the numbers leave out, and how far they can be trusted.
func (r *Report) notes() []string {
	s := &r.Summary
	out := []string{}
	add := func(n int, format string, args ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(s.ServersNoDate, "%s that nothing dates: neither an inventory nor the device. Where an age is shown, it is the time since this program first saw it, so it is at least that old.", plural(s.ServersNoDate, "server"))
	add(s.PartsNoDate, "%s without a date: their risk is reckoned from the time since they were first seen, so it is a lower bound (>=).", plural(s.PartsNoDate, "part"))
	add(s.PartsNoRisk, "%s of kinds for which there is no estimate: counted, but in no probability.", plural(s.PartsNoRisk, "part"))
	add(s.PartsNoPrice, "%s without a price: their demand is in the numbers, their cost is not. Prices come from the stock list.", plural(s.PartsNoPrice, "part"))
	add(s.PartsNameless, "%s that the devices tell neither part number nor model of: forecast as one group per kind.", plural(s.PartsNameless, "part"))
	add(s.Unread, "%s that no probe has read yet.", plural(s.Unread, "server"))
	add(s.Stale, "%s that have not answered for a while: what is said of them is what was known last.", plural(s.Stale, "server"))
	out = append(out,
		"An age with ~ is approximate, one with >= is a lower bound: the part is at least that old. No date is invented.",
		"A probability is that of failing within 12 months. Read it as a rank with a magnitude, not as a promise: between the best and the worst model of disk the real hazard differs more than age makes it. A low number never means safe.",
		"Firm demand is what has failed, what is as likely as not to fail within a year, and what is approved for replacement. It is not in the expected failures as well.",
		"Batches and stock are those of the whole installation, whatever servers the report is about.")
	return out
}
