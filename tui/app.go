package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// App is the only tea.Model: it owns the window, the theme, the stack of
// screens and the keys that work everywhere.
type App struct {
	sh    *shared
	theme theme
	feed  <-chan *ops.View
	// stack is never empty: a top-level screen and what was opened from it.
	stack []screen
	// pages are the top-level screens as they were left.
	pages         map[page]screen
	at            page
	width, height int
	palette       *palette // nil while closed
	said          sayMsg
	saidAt        time.Time
	seen          time.Time // when the latest view came
	leaving       bool      // asked once whether to leave an unsaved form
	begin         tea.Cmd   // what the first screen wants done
	alarms        []alarm   // wrong parts that were pulled, until they are back
}

// tickMsg moves the clock and the ages.
type tickMsg struct{}

// feedEndedMsg says that no more views will come.
type feedEndedMsg struct{}

// unsaver is a screen that may hold what a person typed and did not save.
type unsaver interface{ Unsaved() bool }

// escaper is a screen with something of its own for Esc to undo, such as a
// filter; false means that Esc goes back.
type escaper interface{ Escape() bool }

// New makes a console that shows the Overview.
func New(cfg Config) *App {
	return newApp(context.Background(), cfg)
}

func newApp(ctx context.Context, cfg Config) *App {
	t := theme{dark: cfg.Dark, ascii: cfg.ASCII}
	sh := &shared{ctx: ctx, desk: cfg.Desk, view: cfg.Desk.View(), actor: cfg.Actor, now: cfg.Now,
		styles: newStyles(t, cfg.Tongue), keys: defaultKeys(), life: cfg.Life, t: cfg.Tongue, prefs: newPrefs(cfg.Settings)}
	sh.digests = newDigests(sh.life)
	sh.digests.sync(sh.view, sh.now())
	a := &App{sh: sh, theme: t, pages: make(map[page]screen), width: 80, height: 24, alarms: sh.alarmsOf(sh.view)}
	a.begin = a.showPage(pageOverview, "")
	return a
}

// Init asks for the terminal's background, the first view and the clock.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor, tick(a.sh.ctx), a.begin}
	if a.feed != nil {
		cmds = append(cmds, next(a.feed))
	}
	return tea.Batch(cmds...)
}

// tick waits a second, or until the console ends.
func tick(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		t := time.NewTimer(time.Second)
		defer t.Stop()
		select {
		case <-t.C:
			return tickMsg{}
		case <-ctx.Done():
			return nil
		}
	}
}

// next waits for one view. Update asks again after each.
func next(feed <-chan *ops.View) tea.Cmd {
	return func() tea.Msg {
		v, ok := <-feed
		if !ok {
			return feedEndedMsg{}
		}
		return viewMsg{v}
	}
}

// Update reacts to one message; it never waits.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		// What the terminal did with the old lines is unknown: draw all anew.
		a.width, a.height = msg.Width, msg.Height
		return a, tea.Batch(a.broadcast(msg), tea.ClearScreen)
	case tea.BackgroundColorMsg:
		a.theme = a.theme.on(msg.IsDark())
		a.restyle()
	case tea.ColorProfileMsg:
		a.theme = a.theme.with(msg.Profile)
		a.restyle()
	case tea.KeyPressMsg:
		return a, a.pressed(msg)
	case tea.PasteMsg:
		return a, a.pasted(msg)
	case tickMsg:
		a.fadeFeedback()
		return a, tea.Batch(tick(a.sh.ctx), a.growOld())
	case viewMsg:
		return a, a.viewed(msg)
	case feedEndedMsg:
		a.say(fleet.Warning, "no more news of the fleet: what is shown is no longer refreshed; quit and start again")
	default:
		return a, a.asked(msg)
	}
	return a, nil
}

