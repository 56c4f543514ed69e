package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// changeWindowMsg opens the form about a window that there is.
type changeWindowMsg struct{ window maintenance.Window }

// windowForm asks for what a window of maintenance needs, or changes one.
type windowForm struct {
	sh    *shared
	scope maintenance.Scope // "" asks for it
	name  string
	was   *maintenance.Window // nil: a new one
	form  *form
	why   string // why there is no form
}

// windowSavedMsg says what became of the form.
type windowSavedMsg struct {
	of     *windowForm
	window maintenance.Window
	err    error
}

// newWindowForm asks for a new window; a scope and a name preset what it is of.
func newWindowForm(sh *shared, scope, name string) screen {
	f := &windowForm{sh: sh, scope: maintenance.Scope(scope), name: name}
	ask := f.scope
	if ask == "" {
		ask = maintenance.Server // whoever may announce anything may announce that
	}
	if f.why = mayMaintain(sh, ask); f.why == "" {
		f.form = f.makeForm(map[string]string{"from": "now", "for": "2h"})
	}
	return f
}

// newWindowChange asks what to change of a window.
func newWindowChange(sh *shared, w maintenance.Window) screen {
	f := &windowForm{sh: sh, scope: w.Scope, name: w.Name, was: &w}
	if f.why = mayMaintain(sh, w.Scope); f.why != "" {
		return f
	}
	preset := map[string]string{"reason": w.Reason, "from": w.From.In(sh.now().Location()).Format("2006-01-02 15:04")}
	if w.Every == nil {
		preset["for"] = maintenance.Span(w.To.Sub(w.From))
	} else {
		preset["from"], preset["for"], preset["every"] = w.Every.Clock(), maintenance.Span(w.Every.For), everyWords(w.Every)
		if !w.To.IsZero() {
			preset["end"] = w.To.In(sh.now().Location()).Format("2006-01-02 15:04")
		}
	}
	f.form = f.makeForm(preset)
	return f
}

// everyWords are the days of a rhythm as they are typed.
func everyWords(r *maintenance.Rhythm) string {
	if r.MonthDay > 0 {
		return fmt.Sprint(r.MonthDay)
	}
	return strings.ReplaceAll(r.Days(), ", ", ",")
}

func (f *windowForm) makeForm(preset map[string]string) *form {
	t := f.sh.t
	var asks []queue.Field
	if f.scope == "" {
		asks = append(asks, queue.Field{Name: "scope", Label: "Maintenance of", Required: true, Kind: queue.FieldChoice, Choices: f.scopes()},
			queue.Field{Name: "name", Label: "Which", Hint: "its name: hn-a03-07, A03 or hanoi/dc1/A03; nothing for the whole fleet"})
	}
	asks = append(asks,
		queue.Field{Name: "reason", Label: "Reason", Required: true, Hint: "what is being done, for whoever looks at night"},
		queue.Field{Name: "from", Label: "From", Required: true, Hint: "now, 22:00, 2026-03-14 22:00, or 2h from now"},
		queue.Field{Name: "for", Label: "For", Required: true, Hint: "4h, 90m, 1h30m or 3d"},
		queue.Field{Name: "every", Label: "Every", Hint: "sat; mon,thu; day; weekday; 1 (of the month); last. Nothing: once"})
	if preset["every"] != "" {
		asks = append(asks, queue.Field{Name: "end", Label: "Until when", Hint: "when it stops coming again; nothing: never"})
	}
	title := t.Say("Announce maintenance")
	switch {
	case f.was != nil:
		title = t.Say("Change maintenance of %s", scopeText(f.sh, f.was))
	case f.scope != "":
		title = t.Say("Announce maintenance of %s", scopeText(f.sh, &maintenance.Window{Scope: f.scope, Name: f.name}))
	}
	out := newForm(f.sh, title, asks, preset)
	out.intro = []string{t.Say("What is found meanwhile is shown and kept, but does not alert, and nothing is proposed. It ends by itself.")}
	out.extra = func(a queue.Field, v string) error { return f.check(out, a, v) }
	return out.start()
}

// scopes are what this person may announce maintenance of.
func (f *windowForm) scopes() []string {
	var out []string
	for _, s := range maintenance.Scopes() {
		if mayMaintain(f.sh, s) == "" {
			out = append(out, string(s))
		}
	}
	return out
}

// check says what is wrong with a line as it is left.
func (f *windowForm) check(in *form, a queue.Field, v string) error {
	var err error
	switch {
	case a.Name == "name":
		_, err = maintenance.Resolve(maintenance.Scope(*in.values["scope"]), v, f.servers())
	case v == "":
	case a.Name == "from" || a.Name == "end":
		_, err = maintenance.ParseTime(v, f.sh.now())
	case a.Name == "for":
		_, err = maintenance.ParseSpan(v)
	case a.Name == "every":
		_, _, err = maintenance.ParseEvery(v)
	}
	return err
}

func (f *windowForm) servers() []fleet.Server {
	if f.sh.view == nil || f.sh.view.Fleet == nil {
		return nil
	}
	out := make([]fleet.Server, 0, f.sh.view.Fleet.Len())
	for e := range f.sh.view.Fleet.All() {
		out = append(out, e.Server)
	}
	return out
}

