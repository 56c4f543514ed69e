package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/ageing"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// changeInput is what --input reads: the same as the flags, as a JSON object.
type changeInput struct {
	Fields  map[string]string `json:"fields"`
	Reason  string            `json:"reason"`
	Version int64             `json:"version"`
	Confirm []string          `json:"confirm"`
}

// maxInput is more than all fields of a change together can have.
const maxInput = 1 << 20

// changeFlags are the flags that every command for changing orders has.
type changeFlags struct {
	input   string
	version int64
	confirm []string
	values  map[string]*string // of the fields, by name
}

// register makes the flags that do not depend on the step.
func (f *changeFlags) register(cmd *cobra.Command) {
	cmd.Flags().Int64Var(&f.version, "version", 0, "version of the order that you looked at; refused when it has changed since (default: as it is now)")
	cmd.Flags().StringVar(&f.input, "input", "", `read {"fields": {"part_number": "400-AX", …}, "reason": "…", "version": 3, "confirm": []} from this file; - is standard input; flags win`)
}

// field makes the flag of one field.
func (f *changeFlags) field(cmd *cobra.Command, field queue.Field, usage string) {
	if f.values == nil {
		f.values = map[string]*string{}
	}
	f.values[field.Name] = cmd.Flags().String(flagName(field), "", usage)
	if len(field.Choices) > 0 {
		// Cannot fail: the flag was made on the line above.
		_ = cmd.RegisterFlagCompletionFunc(flagName(field), cobra.FixedCompletions(field.Choices, cobra.ShellCompDirectiveNoFileComp))
	}
}

// read puts together what the file and the flags say; the flags win.
func (f *changeFlags) read(env *cli) (changeInput, error) {
	var in changeInput
	if f.input != "" {
		var err error
		if in, err = env.readChange(f.input); err != nil {
			return in, err
		}
	}
	if in.Fields == nil {
		in.Fields = map[string]string{}
	}
	for name, v := range f.values {
		if *v == "" {
			continue
		}
		if name == "reason" {
			in.Reason = *v
		} else {
			in.Fields[name] = *v
		}
	}
	if f.version != 0 {
		in.Version = f.version
	}
	in.Confirm = append(in.Confirm, f.confirm...)
	return in, nil
}

// readChange reads one JSON object and refuses keys that it does not know: a
// misspelt field must not be left out silently.
func (env *cli) readChange(path string) (changeInput, error) {
	var in changeInput
	from := env.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return in, usage("--input: %v", err)
		}
		defer func() { _ = file.Close() }() // only read from
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err != nil {
		return in, fmt.Errorf("--input %s: %w", path, err)
	}
	if len(text) > maxInput {
		return in, usage("--input %s: more than %d bytes; expected one JSON object", path, maxInput)
	}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return in, usage(`--input %s: %v; expected {"fields": {"name": "text"}, "reason": "text", "version": 1, "confirm": ["code"]}`, path, err)
	}
	if dec.More() {
		return in, usage("--input %s: more than one JSON object", path)
	}
	if in.Version < 0 {
		return in, usage("--input %s: the version is a number from 1", path)
	}
	return in, nil
}

// change makes one change to one order, as the version that it is given.
type change func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error)

// outcome is what became of one order.
type outcome struct {
	id        int64
	was, next queue.Order
	cause     error // as the desk said it
	err       error // as it is told, with its exit code
}

// changeOrders changes one order after the other and tells of each what came
// of it. The exit code is the highest of all. partNumber is that of the part to
// fit, where the change names one.
func (env *cli) changeOrders(ctx context.Context, args []string, version int64, partNumber string, do change) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	ids, err := orderIDs(args)
	if err != nil {
		return err
	}
	if version != 0 && len(ids) > 1 {
		return usage("a version belongs to one order; leave it out for several, or change them one by one")
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	env.warnIfUnknownPart(desk, partNumber)
	var all []outcome
	for _, id := range ids {
		all = append(all, env.changeOne(ctx, desk, id, version, do))
	}
	if err := env.printOutcomes(as, all); err != nil {
		return err
	}
	return worst(all)
}

// changeOne reads an order and has it changed. Without a version, the one just
// read is meant.
func (env *cli) changeOne(ctx context.Context, desk *ops.Desk, id, version int64, do change) outcome {
	r := outcome{id: id}
	if r.was, r.cause = desk.Order(ctx, id); r.cause != nil {
		r.err = env.queueError(r.cause)
		return r
	}
	if version == 0 {
		version = r.was.Version
	}
	r.next, r.cause = do(desk, r.was, version)
	r.err = env.queueError(r.cause)
	return r
}

