package lists

import (
	"strconv"
	"strings"

	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// Orders is what the queue is filtered by; more are fields of the caller's own.
func Orders(a *About, more ...filter.Field[*queue.Order]) *filter.Language[*queue.Order] {
	type O = *queue.Order
	server := func(o O) string { return o.Server }
	where := places(a, server)
	where[0].Text = server
	fields := append([]filter.Field[O]{
		choice("state", "state of the order", stateWords(), func(o O) string { return stateWord(o.State) }),
		choice("tier", "how urgent it is", tierWords, func(o O) string { return string(o.Tier) }),
		choice("kind", "kind of part", kindWords(), func(o O) string { return o.Kind.String() }),
	}, where...)
	fields = append(fields,
		place(a, "criticality", "how much depends on the server", "high", server, a.criticality),
		place(a, "vendor", "maker of the server", "Dell", server, func(s *fleet.Server) string { return s.Manufacturer }),
		filter.Field[O]{Name: "slot", About: "where the part sits", Hint: `"Bay 3"`, Texts: func(o O) []string { return []string{o.Place, o.Slot} }},
		filter.Field[O]{Name: "reason", About: "why it is replaced", Hint: "wear", Texts: func(o O) []string {
			var out []string
			for _, r := range o.Reasons {
				out = append(out, string(r.Code), strings.ReplaceAll(string(r.Code), "_", " "), r.Text)
			}
			return out
		}},
		filter.Field[O]{Name: "model", About: "model of the part to replace", Hint: "ST1200", Texts: func(o O) []string { return []string{o.Old.Model} }},
		filter.Field[O]{Name: "part", About: "part number or model, of the old part or of what is fitted for it", Hint: "ST1200MM0099",
			Texts: func(o O) []string { return []string{o.Old.Model, o.Old.PartNumber, o.FitPart} }},
		filter.Field[O]{Name: "serial", About: "serial number of the old part or of the spare", Hint: "WFK012", Texts: serials},
		text("who", "who does it", "minh", func(o O) string { return o.Assignee }),
		filter.Field[O]{Name: "ref", About: "number of the purchase or of the change", Hint: "PO-1234", Texts: func(o O) []string { return []string{o.OrderRef, o.ChangeRef} }},
		filter.Field[O]{Name: "age", About: "how long ago it was proposed", Hint: ">14d", Number: func(o O) (float64, bool) { return years(a.Now(), o.Created), true }},
		filter.Field[O]{Name: "due", About: "days until it is due; below 0 is overdue", Hint: "<7d", Measure: filter.Days, Number: func(o O) (float64, bool) {
			return o.Due.Sub(a.Now()).Hours() / 24, !o.Due.IsZero()
		}})
	return &filter.Language[O]{Fields: append(fields, more...), Free: func(o O) string { return orderText(a, o) }}
}

func serials(o *queue.Order) []string {
	out := []string{o.Old.Serial, o.PartSerial}
	if o.New != nil {
		out = append(out, o.New.Serial)
	}
	return out
}

// orderText is what free text is looked up in.
func orderText(a *About, o *queue.Order) string {
	texts := []string{"#" + strconv.FormatInt(o.ID, 10), string(o.Tier), a.said(strings.ReplaceAll(string(o.State), "_", " ")), o.Server, o.Place, o.Slot,
		a.said(o.Kind.String()), o.Old.Vendor, o.Old.Model, o.Old.PartNumber, o.FitPart, o.Assignee, o.OrderRef, o.ChangeRef}
	for _, r := range o.Reasons {
		texts = append(texts, a.said(strings.ReplaceAll(string(r.Code), "_", " ")), r.Text)
	}
	return filter.Fold(joinLines(append(texts, serials(o)...)))
}
