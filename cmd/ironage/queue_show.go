package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/picklist"
	"ironage/internal/queue"
)

func newQueueShowCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "show ORDER",
		Short: "Show one work order, its log, and what you may do with it",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return env.queueShow(cmd.Context(), args[0]) },
	}
}

func newQueueLogCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "log ORDER",
		Short: "Show who did what to an order, when and why",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return env.queueLog(cmd.Context(), args[0]) },
	}
}

// wholeOrder is an order with its log, what somebody needs to know on the way
// to it, and what this person may do with it.
type wholeOrder struct {
	queue.Trip
	log   []queue.Entry
	moves []queue.Move
}

func (env *cli) readOrder(ctx context.Context, arg string) (*wholeOrder, error) {
	id, err := orderID(arg)
	if err != nil {
		return nil, err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	o, err := desk.Order(ctx, id)
	if err != nil {
		return nil, env.queueError(err)
	}
	log, err := desk.OrderLog(ctx, id)
	return &wholeOrder{Trip: desk.Trip(o), log: log, moves: queue.Moves(o, env.actor().Role)}, env.queueError(err)
}

// orderJSON is what `queue show --output json` prints; its keys are stable.
type orderJSON struct {
	Schema  string        `json:"schema"` // ironage.order/v1
	Order   queue.Order   `json:"order"`
	Trip    tripJSON      `json:"trip"`
	Log     []queue.Entry `json:"log"`
	Actions []string      `json:"actions"` // what the caller may do now
}

// tripJSON is a trip without its order, which stands beside it.
type tripJSON struct {
	queue.Trip
	Order *struct{} `json:"order,omitempty"`
}

func (env *cli) queueShow(ctx context.Context, arg string) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	w, err := env.readOrder(ctx, arg)
	if err != nil {
		return err
	}
	if as == "json" {
		out := orderJSON{Schema: "ironage.order/v1", Order: w.Order, Trip: tripJSON{Trip: w.Trip}, Log: w.log, Actions: []string{}}
		for _, m := range w.moves {
			out.Actions = append(out.Actions, m.Action)
		}
		return printJSON(env.out, out)
	}
	rows := append(env.orderRows(&w.Order), reasonRows(env, &w.Order)...)
	if w.Order.State.Open() {
		rows = append(rows, env.tripRows(&w.Trip)...)
	}
	if err := env.printPairs(rows); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(env.out); err != nil {
		return err
	}
	if err := env.printTable(logHead, env.logRows(w.log)); err != nil {
		return err
	}
	return env.printMoves(w.Order, w.moves)
}

// printPairs prints what is known, one line each; what is not takes no line.
func (env *cli) printPairs(rows [][2]string) error {
	t, labels := env.tongue(), 12
	for _, row := range rows {
		if row[1] != "" {
			labels = max(labels, ansi.StringWidth(t.Text(row[0])))
		}
	}
	for _, row := range rows {
		if row[1] == "" {
			continue
		}
		label := t.Text(row[0])
		if _, err := fmt.Fprintf(env.out, "%s%s %s\n", label, strings.Repeat(" ", labels-ansi.StringWidth(label)), clean(row[1])); err != nil {
			return err
		}
	}
	return nil
}

