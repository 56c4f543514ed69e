package tui

import (
	"cmp"
	"context"
	"time"

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
	begin         tea.Cmd   // what the first screen wants done; nil once it is under way
	alarms        []alarm   // wrong parts that were pulled, until they are back
	trail         trail     // where one was
	frozen        *frozen   // nil while views are shown as they come
	question      *askMsg   // nil while nothing is asked
	visited       time.Time // when it was last noted that somebody looks
	mouse         bool
	ascii         bool // the terminal shows nothing else
	dark          bool // its background, as far as is known
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
	sh := &shared{ctx: ctx, desk: cfg.Desk, view: cfg.Desk.View(), actor: cfg.Actor, now: cfg.Now,
		keys: defaultKeys(), life: cfg.Life, racks: cfg.Racks, t: cfg.Tongue, pager: cfg.Pager, linear: cfg.linear, prefs: newPrefs(cfg.Settings)}
	a := &App{sh: sh, pages: make(map[page]screen), width: 80, height: 24, alarms: sh.alarmsOf(sh.view),
		mouse: cfg.Mouse || sh.prefs.get(prefMouse) == prefYesNo(true), ascii: cfg.ASCII, dark: cfg.Dark}
	t, err := themeNamed(cmp.Or(cfg.Theme, sh.prefs.get(prefTheme)))
	a.theme = t.on(cfg.Dark)
	a.theme.ascii = cfg.ASCII || sh.prefs.get(prefASCII) == prefYesNo(true)
	a.restyle()
	sh.digests = newDigests(sh.life, sh.t)
	sh.digests.sync(sh.view, sh.now())
	a.begin = a.showPage(pageOverview, "")
	a.visited = sh.now()
	a.remember()
	if err != nil {
		a.say(fleet.Warning, sh.t.Text(err.Error()))
	}
	if text := sh.prefs.notice(); text != "" {
		a.say(fleet.Warning, sh.t.Text(text))
	}
	return a
}

// Init asks for the terminal's background, the first view and the clock.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor, tick(a.sh.ctx), a.beginning()}
	if a.feed != nil {
		cmds = append(cmds, next(a.feed))
	}
	return tea.Batch(cmds...)
}

// beginning hands over what the first screen wants done. It is not kept: it holds
// the whole fleet as it was then.
func (a *App) beginning() tea.Cmd {
	cmd := a.begin
	a.begin = nil
	return cmd
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
	cmd := a.react(msg)
	a.remember()
	return a, tea.Batch(cmd, a.sh.prefs.flush())
}

func (a *App) react(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		// What the terminal did with the old lines is unknown: draw all anew.
		a.width, a.height = msg.Width, msg.Height
		return tea.Batch(a.broadcast(msg), tea.ClearScreen)
	case tea.BackgroundColorMsg:
		a.dark = msg.IsDark()
		a.theme = a.theme.on(a.dark)
		a.restyle()
	case tea.ColorProfileMsg:
		a.theme = a.theme.with(msg.Profile)
		a.restyle()
	case tea.KeyPressMsg:
		return a.pressed(msg)
	case tea.PasteMsg:
		return a.pasted(msg)
	case tea.MouseMsg:
		return a.moused(msg)
	case tickMsg:
		a.fadeFeedback()
		return tea.Batch(tick(a.sh.ctx), a.growOld(), a.stillHere())
	case viewMsg:
		return a.viewed(msg)
	case feedEndedMsg:
		a.say(fleet.Warning, a.sh.t.Say("no more news of the fleet: what is shown is no longer refreshed; quit and start again"))
	default:
		return a.asked(msg)
	}
	return nil
}

// asked acts on what screens ask for; everything else goes to the screens.
func (a *App) asked(msg tea.Msg) tea.Cmd {
	if a.tooEarly(msg) {
		a.say(fleet.Unknown, a.sh.t.Text(ops.ErrLoading.Error()))
		return nil
	}
	switch msg := msg.(type) {
	case openPageMsg:
		cmd := a.showPage(msg.page, msg.filter)
		if msg.ask {
			a.askFilter()
		}
		return cmd
	case openRackMsg:
		return a.showRack(msg.rack)
	case openServerMsg:
		return a.push(newServer(a.sh, msg.server, msg.key))
	case explainMsg:
		return a.push(newExplain(a.sh, msg.server, msg.key))
	case openOrderMsg:
		return a.push(newOrder(a.sh, msg.id))
	case openMoveMsg:
		return a.push(newOrderMove(a.sh, msg.id, msg.action))
	case openAisleMsg: // whoever works in the aisle must see what happens
		return tea.Batch(a.thaw(), a.push(newAisle(a.sh, msg.id)))
	case openBulkMsg:
		return a.push(newBulk(a.sh, msg.ids, msg.action))
	case openPickListMsg:
		return a.push(newPickList(a.sh, msg.ids))
	case openDisposalsMsg:
		return a.push(newDisposals(a.sh))
	case openMaintenanceMsg:
		return a.push(newWindowForm(a.sh, msg.scope, msg.name))
	case changeWindowMsg:
		return a.push(newWindowChange(a.sh, msg.window))
	case proposeMsg:
		return a.push(newPropose(a.sh, msg.server, msg.key))
	case backMsg:
		return a.back()
	case sayMsg:
		a.said, a.saidAt = msg, a.now()
	case tea.QuitMsg:
		return a.leave()
	default:
		return a.chosen(msg)
	}
	return nil
}

// chosen acts on what a person chose of the console itself.
func (a *App) chosen(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case chooseMsg:
		return a.choose(msg)
	case askMsg:
		a.question = &msg
	case forgetFilterMsg:
		a.say(fleet.OK, a.sh.t.Say("the saved filter %s is deleted", clean(msg.name)))
		return a.sh.prefs.set(prefFilter+msg.name, "")
	case doMsg:
		return msg.do(a)
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

// viewed takes the next view. While the screen is frozen it waits; a wrong part
// that was pulled does not.
func (a *App) viewed(msg viewMsg) tea.Cmd {
	var cmd tea.Cmd
	if a.alarms = a.sh.alarmsOf(msg.view); a.frozen != nil {
		a.frozen.held = msg.view
	} else {
		cmd = a.show(msg.view)
	}
	if a.feed != nil {
		return tea.Batch(cmd, next(a.feed))
	}
	return cmd
}

// show gives a view to the screen that is seen. Those beneath get the latest one
// when they are uncovered: a large fleet has them work much for nobody.
func (a *App) show(v *ops.View) tea.Cmd {
	a.sh.view, a.seen = v, a.sh.now()
	a.sh.digests.sync(v, a.seen)
	return a.toTop(viewMsg{v})
}

// growOld shows the same view again when no new one came for a while: what nobody
// reads any more must still grow stale on screen.
func (a *App) growOld() tea.Cmd {
	const quiet = 10 * time.Second
	now := a.sh.now()
	if a.sh.view == nil || a.frozen != nil || now.Sub(a.seen) < quiet {
		return nil
	}
	a.seen = now
	return a.toTop(viewMsg{a.sh.view})
}

// stillHere notes now and then that somebody looks: a connection may end
// without a word.
func (a *App) stillHere() tea.Cmd {
	const often = 5 * time.Minute
	if a.now().Sub(a.visited) < often {
		return nil
	}
	return a.noteVisit()
}

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
