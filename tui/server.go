package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// deskWait bounds every call of the Desk: what takes longer is a fault to show.
const deskWait = 20 * time.Second

// historyLength is how many events of a server its page asks for.
const historyLength = 200

// panel is one part of a server's page.
type panel uint8

const (
	inParts panel = iota
	inFindings
	inMissing
	inFiles
	inUse
	inReadings
	inReads
	inHistory
	panels
)

// serverScreen shows one server: who it is, its parts by kind with the evidence
// of the one under the cursor, and on further panels what else is known of it.
type serverScreen struct {
	sh   *shared
	name string
	at   panel

	parts    []partRow                // of entry
	orders   map[string]int64         // open ones of this server, by component key
	judged   map[string]*outlook.Part // by component key
	entry    *fleet.Entry
	housing  string // the chassis that a blade sits in
	cursor   string // row key, so that it stays on its part across reads
	line     int    // where it was, for when the part is gone
	top      int
	opened   map[string]bool // folds
	full     bool            // evidence fills a window that is too small for both
	away     bool            // evidence is put away in a window that has room for both
	evTop    int
	page     int // part lines in view at the last drawing
	roomy    bool
	width    int // of the window at the last drawing
	finding  int
	scroll   int // of the panels without a cursor
	history  []fleet.Event
	loaded   bool
	trouble  string      // why the history could not be read
	newest   int64       // id of the newest event when it was read
	changes  changeGroup // which of them are shown
	curves   curves
	ack      *form // open while a finding is acknowledged
	ackOf    fleet.Finding
	evidence *lines // cache of the evidence drawn last
	drawnFor evidenceKey
}

// evidenceKey is everything that the drawn evidence depends on.
type evidenceKey struct {
	entry  *fleet.Entry
	key    string
	width  int
	second int64
	styles *styles
}

type historyMsg struct {
	of     *serverScreen
	events []fleet.Event
	newest int64
	err    error
}

type ackedMsg struct {
	of  *serverScreen
	err error
}

// newServer shows the server of that name, the cursor on the component key, or
// on what is worst.
func newServer(sh *shared, name, key string) screen {
	s := &serverScreen{sh: sh, name: name, opened: map[string]bool{}, page: 10, curves: newCurves()}
	s.at = panelOf(key)
	if key != "" && s.at == inParts {
		s.cursor, s.full = key, true // somebody asked for this part: show why
	}
	s.refresh()
	return s
}

// panelOf is where the subject of a finding is shown: not every one is a part.
func panelOf(key string) panel {
	switch kind, _, _ := strings.Cut(key, "/"); kind {
	case "filesystem":
		return inFiles
	case "endpoint":
		return inReads
	}
	return inParts
}

func (s *serverScreen) Title() string { return s.name }

// Typing is true while a note is typed.
func (s *serverScreen) Typing() bool { return s.ack != nil }

// Unsaved reports whether leaving would lose a typed note.
func (s *serverScreen) Unsaved() bool { return s.ack != nil && len(s.ack.typed()) > 0 }

// Escape closes evidence that fills the window.
func (s *serverScreen) Escape() bool {
	if s.at == inParts && s.full && !s.roomy {
		s.full = false
		return true
	}
	return false
}

// Init asks for the server's history.
func (s *serverScreen) Init() tea.Cmd { return s.loadHistory() }

func (s *serverScreen) loadHistory() tea.Cmd {
	newest := s.newestEvent()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(s.sh.ctx, deskWait)
		defer cancel()
		events, err := s.sh.desk.History(ctx, s.name, historyLength)
		return historyMsg{s, events, newest, err}
	}
}

// newestEvent is the id of the newest event of this server in the view.
func (s *serverScreen) newestEvent() int64 {
	if s.sh.view == nil {
		return 0
	}
	for i := range s.sh.view.Events {
		if s.sh.view.Events[i].Server == s.name {
			return s.sh.view.Events[i].ID
		}
	}
	return 0
}

func (s *serverScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		s.refresh()
		cmd := s.loadReadings()
		if s.loaded && s.newestEvent() != s.newest {
			cmd = tea.Batch(cmd, s.loadHistory())
		}
		return s, cmd
	case readingsMsg:
		if msg.of == s {
			s.curves.read(msg)
		}
	case historyMsg:
		if msg.of == s {
			s.historyRead(msg)
		}
	case ackedMsg:
		if msg.of == s {
			return s, s.acknowledged(msg)
		}
	case tea.KeyPressMsg:
		if s.ack == nil {
			return s, s.pressed(msg)
		}
		return s, s.typing(msg)
	default:
		return s, s.typing(msg)
	}
	return s, nil
}

func (s *serverScreen) historyRead(msg historyMsg) {
	s.loaded, s.newest, s.trouble = true, msg.newest, ""
	if msg.err != nil {
		s.trouble = s.sh.t.Text(msg.err.Error())
		return
	}
	s.history = msg.events
}

// refresh takes the server's entry from the latest view.
func (s *serverScreen) refresh() {
	s.entry, s.housing = nil, ""
	if s.sh.view != nil && s.sh.view.Fleet != nil {
		s.entry = s.sh.view.Fleet.Find(s.name)
	}
	if s.entry != nil {
		s.housing = housingText(s.sh, s.entry)
	}
	s.arrange()
}

