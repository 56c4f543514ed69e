package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// printScreen prints where one is, how the fleet is, and the screen.
func (p *plain) printScreen() {
	titles := make([]string, len(p.a.stack))
	for i, s := range p.a.stack {
		titles[i] = p.a.sh.t.Text(clean(s.Title()))
	}
	p.rest = []string{"", "== " + strings.Join(titles, " > ") + " =="}
	p.rest = append(p.rest, p.a.banner()...)
	p.rest = append(p.rest, p.a.secondLine())
	blank := true // a run of blank lines is one
	for l := range strings.SplitSeq(p.a.top().View(plainWidth, plainHeight), "\n") {
		l = p.unmarked(strings.TrimRight(ansi.Strip(l), " "))
		if l != "" || !blank {
			p.rest = append(p.rest, l)
		}
		blank = l == ""
	}
	for len(p.rest) > 0 && p.rest[len(p.rest)-1] == "" {
		p.rest = p.rest[:len(p.rest)-1]
	}
	if p.a.said.text != "" {
		p.rest = append(p.rest, p.feedback())
	}
	p.page()
}

// unmarked takes the cursor away: it means nothing where no key moves it.
func (p *plain) unmarked(line string) string {
	mark := strings.TrimSpace(p.a.sh.styles.cursor)
	inside := strings.TrimLeft(line, " ")
	if rest, has := strings.CutPrefix(inside, mark); has && !strings.HasPrefix(rest, "=") { // ">=" is "at least"
		return line[:len(line)-len(inside)] + spaces(width(mark)) + rest
	}
	return line
}

// page prints the next lines, and how many are left.
func (p *plain) page() {
	n := min(plainPage, len(p.rest))
	if !p.asks {
		n = len(p.rest) // a pipe has no window
	}
	for _, l := range p.rest[:n] {
		p.print(l)
	}
	if p.rest = p.rest[n:]; len(p.rest) > 0 {
		p.print(p.a.sh.t.Say("-- %d further lines: type more --", len(p.rest)))
	}
}

func (p *plain) feedback() string {
	return p.a.sh.styles.glyphText(p.a.said.health) + " " + p.a.sh.t.Text(clean(p.a.said.text))
}

func (p *plain) printFeedback() {
	if p.a.said.text != "" {
		p.print(p.feedback())
	}
}

// help says what can be typed.
func (p *plain) help() {
	say := p.a.sh.t.Say
	var pages []string
	for i, pg := range pageOrder() {
		if pageMakers()[pg] != nil {
			pages = append(pages, strconv.Itoa((i+1)%10)+" "+say(string(pg)))
		}
	}
	for _, l := range []string{
		strings.Join(pages, ", "),
		say("a screen's number or name, with a filter after the name: servers health:critical"),
		say("a server's name, a rack's name, #12 for a work order"),
		say("/ and a filter for the list that is shown; / alone takes it away"),
		say("Enter: this screen as it is now; next: its next panel; more: what is left of it"),
		say("back, help, quit"),
		say("to change something use the commands: ironage queue --help"),
	} {
		p.print("  " + l)
	}
}
