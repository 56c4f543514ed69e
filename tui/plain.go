package tui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// The plain console draws into a window that is never seen: wide enough for
// lists, and so high that nothing scrolls out of it. What a person gets is
// plainPage lines of it at a time.
const (
	plainWidth  = 100
	plainHeight = 5000
	plainPage   = 40
	plainSteps  = 1000 // messages that one line of input may lead to
)

// plain is the console without redraws: a prompt, and on each line a screen as
// text. It serves screen readers, dumb terminals and pipes.
type plain struct {
	a     *App
	out   io.Writer
	asks  bool     // somebody sits there: show a prompt
	ascii bool     // the reader knows no other characters
	rest  []string // what `more` prints
	over  bool
}

// RunPlain talks with a person line by line until they quit, the input ends or
// ctx is done.
func RunPlain(ctx context.Context, cfg Config, in io.Reader, out io.Writer) error {
	env := cfg.Env
	if env == nil {
		env = os.Environ()
	}
	p := &plain{out: out, ascii: cfg.ASCII || asciiLocale(env)}
	cfg.ASCII, cfg.Mouse, cfg.NoColor, cfg.linear = true, false, true, true // letters for signs: a reader says them
	if f, ok := in.(*os.File); ok {
		p.asks = term.IsTerminal(f.Fd())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.a = newApp(ctx, cfg)
	p.settle(p.a.beginning())
	p.give(tea.WindowSizeMsg{Width: plainWidth, Height: plainHeight})
	p.print(p.a.sh.t.Say("ironage without redraws. Type help for what can be typed."))
	p.printScreen()
	lines := readLines(ctx, in)
	for !p.over {
		if p.asks {
			p.write("ironage> ")
		}
		select {
		case line, ok := <-lines:
			if !ok {
				return nil
			}
			p.typed(line)
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// readLines reads beside the console, which may end while nobody types.
func readLines(ctx context.Context, in io.Reader) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		scan := bufio.NewScanner(in)
		for scan.Scan() {
			select {
			case out <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// typed does what one line asks for.
func (p *plain) typed(line string) {
	text := strings.TrimSpace(clean(line))
	if v := p.a.sh.desk.View(); v != nil {
		p.give(viewMsg{v})
	}
	p.a.said = sayMsg{}
	is := func(names ...string) bool { return p.means(text, names...) }
	switch {
	case p.a.question != nil:
		p.press(map[bool]string{true: "y", false: "n"}[is("y", "yes")])
		p.printFeedback()
		return
	case is("quit", "q", "exit"):
		p.over = true
		p.settle(p.a.leave())
		return
	case is("help", "?"):
		p.help()
		return
	case is("more") && len(p.rest) > 0:
		p.page()
		return
	case is("back"):
		p.settle(p.a.back())
	case is("next"):
		p.give(tea.KeyPressMsg{Code: tea.KeyTab})
	case text == "":
	case strings.HasPrefix(text, "/"):
		p.filter(strings.TrimSpace(text[1:]))
	case len(text) == 1 && p.isPageKey(text):
		p.press(text)
	default:
		if !p.open(text) {
			p.printFeedback()
			return
		}
	}
	if p.a.question != nil {
		p.print("? " + clean(p.a.question.question) + " (y, n)")
		return
	}
	p.printScreen()
}

// means reports whether a word is one of these, in English or the person's language.
func (p *plain) means(text string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		return fold(text) == fold(n) || fold(text) == fold(p.a.sh.t.Say(n))
	})
}

func (p *plain) isPageKey(text string) bool {
	for _, pg := range pageOrder() {
		if key.Matches(keyOfText(text), p.a.sh.keys.page(pg)) {
			return true
		}
	}
	return false
}

func keyOfText(text string) tea.KeyPressMsg {
	r := []rune(text)[0]
	return tea.KeyPressMsg{Code: r, Text: string(r)}
}

func (p *plain) press(text string) { p.give(keyOfText(text)) }

// filter filters the list that is shown.
func (p *plain) filter(text string) {
	if text == "" {
		p.give(tea.KeyPressMsg{Code: tea.KeyEscape})
		return
	}
	p.settle(p.a.showPage(p.a.at, text))
}

// open opens what is called that, or says what could be meant.
func (p *plain) open(text string) bool {
	pal := newPalette(p.a.sh, p.a.commands())
	pal.input.SetValue(text)
	pal.search()
	exact := -1
	for i, c := range pal.found {
		for _, n := range append([]string{c.name}, c.also...) {
			if fold(n) == fold(text) {
				exact = i
			}
		}
	}
	msg := queueCommand(text)
	switch {
	case msg != nil:
	case exact >= 0:
		msg = pal.found[exact].msg
	default:
		msg = pal.withMore(text)
	}
	if msg == nil && len(pal.found) == 1 {
		msg = pal.found[0].msg
	}
	if msg != nil {
		p.give(msg)
		return true
	}
	if len(pal.found) == 0 {
		p.print(p.a.sh.t.Say("nothing is called %s; type help", text))
		return false
	}
	p.print(p.a.sh.t.Say("several are called that:"))
	for _, c := range pal.found {
		p.print("  " + c.name + "  " + c.what)
	}
	if pal.more > 0 {
		p.print("  " + p.a.sh.t.Say("and %d more", pal.more))
	}
	return false
}

// give gives the console a message and does all that follows from it.
func (p *plain) give(msg tea.Msg) {
	todo := []tea.Msg{msg}
	for n := 0; len(todo) > 0 && n < plainSteps; n++ {
		next := todo[0]
		todo = todo[1:]
		if _, quit := next.(tea.QuitMsg); quit {
			p.over = true
			continue
		}
		_, cmd := p.a.Update(next)
		todo = append(todo, p.results(cmd)...)
	}
}

func (p *plain) settle(cmd tea.Cmd) {
	for _, msg := range p.results(cmd) {
		p.give(msg)
	}
}

// results runs a command, and all commands of a batch or a sequence one after
// the other: nobody waits for a frame here.
func (p *plain) results(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if msg == nil {
		return nil
	}
	v, several := reflect.ValueOf(msg), reflect.TypeFor[[]tea.Cmd]()
	if !v.CanConvert(several) { // bubbletea does not export the type of its sequences
		return []tea.Msg{msg}
	}
	var out []tea.Msg
	if all, ok := v.Convert(several).Interface().([]tea.Cmd); ok {
		for _, c := range all {
			out = append(out, p.results(c)...)
		}
	}
	return out
}

func (p *plain) write(text string) {
	if p.ascii {
		text = toASCII(text)
	}
	_, _ = fmt.Fprint(p.out, ansi.Strip(text)) // an output that is gone has no reader
}

func (p *plain) print(line string) { p.write(strings.TrimRight(line, " ") + "\n") }