// orderRows are the order itself.
func (env *cli) orderRows(o *queue.Order) [][2]string {
	t := env.tongue()
	rows := [][2]string{
		{"Order", t.Say("%s (version %s)", fmt.Sprint(o.ID), fmt.Sprint(o.Version))},
		{"State", env.stateWord(o.State)},
		{"Clocks", env.clocks(o)},
		{"Tier", string(o.Tier)},
		{"Due", env.due(*o, "table")},
		{"Server", o.Server},
		{"Slot", joined(o.Slot, o.Place)},
		{"Old part", env.partWords(o.Old)},
		{"Part to fit", joined(o.FitPart, o.PartSerial)},
		{"Ordered", joined(o.OrderRef, env.with("expected %s", env.dayWord(o.Expected)), env.with("received %s", env.dayWord(o.Received)))},
		{"Spare", o.Spare},
		{"Assignee", o.Assignee},
		{"Approved by", o.Approver},
		{"Change", o.ChangeRef},
		{"Window", o.Window},
		{"Vendor case", joined(o.VendorCase, env.with("RMA %s", o.RMA))},
		{"Deferred", joined(env.with("until %s", env.dayWord(o.DeferredTill)), env.with("then %s", env.stateWord(o.Before)))},
		{"Quiet until", env.dayWord(o.QuietTill)},
		{"Swapped", env.when(o.SwappedAt)},
	}
	if o.New != nil {
		rows = append(rows, [2]string{"New part", env.partWords(*o.New)})
	}
	if d := o.Disposition; d != nil {
		rows = append(rows, [2]string{"Disposition", joined(t.Text(d.Method), env.with("by %s", d.By), env.when(d.At), env.with("certificate %s", d.Certificate))})
	}
	for _, f := range o.Flags {
		rows = append(rows, [2]string{"Flag", joined(f, t.Text(queue.FlagMeaning(f)))})
	}
	for _, other := range [...]struct {
		label string
		id    int64
	}{{"Repeats", o.RepeatOf}, {"Belongs to", o.Parent}, {"Merged into", o.MergedInto}} {
		if other.id != 0 {
			rows = append(rows, [2]string{other.label, t.Say("order %s", fmt.Sprint(other.id))})
		}
	}
	return rows
}

// clocks are how long ago the fault was first seen and the order last changed.
func (env *cli) clocks(o *queue.Order) string {
	if !o.State.Open() {
		return ""
	}
	t := env.tongue()
	ago := func(at time.Time) string {
		if d := since(env.now(), at); d != "now" {
			return t.Say("%s ago", t.Span(env.now().Sub(at)))
		}
		return t.Say("just now")
	}
	words := t.Say("last change %s", ago(o.Changed))
	if fault := queue.MilestonesOf(o, nil, env.now()).Fault; !fault.IsZero() {
		words = t.Say("fault %s", ago(fault)) + ", " + words
	}
	return words
}

// reasonRows are why, each with its evidence, and how the tier came about.
func reasonRows(env *cli, o *queue.Order) [][2]string {
	var rows [][2]string
	t := env.tongue()
	for _, r := range o.Reasons {
		still := ""
		if !r.StillTrue {
			still = t.Say("no longer true")
		}
		text := r.Text
		if r.Code != queue.ReasonManual { // a person's words stay as they are
			text = t.Text(cmp.Or(r.Text, string(r.Code)))
		}
		rows = append(rows, [2]string{"Reason", joined(text, env.with("since %s", env.when(r.FirstSeen)), still)}, [2]string{"Evidence", env.evidenceWords(r.Evidence)})
	}
	return append(rows, [2]string{"Risk", t.Text(o.Explanation)})
}

// tripRows are what somebody needs to know on the way.
func (env *cli) tripRows(t *queue.Trip) [][2]string {
	say := env.tongue().Text
	unit := ""
	if t.Position > 0 {
		unit = fmt.Sprintf("U%d", t.Position)
	}
	return [][2]string{
		{"Where", joined(picklist.Place(env.tongue(), t.Site, t.Room, t.Rack), strings.TrimSpace(unit+" "+say(t.Face)), t.Machine, env.with("tag %s", t.AssetTag))},
		{"Pull", joined(t.Slot, env.with("serial %s", t.Pull))},
		{"Bring", joined(t.Bring, t.Capacity, t.Form, env.with("or %s", strings.Join(t.Substitutes, ", ")))},
		{"On hand", env.shelfWords(t)},
		{"Careful", joined(say(t.HotSwap), say(t.Redundancy), say(t.Array))},
		{"Service", joined(t.Service, env.importanceWord(t.Criticality), env.with("owner %s", t.Owner))},
		{"Warranty", say(t.Warranty)},
	}
}

// printMoves names the commands that this person may use now.
func (env *cli) printMoves(o queue.Order, moves []queue.Move) error {
	if len(moves) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(env.prose(), "\nWhat you may do:"); err != nil {
		return err
	}
	for _, m := range moves {
		var flags []string
		for _, f := range m.Fields {
			if f.Required && f.Kind != queue.FieldPerson && queue.Value(o, f.Name) == "" {
				flags = append(flags, " --"+flagName(f)+" …")
			}
		}
		if _, err := fmt.Fprintf(env.prose(), "  ironage queue %s %d%s\n", m.Action, o.ID, strings.Join(flags, "")); err != nil {
			return err
		}
	}
	return nil
}

