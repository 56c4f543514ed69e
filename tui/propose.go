package tui

import (
	"context"
	"errors"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// proposeScreen asks what is needed to propose a work order for a component.
type proposeScreen struct {
	sh          *shared
	server, key string
	form        *form
	draft       queue.Proposal // what the view gives: part, place, reasons, tier
	why         string         // why there is no form
}

type proposedMsg struct {
	of    *proposeScreen
	order queue.Order
	err   error
}

// newPropose opens the form for one component of a server, with the reason
// that its evidence gives already chosen.
func newPropose(sh *shared, server, key string) screen {
	p := &proposeScreen{sh: sh, server: server, key: key}
	e, c := p.part()
	switch {
	case e == nil:
		p.why = sh.t.Say("There is no server %s in the inventory.", clean(server))
	case c == nil:
		p.why = sh.t.Say("%s does not list that component any more.", clean(server))
	case !sh.actor.Role.Includes(queue.Technician):
		p.why = sh.t.Say("Your role is %s: technicians, engineers and leads propose work orders.", sh.roleWord(sh.actor.Role))
	case orderOf(sh, server, key) != nil:
		p.why = sh.t.Say("This slot already has an open order.")
	default:
		p.draft = sh.desk.Fill(queue.Proposal{Server: server, Slot: key})
		p.form = p.makeForm(e, c)
	}
	return p
}

func (p *proposeScreen) Title() string { return "Propose" }

// Typing is true while the form is open.
func (p *proposeScreen) Typing() bool { return p.form != nil }

// Unsaved reports whether leaving would lose what was typed.
func (p *proposeScreen) Unsaved() bool {
	return p.form != nil && (p.form.state == formSending || p.form.touched())
}

// Keys are the form's.
func (p *proposeScreen) Keys() []key.Binding {
	if p.form == nil {
		return nil
	}
	return p.form.keys()
}

// Init shows the order that the slot already has, when it has one.
func (p *proposeScreen) Init() tea.Cmd {
	if o := orderOf(p.sh, p.server, p.key); o != nil {
		return tea.Sequence(send(backMsg{}), openExisting(o))
	}
	return nil
}

func (p *proposeScreen) part() (*fleet.Entry, *fleet.Component) {
	if p.sh.view == nil || p.sh.view.Fleet == nil {
		return nil, nil
	}
	e := p.sh.view.Fleet.Find(p.server)
	if e == nil {
		return nil, nil
	}
	c, _ := knownPart(&e.State, p.key)
	return e, c
}

// makeForm builds the form; the choices of reason are those that the evidence
// gives, and a reason in the person's own words.
func (p *proposeScreen) makeForm(e *fleet.Entry, c *fleet.Component) *form {
	sh := p.sh
	var choices []string
	for _, r := range p.draft.Reasons {
		if n := reasonName(r.Code); !slices.Contains(choices, n) && r.Code != queue.ReasonManual {
			choices = append(choices, n)
		}
	}
	choices = append(choices, reasonName(queue.ReasonManual))
	preset := map[string]string{"reason": choices[0], "tier": string(p.draft.Tier)}
	f := newForm(p.sh, "Propose a work order", []queue.Field{
		{Name: "reason", Label: "Reason", Required: true, Kind: queue.FieldChoice, Choices: choices, Hint: "from the evidence, or manual"},
		{Name: "tier", Label: "Tier", Required: true, Kind: queue.FieldChoice, Choices: []string{"P1", "P2", "P3", "P4"}, Hint: "P1 now, P2 this week, P3 next window, P4 plan"},
		{Name: "note", Label: "Note", Hint: "for whoever approves; needed when the reason is manual"},
	}, preset)
	f.intro = []string{
		joined(sh.partWord(c.Kind, clean(c.Label()))+sh.t.Say(" of ")+clean(e.Server.Name), sh.placeWord(e.Server),
			sh.serviceWord(e.Server.Service, e.Server.Criticality)),
		joined(clean(c.Vendor), clean(c.Model), capacityOf(c), firstOf(sh.with("serial %s", c.Serial), sh.t.Say("serial not reported"))),
	}
	if ev := c.Native.Evidence(); ev.OID != "" {
		f.intro = append(f.intro, joined(sh.t.Text(c.Health.String())+`: "`+clean(ev.Meaning)+`"`, clean(ev.OID)+" = "+clean(ev.Value), sh.t.Text(readAt(sh, ev, &e.State))))
	}
	if fleet.NormalSerial(c.Serial) == "" {
		f.intro = append(f.intro, sh.t.Say("No serial number: a swap cannot be seen and will have to be stated."))
	}
	f.extra = func(a queue.Field, v string) error {
		if a.Name == "note" && v == "" && *f.values["reason"] == reasonName(queue.ReasonManual) {
			return errors.New(sh.t.Say("a manual reason needs a text: say why the part should go"))
		}
		return nil
	}
	return f.start()
}

// chosen are the reasons of the filled form: the chosen one first, then what
// else the evidence gives; or the person's own words alone.
func (p *proposeScreen) chosen(name, note string) []queue.Reason {
	if name == reasonName(queue.ReasonManual) {
		return []queue.Reason{{Code: queue.ReasonManual, Text: note, StillTrue: true}}
	}
	out := slices.Clone(p.draft.Reasons)
	slices.SortStableFunc(out, func(a, b queue.Reason) int {
		rank := func(r queue.Reason) int {
			if reasonName(r.Code) == name {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	return out
}

func (p *proposeScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	if m, ok := msg.(proposedMsg); ok {
		if m.of == p {
			return p, p.answered(m)
		}
		return p, nil
	}
	if p.form == nil {
		return p, nil
	}
	cmd := p.form.update(msg)
	switch p.form.state {
	case formAborted:
		p.form = nil
		return p, tea.Sequence(send(backMsg{}), p.sh.says(fleet.Unknown, "nothing was proposed"))
	case formDone:
		p.form.sending()
		return p, p.send()
	}
	return p, cmd
}

func (p *proposeScreen) send() tea.Cmd {
	typed := p.form.typed()
	note := typed["note"]
	prop := p.draft
	prop.Reasons, prop.Tier, prop.Note = p.chosen(typed["reason"], note), queue.Tier(typed["tier"]), note
	sh := p.sh
	var refusal *queue.Refusal // the queue's own rules say at once what the Desk would refuse
	if _, _, err := queue.Propose(prop, sh.actor, sh.now()); errors.As(err, &refusal) {
		p.form.failed(p.sh.refusalText(refusal))
		return nil
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		o, err := sh.desk.Propose(ctx, sh.actor, prop)
		return proposedMsg{p, o, err}
	}
}

// answered shows what became of the proposal: only here is there an order.
func (p *proposeScreen) answered(msg proposedMsg) tea.Cmd {
	if p.form == nil {
		return nil
	}
	var duplicate *queue.Duplicate
	var refusal *queue.Refusal
	switch {
	case msg.err == nil:
		p.form = nil
		return tea.Sequence(send(backMsg{}), send(openOrderMsg{msg.order.ID}), p.sh.says(fleet.OK, "%s proposed as %s", orderName(msg.order.ID), string(msg.order.Tier)))
	case errors.As(msg.err, &duplicate):
		p.form = nil
		return tea.Sequence(send(backMsg{}), openExisting(&duplicate.Order))
	case errors.As(msg.err, &refusal):
		p.form.failed(p.sh.refusalText(refusal))
	default:
		p.form.failed(p.sh.t.Text(clean(msg.err.Error())))
	}
	return nil
}

func (p *proposeScreen) View(width, height int) string {
	if p.form == nil {
		l := newLines(p.sh, width-1)
		l.text("", strings.TrimSpace(p.why), p.sh.styles.faint)
		return indent(l.box(0, height))
	}
	return indent(strings.Split(p.form.view(width-1, height), "\n"))
}
