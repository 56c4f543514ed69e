package tui

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"ironage/internal/ageing"
	"ironage/internal/lang"
	"ironage/internal/queue"
	"ironage/internal/racks"
)

// Config is what a console needs to know about its user and terminal.
type Config struct {
	Desk  Desk
	Actor queue.Actor
	Now   func() time.Time
	Life  ageing.Policy
	// Racks is what the configuration says about the racks themselves.
	Racks []racks.Spec

	// Tongue is the language of the person; nil is English.
	Tongue *lang.Tongue

	// Settings are what the person chose in earlier visits; nil keeps nothing.
	Settings Settings
	// Theme is auto, dark, light or contrast; empty is auto.
	Theme string
	// Mouse lets the wheel scroll and a click select. The terminal's own way to
	// mark text then needs Shift.
	Mouse bool

	// Pager is the program that a server's page is read in as text; empty: none,
	// as on a connection whose user has no shell here.
	Pager string

	linear bool // for RunPlain

	// ASCII draws with ASCII characters only. Terminals that show nothing else
	// get it anyway.
	ASCII bool
	// Dark is the guess about the background until the terminal tells.
	Dark bool
	// NoColor leaves out colours, whatever the environment says.
	NoColor bool
	// Env is the terminal's environment (TERM, NO_COLOR, …); nil is the
	// process's own. An SSH session has one of its own.
	Env []string
	// Options are passed to bubbletea, such as the window size of a session
	// whose terminal is elsewhere.
	Options []tea.ProgramOption
}

// Run shows the console on in and out until the person quits or ctx is done.
func Run(ctx context.Context, cfg Config, in io.Reader, out io.Writer) error {
	env := cfg.Env
	if env == nil {
		env = os.Environ()
	}
	cfg.ASCII = cfg.ASCII || onlyASCII(env)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the feed, and with it the command that waits for it
	a := newApp(ctx, cfg)
	a.feed = cfg.Desk.Watch(ctx)
	const framesPerSecond = 20
	opts := []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(out),
		tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler()}
	opts = append(opts, tea.WithEnvironment(env))
	if cfg.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	p := tea.NewProgram(a, append(opts, cfg.Options...)...)
	// Not tea.WithContext: that kills the program, which then leaves its reader running.
	stop := context.AfterFunc(ctx, p.Quit)
	defer stop()
	if _, err := p.Run(); err != nil {
		return fmt.Errorf("console: %w", err)
	}
	return nil
}

// onlyASCII reports whether an environment says that the terminal shows no more
// than ASCII: the Linux console has none of our glyphs in its fonts, and a
// locale may name another encoding than UTF-8. One that says nothing has UTF-8.
func onlyASCII(env []string) bool {
	switch lookup(env, "TERM") {
	case "dumb", "linux", "vt100", "vt220":
		return true
	}
	return asciiLocale(env)
}

// asciiLocale reports whether an environment names another encoding than UTF-8.
func asciiLocale(env []string) bool {
	locale := cmp.Or(lookup(env, "LC_ALL"), lookup(env, "LC_CTYPE"), lookup(env, "LANG"))
	return locale != "" && !strings.Contains(strings.ReplaceAll(strings.ToLower(locale), "-", ""), "utf8")
}

// lookup is the value of a variable; the last one counts, as for a shell.
func lookup(env []string, name string) string {
	value := ""
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			value = v
		}
	}
	return value
}