// asked acts on what screens ask for; everything else goes to the screens.
func (a *App) asked(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case openPageMsg:
		cmd := a.showPage(msg.page, msg.filter)
		if msg.ask {
			a.askFilter()
		}
		return cmd
	case openServerMsg:
		return a.push(newServer(a.sh, msg.server, msg.key))
	case explainMsg:
		return a.push(newExplain(a.sh, msg.server, msg.key))
	case openOrderMsg:
		return a.push(newOrder(a.sh, msg.id))
	case openMoveMsg:
		return a.push(newOrderMove(a.sh, msg.id, msg.action))
	case openAisleMsg:
		return a.push(newAisle(a.sh, msg.id))
	case openBulkMsg:
		return a.push(newBulk(a.sh, msg.ids, msg.action))
	case openPickListMsg:
		return a.push(newPickList(a.sh, msg.ids))
	case openDisposalsMsg:
		return a.push(newDisposals(a.sh))
	case proposeMsg:
		return a.push(newPropose(a.sh, msg.server, msg.key))
	case backMsg:
		return a.back()
	case sayMsg:
		a.said, a.saidAt = msg, a.sh.now()
	case tea.QuitMsg:
		return tea.Quit
	default:
		return a.broadcast(msg)
	}
	return nil
}

// askFilter opens the filter of the Servers screen: on the Overview "/" leads
// there, because whoever types it looks for a server.
func (a *App) askFilter() {
	if s, ok := a.top().(*serverList); ok {
		s.filter.start()
	}
}

func (a *App) viewed(msg viewMsg) tea.Cmd {
	a.sh.view, a.seen = msg.view, a.sh.now()
	a.alarms = a.sh.alarmsOf(msg.view)
	a.sh.digests.sync(msg.view, a.seen)
	cmd := a.broadcast(msg)
	if a.feed != nil {
		return tea.Batch(cmd, next(a.feed))
	}
	return cmd
}

// growOld shows the same view again when no new one came for a while: what nobody
// reads any more must still grow stale on screen.
func (a *App) growOld() tea.Cmd {
	const quiet = 10 * time.Second
	now := a.sh.now()
	if a.sh.view == nil || now.Sub(a.seen) < quiet {
		return nil
	}
	a.seen = now
	return a.broadcast(viewMsg{a.sh.view})
}

func (a *App) restyle() { a.sh.styles = newStyles(a.theme, a.sh.t) }

// broadcast gives a message to every screen on the stack: an answer may be for
// one that is covered.
func (a *App) broadcast(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for i := range a.stack {
		var cmd tea.Cmd
		a.stack[i], cmd = a.stack[i].Update(msg)
		cmds = append(cmds, cmd)
	}
	a.pages[a.at] = a.stack[0]
	return tea.Batch(cmds...)
}

func (a *App) top() screen { return a.stack[len(a.stack)-1] }

func (a *App) push(s screen) tea.Cmd {
	a.leaveFeedback()
	a.stack = append(a.stack, s)
	return a.greet()
}

// greet tells the top screen the size and the latest view, as if it had been
// there all along, and starts what it wants to start.
func (a *App) greet() tea.Cmd {
	var cmds []tea.Cmd
	if starter, ok := a.top().(interface{ Init() tea.Cmd }); ok {
		cmds = append(cmds, starter.Init())
	}
	cmds = append(cmds, a.toTop(tea.WindowSizeMsg{Width: a.width, Height: a.height}))
	if a.sh.view != nil {
		cmds = append(cmds, a.toTop(viewMsg{a.sh.view}))
	}
	return tea.Batch(cmds...)
}

func (a *App) toTop(msg tea.Msg) tea.Cmd {
	s, cmd := a.top().Update(msg)
	a.stack[len(a.stack)-1] = s
	if len(a.stack) == 1 {
		a.pages[a.at] = s
	}
	return cmd
}

// showPage shows a top-level screen as it was left, or afresh with a filter.
func (a *App) showPage(p page, filter string) tea.Cmd {
	s := a.pages[p]
	if s == nil || filter != "" {
		if s = makePage(a.sh, p, filter); s == nil {
			p, s = pageOverview, newOverview(a.sh)
		}
	}
	a.leaveFeedback()
	a.at, a.pages[p], a.stack = p, s, []screen{s}
	return a.greet()
}

