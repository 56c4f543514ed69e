package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
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

// readOrder reads one order with its log, and what this person may do with it.
func (env *cli) readOrder(ctx context.Context, arg string) (queue.Order, []queue.Entry, []queue.Move, error) {
	var none queue.Order
	id, err := orderID(arg)
	if err != nil {
		return none, nil, nil, err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return none, nil, nil, err
	}
	defer done()
	o, err := desk.Order(ctx, id)
	if err != nil {
		return none, nil, nil, env.queueError(err)
	}
	log, err := desk.OrderLog(ctx, id)
	return o, log, queue.Moves(o, env.actor().Role), env.queueError(err)
}

// orderJSON is what `queue show --output json` prints; its keys are stable.
type orderJSON struct {
	Schema  string        `json:"schema"` // ironage.order/v1
	Order   queue.Order   `json:"order"`
	Log     []queue.Entry `json:"log"`
	Actions []string      `json:"actions"` // what the caller may do now
}

func (env *cli) queueShow(ctx context.Context, arg string) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	o, log, moves, err := env.readOrder(ctx, arg)
	if err != nil {
		return err
	}
	if as == "json" {
		out := orderJSON{Schema: "ironage.order/v1", Order: o, Log: log, Actions: []string{}}
		for _, m := range moves {
			out.Actions = append(out.Actions, m.Action)
		}
		return printJSON(env.out, out)
	}
	if err := env.printOrder(o); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(env.out); err != nil {
		return err
	}
	if err := printTable(env.out, logHead, env.logRows(log)); err != nil {
		return err
	}
	return env.printMoves(o, moves)
}

// printOrder prints what is known of o; what is not known takes no line.
func (env *cli) printOrder(o queue.Order) error {
	rows := [][]string{
		{"Order", fmt.Sprintf("%d (version %d)", o.ID, o.Version)},
		{"State", string(o.State)},
		{"Tier", string(o.Tier)},
		{"Due", env.due(o, "table")},
		{"Server", o.Server},
		{"Slot", joined(o.Slot, o.Place)},
		{"Old part", partWords(o.Old)},
		{"Part to fit", joined(o.FitPart, o.PartSerial)},
		{"Ordered", joined(o.OrderRef, prefixed("expected ", string(o.Expected)), prefixed("received ", string(o.Received)))},
		{"Spare", o.Spare},
		{"Assignee", o.Assignee},
		{"Approved by", o.Approver},
		{"Change", o.ChangeRef},
		{"Deferred", joined(prefixed("until ", string(o.DeferredTill)), prefixed("then ", string(o.Before)))},
		{"Quiet until", string(o.QuietTill)},
		{"Swapped", env.when(o.SwappedAt)},
		{"Flags", strings.Join(o.Flags, ", ")},
	}
	if o.New != nil {
		rows = append(rows, []string{"New part", partWords(*o.New)})
	}
	if d := o.Disposition; d != nil {
		rows = append(rows, []string{"Disposition", joined(d.Method, "by "+d.By, env.when(d.At))})
	}
	for _, r := range o.Reasons {
		rows = append(rows, []string{"Reason", joined(cmp.Or(r.Text, string(r.Code)), "since "+env.when(r.FirstSeen))}, []string{"Evidence", evidenceWords(r.Evidence)})
	}
	for _, row := range rows {
		if row[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(env.out, "%-12s %s\n", row[0], clean(row[1])); err != nil {
			return err
		}
	}
	return nil
}

// printMoves names the commands that this person may use now.
func (env *cli) printMoves(o queue.Order, moves []queue.Move) error {
	if len(moves) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(env.out, "\nWhat you may do:"); err != nil {
		return err
	}
	for _, m := range moves {
		var flags []string
		for _, f := range m.Fields {
			if f.Required && f.Kind != queue.FieldPerson && queue.Value(o, f.Name) == "" {
				flags = append(flags, " --"+flagName(f)+" …")
			}
		}
		if _, err := fmt.Fprintf(env.out, "  ironage queue %s %d%s\n", m.Action, o.ID, strings.Join(flags, "")); err != nil {
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
	o, log, _, err := env.readOrder(ctx, arg)
	if err != nil {
		return err
	}
	rows := env.logRows(log)
	if as == "csv" {
		for i, e := range log {
			rows[i][0] = utc(e.Time)
		}
	}
	return env.printAs(as, logHead, rows, logJSON{Schema: "ironage.orderlog/v1", Order: o.ID, Entries: log})
}

func (env *cli) logRows(log []queue.Entry) [][]string {
	var rows [][]string
	for _, e := range log {
		what := e.Action
		if e.From != e.To && e.To != "" {
			what += " → " + string(e.To)
		}
		rows = append(rows, []string{env.when(e.Time), joined(e.Actor.Name, e.Actor.Origin), what, joined(e.Reason, changedWords(e), confirmedWords(e))})
	}
	return rows
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
	return t.Local().Format("2006-01-02 15:04")
}

func partWords(p queue.Part) string {
	return joined(strings.TrimSpace(p.Vendor+" "+p.Model), prefixed("part ", p.PartNumber), prefixed("serial ", p.Serial), prefixed("firmware ", p.Firmware))
}

func evidenceWords(e fleet.Evidence) string {
	return joined(e.OID, prefixed("value ", e.Value), e.Meaning)
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
