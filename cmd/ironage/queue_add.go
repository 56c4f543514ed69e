package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// addFlags are the flags of `queue add`.
type addFlags struct {
	note, code, tier, kind, serial, model, partNumber, place string
}

func newQueueAddCommand(env *cli) *cobra.Command {
	var f addFlags
	cmd := &cobra.Command{
		Use:   "add SERVER SLOT",
		Short: "Propose that a part should be replaced",
		Long: "Propose that the part in SLOT of SERVER should be replaced. SLOT is the component's name as the product shows it (\"disk/Bay 3\"), its name or\n" +
			"its place on the chassis. What the probes know about the part, its faults and their evidence is filled in. Who: technician.",
		Example: "ironage queue add rack-a1-07 \"disk/Bay 3\"\n" +
			"ironage queue add rack-a1-07 \"Bay 3\" --note \"it clicks\" --tier P2\n" +
			"ironage queue add old-box \"fan/3\" --note \"rattles\"     # a part that no probe knows",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return env.queueAdd(cmd.Context(), args[0], args[1], f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.note, "note", "", "why, in your words; needed when the probes see no fault")
	fl.StringVar(&f.code, "code", "", "kind of reason: "+join(queue.Reasons())+" (default: what the probes see, else manual)")
	fl.StringVar(&f.tier, "tier", "", "P1 now, P2 this week, P3 next window, P4 plan (default: from the reasons)")
	fl.StringVar(&f.kind, "kind", "", "kind of a part that the probes do not know")
	fl.StringVar(&f.serial, "serial", "", "serial number of a part that the probes do not know")
	fl.StringVar(&f.model, "model", "", "its model")
	fl.StringVar(&f.partNumber, "part-number", "", "its part number")
	fl.StringVar(&f.place, "place", "", "slot as printed on the chassis")
	return cmd
}

func (env *cli) queueAdd(ctx context.Context, server, slot string, f addFlags) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	p, err := proposalFor(desk.View().Fleet, server, slot, f)
	if err != nil {
		return err
	}
	o, err := desk.Propose(ctx, env.actor(), p)
	if err != nil {
		return env.queueError(err)
	}
	if as != "table" {
		return env.printOrders(as, []queue.Order{o})
	}
	_, err = fmt.Fprintf(env.prose(), "order %d: %s of %s proposed as %s, due %s\n", o.ID, clean(o.Slot), clean(o.Server), o.Tier, env.due(o, as))
	return err
}

// proposalFor finds the component that the words mean.
func proposalFor(snap *fleet.Snapshot, server, slot string, f addFlags) (queue.Proposal, error) {
	kind, known := fleet.FindKind(f.kind)
	p := queue.Proposal{Tier: queue.Tier(strings.ToUpper(f.tier)), Note: f.note, Place: f.place, Kind: kind}
	if !known {
		return p, exit(exitUsage, fmt.Errorf("%q is no kind of part", f.kind))
	}
	entry := snap.Find(server)
	if entry == nil {
		return p, exit(exitNotFound, fmt.Errorf("no server %q in the inventory; `ironage servers` lists them", server))
	}
	p.Server = entry.Server.Name
	if f.serial+f.model+f.partNumber != "" {
		p.Old = queue.Part{Serial: f.serial, Model: f.model, PartNumber: f.partNumber}
	}
	if f.code != "" {
		p.Reasons = []queue.Reason{{Code: queue.ReasonCode(f.code), Text: f.note, StillTrue: true}}
	}
	found := findComponents(&entry.State, slot)
	switch {
	case len(found) == 1:
		p.Slot, p.Kind = found[0].Key(), found[0].Kind
		if !p.Kind.Replaceable() {
			return p, exit(exitFailed, fmt.Errorf("%s of %s is a %s: nothing that is replaced by itself", p.Slot, server, p.Kind))
		}
		return p, nil
	case len(found) > 1:
		return p, exit(exitUsage, fmt.Errorf("%q is more than one component of %s:\n%s", slot, server, keys(found)))
	}
	return unknownComponent(p, entry, slot)
}

// unknownComponent proposes a part that no probe reports, as "kind/slot".
func unknownComponent(p queue.Proposal, entry *fleet.Entry, slot string) (queue.Proposal, error) {
	word, name, ok := strings.Cut(slot, "/")
	kind, _ := fleet.FindKind(word)
	if ok && p.Kind == 0 {
		p.Kind = kind
	} else if p.Kind != 0 && (!ok || kind != p.Kind) {
		name = slot
	}
	// Without a word of why, it is more likely a slip of the pen than a part
	// that no probe knows.
	if p.Kind.Replaceable() && strings.TrimSpace(name) != "" && (p.Note != "" || len(p.Reasons) > 0) {
		p.Slot = p.Kind.String() + "/" + name
		p.Untracked = true // nobody but a person will ever see it change
		return p, nil
	}
	var parts []*fleet.Component
	for i := range entry.State.Components {
		if c := &entry.State.Components[i]; c.Kind.Replaceable() {
			parts = append(parts, c)
		}
	}
	if len(parts) == 0 {
		return p, exit(exitNotFound, fmt.Errorf("no component %q of %s is known; name its kind too, for example \"disk/Bay 3\"", slot, p.Server))
	}
	return p, exit(exitNotFound, fmt.Errorf("%s has no component %q; its parts are\n%s\nFor a part that no probe knows, say why: --note WHY", p.Server, slot, keys(parts)))
}

// findComponents finds by key first; otherwise by what people call the place.
func findComponents(st *fleet.State, slot string) []*fleet.Component {
	if c := st.Component(slot); c != nil {
		return []*fleet.Component{c}
	}
	var found []*fleet.Component
	for i := range st.Components {
		c := &st.Components[i]
		for _, name := range []string{c.Key(), c.Slot, c.Name, c.Place, c.Kind.String() + "/" + c.Place, c.Serial} {
			if name != "" && strings.EqualFold(name, slot) {
				found = append(found, c)
				break
			}
		}
	}
	return found
}

func keys(cs []*fleet.Component) string {
	var lines []string
	for _, c := range cs {
		lines = append(lines, "  "+clean(c.Key()))
	}
	return strings.Join(lines, "\n")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
