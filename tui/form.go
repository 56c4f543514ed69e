package tui

import (
	"errors"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/cursor"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// maxTyped bounds what a person can type into one field.
const maxTyped = 500

// formState says what a form waits for.
type formState uint8

const (
	formTyping  formState = iota // the person
	formDone                     // its owner, to send it
	formSending                  // the Desk
	formAborted                  // nothing: the person left it
)

// form asks for a few values and never sends anything itself: its owner sends
// when state is formDone, and calls failed to give the person the form back
// with everything that was typed.
type form struct {
	sh    *shared
	title string
	intro []string // what the form does, in a sentence or two
	asks  []queue.Field
	// values are what was typed, by field name.
	values map[string]*string
	preset map[string]string // what they were when it opened
	// sure is the answer to the last question of a form that cannot be undone.
	sure     bool
	question string // empty: no such question
	yes      string
	problem  string // why sending did not work
	// extra checks what a field alone cannot tell; nil for none.
	extra func(a queue.Field, v string) error
	state formState

	huh    *huh.Form
	group  *huh.Group
	fields []huh.Field
	width  int
}

// newForm makes a form; preset values come first, typed ones replace them.
func newForm(sh *shared, title string, asks []queue.Field, preset map[string]string) *form {
	f := &form{sh: sh, title: title, asks: asks, values: make(map[string]*string, len(asks)), preset: make(map[string]string, len(asks))}
	for _, a := range asks {
		v := clean(preset[a.Name])
		f.values[a.Name], f.preset[a.Name] = &v, v
	}
	return f
}

// confirmWith makes the form end with a question that must be answered with yes.
func (f *form) confirmWith(question, yes string) { f.question, f.yes = question, yes }

// start builds the fields, with the cursor in the first; again after a failure.
func (f *form) start() *form {
	f.fields = f.fields[:0]
	for _, a := range f.asks {
		f.fields = append(f.fields, f.input(a))
	}
	if f.question != "" || len(f.asks) == 0 {
		f.sure = f.question == ""
		f.fields = append(f.fields, huh.NewConfirm().Title(f.sh.t.Text(f.question)).Affirmative(f.sh.t.Text(f.yes)).Negative(f.sh.t.Say("No, leave it")).
			WithButtonAlignment(lipgloss.Left).Value(&f.sure))
	}
	f.group = huh.NewGroup(f.fields...)
	f.huh = huh.NewForm(f.group).WithTheme(formTheme(f.sh.styles)).WithKeyMap(formKeys(f.sh.keys)).
		WithShowHelp(false).WithShowErrors(false)
	if f.width > 0 {
		f.huh.WithWidth(f.width)
	}
	// Init's command only starts the cursor's blinking and asks for the window's
	// size; neither is wanted here.
	_ = f.huh.Init()
	f.state = formTyping
	return f
}

func (f *form) input(a queue.Field) huh.Field {
	title := f.titleOf(a)
	if a.Kind == queue.FieldChoice {
		open := f.sh.t.Say("(leave open)")
		if a.Required {
			open = f.sh.t.Say("(choose)") // nothing is chosen for a person
		}
		options := []huh.Option[string]{huh.NewOption(open, "")}
		for _, c := range a.Choices {
			options = append(options, huh.NewOption(f.sh.t.Text(c), c))
		}
		return huh.NewSelect[string]().Key(a.Name).Title(title).Options(options...).Value(f.values[a.Name]).Inline(f.compact()).
			Validate(func(v string) error { return f.check(a, v) })
	}
	in := huh.NewInput().Key(a.Name).Title(title).Prompt("> ").CharLimit(maxTyped).Value(f.values[a.Name]).
		Validate(func(v string) error { return f.check(a, v) })
	if len(a.Choices) > 0 {
		in.Suggestions(a.Choices)
	}
	if a.Kind == queue.FieldDate {
		in.Placeholder(f.sh.t.Say("e.g. %s", f.sh.now().UTC().AddDate(0, 0, 14).Format(time.DateOnly)))
	}
	return in
}

// compact reports whether choices stand on one line each, because all of them
// below each other would not fit a window of 24 lines.
func (f *form) compact() bool {
	const most = 5
	n := 0
	for _, a := range f.asks {
		if a.Kind == queue.FieldChoice {
			n += len(a.Choices)
		}
	}
	return n > most
}

func (f *form) titleOf(a queue.Field) string {
	s := f.sh.styles
	t := f.sh.t
	notes := []string{t.Text(a.Hint)}
	if a.Hint == "" && a.Kind == queue.FieldDate {
		notes[0] = t.Say("2026-01-31, today or +14d")
	}
	if !a.Required {
		notes = append([]string{t.Say("optional")}, notes...)
	}
	if a.Kind == queue.FieldChoice && f.compact() {
		notes = append([]string{t.Say("left/right choose")}, notes...)
	}
	title := s.bold.Render(t.Text(a.Label))
	if note := joined(notes...); note != "" {
		title += s.faint.Render("  " + note)
	}
	return title
}

// check says what is wrong with a value, in the words of its label.
func (f *form) check(a queue.Field, v string) error {
	v = strings.TrimSpace(v)
	if f.extra != nil {
		if err := f.extra(a, v); err != nil {
			return err
		}
	}
	if v == "" {
		if a.Required {
			return errors.New(f.sh.t.Say("%s is needed", f.sh.t.Text(a.Label)))
		}
		return nil
	}
	if code, isCheck := strings.CutPrefix(a.Name, checkPrefix); isCheck && !strings.EqualFold(v, "yes") {
		return errors.New(f.sh.t.Say(`type "yes" to confirm (%s), or leave with esc`, code))
	}
	if a.Kind == queue.FieldDate {
		_, err := dateValue(f.sh.now(), v)
		return err
	}
	if a.Kind == queue.FieldTime {
		return checkTime(v)
	}
	return nil
}

// missing lists the labels of required fields without a value.
func (f *form) missing() []string {
	var out []string
	for _, a := range f.asks {
		if a.Required && strings.TrimSpace(*f.values[a.Name]) == "" {
			label := f.sh.t.Text(a.Label)
			if code, isCheck := strings.CutPrefix(a.Name, checkPrefix); isCheck {
				label = f.sh.t.Say("your confirmation (%s)", code)
			}
			out = append(out, label)
		}
	}
	return out
}

// typed is what was entered, by field name, dates written out; empty values are left out.
func (f *form) typed() map[string]string {
	out := make(map[string]string, len(f.asks))
	for _, a := range f.asks {
		v := strings.TrimSpace(*f.values[a.Name])
		if a.Kind == queue.FieldDate && v != "" {
			if d, err := dateValue(f.sh.now(), v); err == nil {
				v = d
			}
		}
		if v != "" {
			out[a.Name] = v
		}
	}
	return out
}

// failed gives the form back to the person: nothing was saved, nothing typed is lost.
func (f *form) failed(why string) {
	f.problem = why
	f.start()
}

// sending marks the form as sent: keys do nothing until the answer comes.
func (f *form) sending() { f.state, f.problem = formSending, "" }

// update feeds a message to the fields. Afterwards state says how things stand.
func (f *form) update(msg tea.Msg) tea.Cmd {
	if f.state != formTyping {
		return nil
	}
	switch typed := msg.(type) {
	case tea.KeyPressMsg: // what is typed or pasted is as hostile as a device's text
		if key.Matches(typed, f.sh.keys.Save) {
			f.saveNow()
			return nil
		}
		if clean(typed.Text) != typed.Text {
			typed.Text = clean(typed.Text)
			msg = typed
		}
	case tea.PasteMsg:
		msg = tea.PasteMsg{Content: clean(typed.Content)}
	case cursor.BlinkMsg:
		return nil // a blinking cursor would send bytes over SSH twice a second
	case tea.WindowSizeMsg:
		return nil // view sizes the fields; huh would shrink them for good
	}
	_, cmd := f.huh.Update(msg)
	switch f.huh.State {
	case huh.StateAborted:
		f.state = formAborted
	case huh.StateCompleted:
		f.state = formDone
		if !f.sure && f.question != "" {
			f.state = formAborted
		}
	}
	return cmd
}

// saveNow ends the form from whatever line the cursor is on, if everything in
// it can be taken. A question that ends a form is never answered by it.
func (f *form) saveNow() {
	for _, a := range f.asks {
		if err := f.check(a, *f.values[a.Name]); err != nil {
			f.failed(err.Error())
			return
		}
	}
	if f.question != "" {
		f.failed(f.sh.t.Say("answer the question at the end first"))
		return
	}
	f.problem, f.state = "", formDone
}

// view draws the form into a window; the field with the cursor is always in it.
func (f *form) view(width, height int) string {
	s := f.sh.styles
	f.resize(width)
	head, intro := newLines(f.sh, width), newLines(f.sh, width)
	for _, t := range f.intro {
		intro.text("", f.sh.t.Text(t), s.faint)
	}
	if f.problem != "" {
		head.text("", s.glyphText(fleet.Critical)+" "+f.sh.t.Say("Not saved: %s", f.sh.t.Text(f.problem)), s.bad)
	}
	head.row(f.status())
	head.gap()
	const fields = 8 // lines that the fields get before the introduction gives way
	intro.all = intro.all[:max(min(len(intro.all), height-1-len(head.all)-fields), 0)]
	head.all = slices.Concat([]string{cut(s.title.Render(f.sh.t.Text(f.title)), width)}, intro.all, head.all)
	body, top := f.body()
	room := max(height-len(head.all), 1)
	scroll := newLines(f.sh, width)
	scroll.down = f.sh.keys.NextField
	scroll.all = body
	return strings.Join(append(head.box(0, min(len(head.all), height-1)), trimRight(scroll.box(top, room))...), "\n")
}

// status is one line: what is missing, what is wrong, or what Enter will do.
func (f *form) status() string {
	s := f.sh.styles
	if f.state == formSending {
		return s.warn.Render(f.sh.t.Say("Saving… not done until the store says so."))
	}
	if err := f.huh.GetFocusedField().Error(); err != nil {
		return s.bad.Render(s.glyphText(fleet.Critical) + " " + f.sh.t.Text(err.Error()))
	}
	if m := f.missing(); len(m) > 0 {
		return s.warn.Render(f.sh.t.Say("Still needed: %s", strings.Join(m, ", ")))
	}
	return s.faint.Render(f.sh.t.Say("Enter on the last line saves. Esc leaves without a change."))
}

// body is the fields' lines and where to begin so that the focused one is seen whole.
func (f *form) body() ([]string, int) {
	var out []string
	top := 0
	focused := f.huh.GetFocusedField()
	for i, field := range f.fields {
		if i > 0 {
			out = append(out, "")
		}
		if field == focused && i > 0 {
			top = len(out) - 1
		}
		out = append(out, trimRight(strings.Split(field.View(), "\n"))...)
	}
	return out, top
}

func (f *form) resize(width int) {
	if width = min(width, 100); width != f.width && width > 0 {
		f.width = width
		f.huh.WithWidth(width)
	}
}

func trimRight(ls []string) []string {
	for len(ls) > 0 && strings.TrimSpace(ansi.Strip(ls[len(ls)-1])) == "" {
		ls = ls[:len(ls)-1]
	}
	return ls
}

// keys are those that work while a form is open.
func (f *form) keys() []key.Binding {
	k := f.sh.keys
	if f.state == formSending {
		return nil
	}
	if f.question != "" {
		return []key.Binding{k.Submit, k.NextField, k.PrevField, k.Cancel}
	}
	return []key.Binding{k.Submit, k.NextField, k.PrevField, k.Cancel, k.Save}
}

// touched reports whether anything was typed or chosen since the form opened.
func (f *form) touched() bool {
	for _, a := range f.asks {
		if *f.values[a.Name] != f.preset[a.Name] {
			return true
		}
	}
	return false
}