// back closes the top screen; from a top-level screen it leads to Overview.
func (a *App) back() tea.Cmd {
	if len(a.stack) > 1 {
		a.leaveFeedback()
		a.stack = slices.Delete(a.stack, len(a.stack)-1, len(a.stack))
		return a.greetAgain()
	}
	if a.at != pageOverview {
		return a.showPage(pageOverview, "")
	}
	return nil
}

// greetAgain gives an uncovered screen the present view.
func (a *App) greetAgain() tea.Cmd {
	if a.sh.view == nil {
		return nil
	}
	return a.toTop(viewMsg{a.sh.view})
}

func (a *App) pasted(msg tea.PasteMsg) tea.Cmd {
	if a.palette != nil {
		return a.palette.update(msg)
	}
	if a.top().Typing() {
		return a.toTop(msg)
	}
	return nil // pasted text must never act as commands
}

func (a *App) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := a.sh.keys
	if key.Matches(msg, k.ForceQuit) {
		return a.quit(msg)
	}
	if a.palette != nil {
		return a.inPalette(msg)
	}
	if a.top().Typing() {
		a.leaving = false
		return a.toTop(msg)
	}
	if key.Matches(msg, k.Quit) {
		return a.quit(msg)
	}
	a.leaving = false
	switch {
	case key.Matches(msg, k.Palette):
		a.palette = newPalette(a.sh)
	case key.Matches(msg, k.Help):
		return a.toggleHelp()
	case key.Matches(msg, k.Overview):
		return a.showPage(pageOverview, "")
	case key.Matches(msg, k.Servers):
		return a.showPage(pageServers, "")
	case key.Matches(msg, k.Queue):
		return a.showPage(pageQueue, "")
	case key.Matches(msg, k.Events):
		return a.showPage(pageEvents, "")
	case key.Matches(msg, k.Ageing):
		return a.showPage(pageAgeing, "")
	case key.Matches(msg, k.Services):
		return a.showPage(pageServices, "")
	case key.Matches(msg, k.Back):
		if e, ok := a.top().(escaper); ok && e.Escape() {
			return a.greetAgain() // what it shows instead may have to be worked out
		}
		return a.back()
	default:
		return a.toTop(msg)
	}
	return nil
}

// quit leaves; a form that was not saved is asked about once.
func (a *App) quit(msg tea.KeyPressMsg) tea.Cmd {
	unsaved := slices.ContainsFunc(a.stack, func(s screen) bool {
		u, ok := s.(unsaver)
		return ok && u.Unsaved()
	})
	if unsaved && !a.leaving {
		a.leaving = true
		a.say(fleet.Warning, "the form is not saved: press "+strings.Replace(msg.String(), "ctrl+", "^", 1)+" again to leave without saving")
		return nil
	}
	return tea.Quit
}

func (a *App) inPalette(msg tea.KeyPressMsg) tea.Cmd {
	cmd := a.palette.update(msg)
	if a.palette.closed {
		a.palette = nil
	}
	return cmd
}

func (a *App) toggleHelp() tea.Cmd {
	if _, open := a.top().(*help); open {
		return a.back()
	}
	return a.push(newHelp(a.sh, a.top()))
}

func (a *App) say(h fleet.Health, text string) {
	a.said, a.saidAt = sayMsg{h, text}, a.sh.now()
}

// leaveFeedback leaves a line of feedback behind with the screen that it was
// about; one that has just come was the reason to go and comes along.
func (a *App) leaveFeedback() {
	if a.sh.now().Sub(a.saidAt) > 3*time.Second {
		a.said = sayMsg{}
	}
}

// fadeFeedback takes an old line of feedback away; bad news stays longer.
func (a *App) fadeFeedback() {
	const short, long = 15 * time.Second, time.Minute
	keep := short
	if a.said.health.Severity() >= fleet.Warning.Severity() {
		keep = long
	}
	if a.said.text != "" && a.sh.now().Sub(a.saidAt) > keep {
		a.said = sayMsg{}
	}
}