// arrange lists the parts anew and puts the cursor back on its part.
func (s *serverScreen) arrange() {
	s.parts = nil
	if s.entry == nil {
		return
	}
	s.parts = partRows(s.sh, s.entry, s.opened)
	s.orders = openOrderIDs(s.sh, s.name)
	s.judged = judgedParts(s.sh, s.name)
	if i := slices.IndexFunc(s.parts, func(r partRow) bool { return r.selectable() && r.key() == s.cursor }); i >= 0 {
		s.line = i
	} else if s.cursor == "" {
		s.line = worstPart(s.parts)
	}
	s.finding = max(min(s.finding, len(s.entry.State.Findings)-1), 0)
	s.step(0)
}

// step moves the cursor by n selectable rows; 0 only puts it on one.
func (s *serverScreen) step(n int) {
	var at []int
	here := 0
	for i, r := range s.parts {
		if r.selectable() {
			if i <= s.line {
				here = len(at)
			}
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		s.line, s.cursor = 0, ""
		return
	}
	s.line = at[max(min(here+n, len(at)-1), 0)]
	if k := s.parts[s.line].key(); k != s.cursor {
		s.cursor, s.evTop = k, 0
	}
}

// part is the component under the cursor, or nil.
func (s *serverScreen) part() *fleet.Component {
	if s.at == inFindings {
		if f, ok := s.found(); ok && s.entry != nil {
			c, _ := knownPart(&s.entry.State, f.Key)
			return c
		}
		return nil
	}
	if s.line < len(s.parts) {
		return s.parts[s.line].part
	}
	return nil
}

// found is the finding under the cursor.
func (s *serverScreen) found() (fleet.Finding, bool) {
	if s.entry == nil || s.finding >= len(s.entry.State.Findings) {
		return fleet.Finding{}, false
	}
	return s.entry.State.Findings[s.finding], true
}

func (s *serverScreen) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	switch {
	case key.Matches(msg, k.NextPanel):
		return s.show((s.at + 1) % panels)
	case key.Matches(msg, k.PrevPanel):
		return s.show((s.at + panels - 1) % panels)
	case key.Matches(msg, k.ReadNow):
		return readNow(s.sh, s.name)
	case key.Matches(msg, k.Propose):
		return s.propose()
	case key.Matches(msg, k.OpenOrder):
		return s.openOrder()
	case key.Matches(msg, k.CopyCommand):
		return s.copyCommand()
	case key.Matches(msg, k.Pager):
		return s.pager()
	case key.Matches(msg, k.Maintain):
		return s.maintain()
	case key.Matches(msg, k.Ack):
		return s.acknowledge()
	case key.Matches(msg, k.Explain):
		return s.explain()
	case key.Matches(msg, k.NextProblem):
		return s.nextProblem()
	}
	return s.moved(msg)
}

// show shows a panel; readings are asked for when somebody looks at them.
func (s *serverScreen) show(at panel) tea.Cmd {
	s.at, s.scroll = at, 0
	return s.loadReadings()
}

// nextProblem puts the cursor on the next part that is not ok, round the end.
func (s *serverScreen) nextProblem() tea.Cmd {
	s.at = inParts
	for n := 1; n <= len(s.parts); n++ {
		i := (s.line + n) % len(s.parts)
		if p := s.parts[i].part; p != nil && (s.parts[i].gone || p.Health.Worse(fleet.OK)) {
			s.line, s.cursor, s.evTop = i, s.parts[i].key(), 0
			return nil
		}
	}
	return s.sh.says(fleet.OK, "no part of %s has a problem", clean(s.name))
}

// showPart shows the component of the finding under the cursor.
func (s *serverScreen) showPart() {
	if c := s.part(); c != nil {
		s.cursor, s.evTop, s.at, s.full, s.away = c.Key(), 0, inParts, true, false
		s.arrange()
	}
}

// Keys are those of the panel that is shown.
func (s *serverScreen) Keys() []key.Binding {
	k := s.sh.keys
	if s.ack != nil {
		return s.ack.keys()
	}
	out := []key.Binding{k.NextPanel, k.PrevPanel}
	switch s.at {
	case inParts:
		out = []key.Binding{k.NextPanel, k.Evidence, k.Explain, k.NextProblem, k.Propose, k.OpenOrder, k.HalfDown, k.CopyCommand}
	case inFindings:
		out = []key.Binding{k.NextPanel, k.Ack, k.Evidence, k.Propose, k.OpenOrder}
	case inReadings:
		out = []key.Binding{k.NextPanel, k.Down, k.Shorter, k.Longer}
	case inHistory:
		out = []key.Binding{k.NextPanel, k.Changes}
	}
	out = append(out, k.ReadNow, k.Maintain, k.Pager)
	if !s.sh.actor.Role.Includes(queue.Technician) { // only looks
		out = slices.DeleteFunc(out, func(b key.Binding) bool {
			h := b.Help().Key
			return h == k.Propose.Help().Key || h == k.Ack.Help().Key || h == k.Maintain.Help().Key
		})
	}
	return out
}

// Place is how one comes back here.
func (s *serverScreen) Place() string { return s.name }