// window is what the form says; each line was checked when it was left.
func (f *windowForm) window() (maintenance.Window, error) {
	typed, now := f.form.typed(), f.sh.now()
	w := maintenance.Window{Scope: f.scope, Name: f.name, Reason: typed["reason"]}
	if f.was != nil {
		w = *f.was
		w.Reason = typed["reason"]
	} else if f.scope == "" {
		w.Scope, w.Name = maintenance.Scope(typed["scope"]), typed["name"]
	}
	from, err := maintenance.ParseTime(typed["from"], now)
	long, err2 := maintenance.ParseSpan(typed["for"])
	if err = errors.Join(err, err2); err != nil {
		return w, err
	}
	if typed["every"] == "" {
		w.From, w.To, w.Every = from, from.Add(long), nil
		if f.was != nil && f.was.Every == nil && typed["from"] == f.form.preset["from"] {
			w.From = f.was.From // to the second
			w.To = w.From.Add(long)
		}
		return w, nil
	}
	return f.recurring(w, from, long, typed, now)
}

// recurring makes w recur, at the time of day of from.
func (f *windowForm) recurring(w maintenance.Window, from time.Time, long time.Duration, typed map[string]string, now time.Time) (maintenance.Window, error) {
	days, month, err := maintenance.ParseEvery(typed["every"])
	if err != nil {
		return w, err
	}
	from = from.In(now.Location())
	r := maintenance.Rhythm{Weekdays: days, MonthDay: month, At: from.Hour()*60 + from.Minute(), For: long, Zone: now.Location().String()}
	if minute, err := maintenance.ParseClock(typed["from"]); err == nil {
		r.At = minute // also where the clock leaves it out today
	}
	if f.was == nil || f.was.Every == nil {
		w.From = now.Truncate(time.Minute)
	} else if typed["from"] == f.form.preset["from"] {
		r.At, r.Zone = f.was.Every.At, f.was.Every.Zone // the hour of whoever announced it
	}
	w.Every = &r
	w.To = time.Time{}
	if typed["end"] != "" {
		w.To, err = maintenance.ParseTime(typed["end"], now)
	}
	return w, err
}

func (f *windowForm) Title() string { return "Announce" }

// Typing is true while the form is open.
func (f *windowForm) Typing() bool { return f.form != nil }

// Unsaved reports whether leaving would lose what was typed.
func (f *windowForm) Unsaved() bool {
	return f.form != nil && (f.form.state == formSending || f.form.touched())
}

// Keys are the form's.
func (f *windowForm) Keys() []key.Binding {
	if f.form == nil {
		return nil
	}
	return f.form.keys()
}

func (f *windowForm) Update(msg tea.Msg) (screen, tea.Cmd) {
	if m, ok := msg.(windowSavedMsg); ok {
		if m.of == f {
			return f, f.saved(m)
		}
		return f, nil
	}
	if f.form == nil {
		return f, nil
	}
	cmd := f.form.update(msg)
	switch f.form.state {
	case formAborted:
		f.form = nil
		return f, tea.Sequence(send(backMsg{}), f.sh.says(fleet.Unknown, "nothing was announced"))
	case formDone:
		return f, f.send()
	}
	return f, cmd
}

func (f *windowForm) send() tea.Cmd {
	w, err := f.window()
	if err == nil {
		err = maintenance.Check(&w, f.was, f.sh.now()) // the Desk's own rules, at once
	}
	if err != nil {
		f.form.failed(err.Error())
		return nil
	}
	f.form.sending()
	sh, was := f.sh, f.was
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		var err error
		if was != nil {
			w, err = sh.desk.ChangeWindow(ctx, sh.actor, was.ID, was.Version, w)
		} else {
			w, err = sh.desk.AddWindow(ctx, sh.actor, w)
		}
		return windowSavedMsg{f, w, err}
	}
}

// saved shows what became of the form: only here is there a window.
func (f *windowForm) saved(msg windowSavedMsg) tea.Cmd {
	if f.form == nil {
		return nil
	}
	if msg.err != nil {
		var conflict *maintenance.Conflict
		if errors.As(msg.err, &conflict) {
			f.was = &conflict.Window // the next try is on top of it
		}
		f.form.failed(clean(msg.err.Error()))
		return nil
	}
	f.form = nil
	text := f.sh.t.Say("maintenance of %s is announced: it alerts until then", scopeText(f.sh, &msg.window))
	if _, active := msg.window.At(f.sh.now()); active {
		text = f.sh.t.Say("maintenance of %s has begun: what is found there no longer alerts", scopeText(f.sh, &msg.window))
	}
	return tea.Sequence(send(backMsg{}), send(sayMsg{fleet.OK, text}))
}

func (f *windowForm) View(width, height int) string {
	if f.form == nil {
		l := newLines(f.sh, width-1)
		l.text("", strings.TrimSpace(f.why), f.sh.styles.faint)
		return indent(l.box(0, height))
	}
	return indent(strings.Split(f.form.view(width-1, height), "\n"))
}
