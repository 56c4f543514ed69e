package tui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/lang"
	"ironage/internal/maintenance"
	"ironage/internal/ops"
	"ironage/internal/queue"
	"ironage/internal/racks"
)

// Desk is what the console needs from the use-cases; ops.Desk is the real one.
// Calls may block (they commit to the store), so screens make them only inside
// a tea.Cmd, never in Update or View.
type Desk interface {
	View() *ops.View
	Watch(ctx context.Context) <-chan *ops.View
	// Fill completes a proposal from the view: the part, its place, the reasons
	// with their evidence, a tier. It does not wait, so a form may begin with it.
	Fill(p queue.Proposal) queue.Proposal
	// Trips are what the ways to some orders need, in their order, from the view.
	// It does not wait.
	Trips(orders []queue.Order) []queue.Trip
	// Verify are the rules in force by which a replacement counts as proven.
	Verify() health.Verify
	Propose(ctx context.Context, by queue.Actor, p queue.Proposal) (queue.Order, error)
	Move(ctx context.Context, by queue.Actor, id, version int64, c queue.Change) (queue.Order, error)
	Note(ctx context.Context, by queue.Actor, id, version int64, text string) (queue.Order, error)
	Edit(ctx context.Context, by queue.Actor, id, version int64, fields map[string]string, reason string) (queue.Order, error)
	OrderLog(ctx context.Context, id int64) ([]queue.Entry, error)
	AckEvents(ctx context.Context, by queue.Actor, ids []int64, note string, until time.Time) error
	AckFinding(ctx context.Context, by queue.Actor, server, key, code, note string, until time.Time) error
	AddWindow(ctx context.Context, by queue.Actor, w maintenance.Window) (maintenance.Window, error)
	ChangeWindow(ctx context.Context, by queue.Actor, id, version int64, to maintenance.Window) (maintenance.Window, error)
	EndWindow(ctx context.Context, by queue.Actor, id, version int64, forGood bool) (maintenance.Window, error)
	History(ctx context.Context, server string, limit int) ([]fleet.Event, error)
	// Readings are the hours of one metric of a server since a time, oldest first.
	Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error)
	ReadNow(ctx context.Context, by queue.Actor, server string) error
}

// screen owns one window of the console. Screens do not know each other: they
// return a message (openMsg, backMsg, sayMsg) and the App acts.
type screen interface {
	// Title is the breadcrumb, e.g. "Servers" or "rack-a1-07".
	Title() string
	Update(msg tea.Msg) (screen, tea.Cmd)
	// View draws exactly the inside of the window: at most height lines of at
	// most width cells. It never changes state (a drawing cache excepted).
	View(width, height int) string
	// Typing is true while keys are text, not commands.
	Typing() bool
	// Keys are the bindings that work here beyond the global ones, for the help
	// line and the `?` page. They come from shared.keys, never made on the spot.
	Keys() []key.Binding
}

// Optional parts of a screen; the App asks for them when their key is pressed.
type (
	// copier has something that `y` puts on the clipboard: the value under the
	// cursor. It must be plain text; "" says that there is nothing to copy here.
	copier interface{ Copy() string }
	// widener can draw its list with more columns.
	widener interface{ ToggleWide() }
	// rester lets go of the servers that it shows, once it is not seen: the view
	// that comes with its next sight brings them again. A large fleet is read once
	// a minute, and would else be kept twice, as it is and as it was.
	rester interface{ Rest() }
	// placer names where one is so that the palette and the history can come
	// back: "servers health:critical", "rack A07", "hn-a07-01", "#17".
	placer interface{ Place() string }
)

// shared exists once per connection: nothing about a user, a terminal or a
// theme is a package variable, because one process may serve many terminals.
type shared struct {
	ctx    context.Context
	desk   Desk
	view   *ops.View // the latest; replaced by the App when a viewMsg comes
	actor  queue.Actor
	now    func() time.Time
	styles *styles
	keys   *keymap
	life   ageing.Policy
	racks  []racks.Spec // what is written down about the racks
	// t says everything in the language of whoever reads; nil says it in English.
	t *lang.Tongue
	// pager is the program that shows texts, with its arguments; "": none here.
	pager string
	// linear means that screens are read from top to bottom, as text or aloud:
	// one fact on a line, nothing beside it, no bars and rules.
	linear bool
	// prefs are what the person chose in earlier visits; never nil.
	prefs *prefs
	// digests are what lists show of each server, kept between views.
	digests *digests
}

// page names a top-level screen.
type page string

// The top-level screens.
const (
	pageOverview page = "overview"
	pageServers  page = "servers"
	pageQueue    page = "queue"
	pageEvents   page = "events"
	pageAgeing   page = "ageing"
	pageServices page = "services"
	pageRacks    page = "racks"
	pageProbes   page = "probes"
	// pageMaintenance are the windows in which nobody is woken.
	pageMaintenance page = "maintenance"
	pageSettings    page = "settings"
)

// Messages between screens and the App.
type (
	// viewMsg is a fresh view of the fleet; the top screen gets it, and every other
	// when it is uncovered.
	viewMsg struct{ view *ops.View }
	// openPageMsg shows a top-level screen; filter presets its filter, ask asks
	// for one.
	openPageMsg struct {
		page   page
		filter string
		ask    bool
	}
	// openServerMsg shows one server, with the cursor on Key when given.
	openServerMsg struct{ server, key string }
	// explainMsg shows how the judgement of one part comes about.
	explainMsg struct{ server, key string }
	// openRackMsg shows the elevation of one rack, named as the inventory does:
	// "site/room/rack", or the rack alone where that is unique.
	openRackMsg struct{ rack string }
	// openMaintenanceMsg opens the form that announces maintenance, preset with
	// what it is of: a scope ("server", "rack", …) and a name; both empty ask for it.
	openMaintenanceMsg struct{ scope, name string }
	// openOrderMsg shows one work order.
	openOrderMsg struct{ id int64 }
	// openMoveMsg shows one work order with the form of one of its moves open.
	openMoveMsg struct {
		id     int64
		action string
	}
	// openAisleMsg shows one work order in large plain text.
	openAisleMsg struct{ id int64 }
	// openBulkMsg changes several work orders with one form; action presets what.
	openBulkMsg struct {
		ids    []int64
		action string
	}
	// openPickListMsg shows what to take along for these work orders, or for
	// those that are ready when none is named.
	openPickListMsg struct{ ids []int64 }
	// openDisposalsMsg shows what became of removed disks.
	openDisposalsMsg struct{}
	// proposeMsg opens the form that proposes a work order for a component.
	proposeMsg struct{ server, key string }
	// askMsg asks a person yes or no; yes is done when they agree.
	askMsg struct {
		question string
		yes      tea.Cmd
	}
	// backMsg closes the top screen.
	backMsg struct{}
	// sayMsg shows a line of feedback at the bottom: done, refused, failed.
	sayMsg struct {
		health fleet.Health
		text   string
	}
)

// filtered is a list with a filter line.
type filtered interface {
	screen
	refresh()
	pressed(msg tea.KeyPressMsg) tea.Cmd
	typed(msg tea.Msg) tea.Cmd
}

// toList gives a list what concerns it: a view, a key, or a paste while it is
// typed into.
func toList(l filtered, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case viewMsg:
		l.refresh()
	case tea.KeyPressMsg:
		return l.pressed(msg)
	case tea.PasteMsg:
		if l.Typing() {
			return l.typed(msg)
		}
	}
	return nil
}