// logJSON is what `queue log --output json` prints; its keys are stable.
type logJSON struct {
	Schema  string        `json:"schema"` // ironage.orderlog/v1
	Order   int64         `json:"order"`
	Entries []queue.Entry `json:"entries"`
}

var logHead = []string{"when", "who", "what", "why"}

func (env *cli) queueLog(ctx context.Context, arg string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	w, err := env.readOrder(ctx, arg)
	if err != nil {
		return err
	}
	rows := env.logRows(w.log)
	if as == "csv" {
		for i, e := range w.log {
			rows[i][0] = utc(e.Time)
		}
	}
	return env.printAs(as, logHead, rows, logJSON{Schema: "ironage.orderlog/v1", Order: w.Order.ID, Entries: w.log})
}

func (env *cli) logRows(log []queue.Entry) [][]string {
	var rows [][]string
	for _, e := range log {
		what := env.tongue().Text(e.Action)
		if e.From != e.To && e.To != "" {
			what += " → " + env.stateWord(e.To)
		}
		rows = append(rows, []string{env.when(e.Time), joined(e.Actor.Name, e.Actor.Origin), what, whyWords(e)})
	}
	return rows
}

// whyWords is what stands behind an entry: the words of a person, what changed,
// or where there is neither, what ironage went by.
func whyWords(e queue.Entry) string {
	return cmp.Or(joined(e.Reason, changedWords(e), confirmedWords(e)), e.Evidence.Meaning)
}

// changedWords tells the changed fields: "expected 2026-02-01; spare shelf 4 → shelf 5".
func changedWords(e queue.Entry) string {
	if e.Action == "propose" {
		return "" // everything is new
	}
	var words []string
	for _, f := range sortedKeys(e.Fields) {
		v := e.Fields[f]
		switch {
		case v[0] == "":
			words = append(words, strings.ReplaceAll(f, "_", " ")+" "+v[1])
		case v[1] == "":
			words = append(words, strings.ReplaceAll(f, "_", " ")+" "+v[0]+" withdrawn")
		default:
			words = append(words, fmt.Sprintf("%s %s → %s", strings.ReplaceAll(f, "_", " "), v[0], v[1]))
		}
	}
	return strings.Join(words, "; ")
}

func confirmedWords(e queue.Entry) string {
	return prefixed("confirmed ", strings.Join(e.Confirmed, ", "))
}

func (env *cli) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return env.tongue().DateTime(t.Local())
}

// with is a key about one value; nothing without the value.
func (env *cli) with(key, value string) string {
	if value == "" {
		return ""
	}
	return env.tongue().Say(key, value)
}

// stateWord is a state in the reader's language; in English as commands take it.
func (env *cli) stateWord(s queue.State) string {
	if t := env.tongue(); t.Code() != lang.English {
		return t.Text(strings.ReplaceAll(string(s), "_", " "))
	}
	return string(s)
}

func (env *cli) importanceWord(c fleet.Criticality) string {
	if t := env.tongue(); t.Code() != lang.English && c != "" {
		return t.Text("criticality " + string(c))
	}
	return string(c)
}

func (env *cli) dayWord(d fleet.Date) string {
	if at, err := time.Parse(time.DateOnly, string(d)); err == nil {
		return env.tongue().Date(at)
	}
	return string(d)
}

// shelfWords are where such parts lie.
func (env *cli) shelfWords(t *queue.Trip) string {
	if t.NoneLeft() {
		return env.tongue().Text(t.Shelf())
	}
	said := make([]string, len(t.OnHand))
	for i, p := range t.OnHand {
		said[i] = env.tongue().Text(p)
	}
	return strings.Join(said, "; ")
}

func (env *cli) partWords(p queue.Part) string {
	return joined(strings.TrimSpace(p.Vendor+" "+p.Model), env.with("part %s", p.PartNumber), env.with("serial %s", p.Serial), env.with("firmware %s", p.Firmware))
}

func (env *cli) evidenceWords(e fleet.Evidence) string {
	return joined(e.OID, env.with("value %s", e.Value), env.tongue().Text(e.Meaning))
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// joined puts the words that there are in a row.
func joined(words ...string) string {
	var there []string
	for _, w := range words {
		if w != "" {
			there = append(there, w)
		}
	}
	return strings.Join(there, ", ")
}