// warnIfUnknownPart says when a part number is on no stock list and in no
// server: it may be new, and is more often a slip of the pen.
func (env *cli) warnIfUnknownPart(desk *ops.Desk, number string) {
	part := ageing.NormalPart(number)
	if part == "" {
		return
	}
	for _, l := range desk.Spares() {
		if ageing.NormalPart(l.PartNumber) == part || ageing.NormalPart(l.Model) == part {
			return
		}
	}
	for e := range desk.View().Fleet.All() {
		for i := range e.State.Components {
			if c := &e.State.Components[i]; ageing.NormalPart(c.Part) == part || ageing.NormalPart(c.Model) == part {
				return
			}
		}
	}
	env.warnf("part number %s is on no stock list and in no server; if it is a mistake: ironage queue edit ORDER --part-number …", clean(number))
}

// orderIDs reads the numbers of orders, each once.
func orderIDs(args []string) ([]int64, error) {
	var ids []int64
	for _, a := range args {
		id, err := orderID(a)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// refusedJSON is an order that was not changed, with what a program needs to
// do better; its keys are stable.
type refusedJSON struct {
	Order    int64    `json:"order"`
	ExitCode int      `json:"exit_code"`
	Error    string   `json:"error"`
	State    string   `json:"state,omitempty"`
	Missing  []string `json:"missing,omitempty"` // names of fields
	Confirm  []string `json:"confirm,omitempty"` // codes of checks
	// Of a conflict: the version that the order has now, by whom and since when.
	Version   int64     `json:"version,omitempty"`
	ChangedBy string    `json:"changed_by,omitempty"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
}

func refusedOf(r *outcome) refusedJSON {
	j := refusedJSON{Order: r.id, ExitCode: codeOf(r.err), Error: r.err.Error(), State: string(r.was.State)}
	var refusal *queue.Refusal
	var conflict *queue.Conflict
	switch {
	case errors.As(r.cause, &conflict):
		j.State, j.Version, j.ChangedBy, j.ChangedAt = string(conflict.Order.State), conflict.Version, conflict.By, conflict.At
	case errors.As(r.cause, &refusal):
		j.Missing = missingFields(refusal)
		for _, c := range refusal.Confirm {
			j.Confirm = append(j.Confirm, c.Code)
		}
	}
	return j
}

// printOutcomes prints what the orders have become; as JSON also what was not changed.
func (env *cli) printOutcomes(as string, all []outcome) error {
	var changed []queue.Order
	var refused []refusedJSON
	for i := range all {
		if all[i].err != nil {
			refused = append(refused, refusedOf(&all[i]))
			continue
		}
		changed = append(changed, all[i].next)
		if as == "table" {
			if err := env.printChanged(all[i].was, all[i].next); err != nil {
				return err
			}
		}
	}
	switch {
	case as == "json":
		if changed == nil {
			changed = []queue.Order{}
		}
		return printJSON(env.out, ordersJSON{Schema: "ironage.orders/v1", Orders: changed, Refused: refused})
	case as == "csv" && len(changed) > 0:
		return env.printOrders(as, changed)
	}
	return nil
}

func (env *cli) printChanged(was, next queue.Order) error {
	what := string(next.State)
	if was.State != next.State {
		what = fmt.Sprintf("%s → %s", was.State, next.State)
	}
	_, err := fmt.Fprintf(env.prose(), "order %d, %s of %s: %s (version %d)\n", next.ID, clean(next.Slot), clean(next.Server), what, next.Version)
	return err
}

// worst is the errors of all orders as one, with the highest exit code.
func worst(all []outcome) error {
	var lines []string
	code := exitOK
	for i := range all {
		r := &all[i]
		if r.err == nil {
			continue
		}
		if len(all) == 1 {
			return r.err
		}
		text := r.err.Error()
		if prefix := fmt.Sprintf("order %d", r.id); !strings.HasPrefix(text, prefix) {
			text = prefix + ": " + text
		}
		lines, code = append(lines, text), max(code, codeOf(r.err))
	}
	if len(lines) == 0 {
		return nil
	}
	summary := fmt.Sprintf("%d of %d orders not changed", len(lines), len(all))
	return exit(code, errors.New(summary+"\n"+strings.Join(lines, "\n")))
}
