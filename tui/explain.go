package tui

import (
	"math"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/outlook"
)

// explainScreen shows how the age, the risk and the urgency of one part come
// about: every number with its source, so that nobody has to believe them.
type explainScreen struct {
	sh          *shared
	server, key string
	top, page   int
	drawn       *lines
	drawnOf     *outlook.Fleet
	drawnWidth  int
	drawnStyles *styles
}

func newExplain(sh *shared, server, key string) screen {
	return &explainScreen{sh: sh, server: server, key: key, page: 10}
}

func (s *explainScreen) Title() string {
	label := s.key
	if of := s.sh.outlook(); of != nil {
		if v := of.Server(s.server); v != nil {
			label = placeLabel(&v.Entry.State, s.key)
		}
	}
	return s.sh.t.Say("Risk of %s", label)
}

func (s *explainScreen) Typing() bool { return false }

func (s *explainScreen) Keys() []key.Binding {
	k := s.sh.keys
	out := []key.Binding{k.Up, k.Down, k.OpenServer}
	if mayAct(s.sh) {
		out = append(out, k.Propose)
	}
	return out
}

func (s *explainScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return s, nil
	}
	k := s.sh.keys
	switch {
	case key.Matches(press, k.Up):
		s.top--
	case key.Matches(press, k.Down):
		s.top++
	case key.Matches(press, k.PageUp):
		s.top -= s.page
	case key.Matches(press, k.PageDown):
		s.top += s.page
	case key.Matches(press, k.HalfUp):
		s.top -= s.page / 2
	case key.Matches(press, k.HalfDown):
		s.top += s.page / 2
	case key.Matches(press, k.Top):
		s.top = 0
	case key.Matches(press, k.Bottom):
		s.top = math.MaxInt32
	case key.Matches(press, k.OpenServer, k.Open):
		return s, send(openServerMsg{s.server, s.key})
	case key.Matches(press, k.Propose):
		return s, proposeLine(s.sh, s.server, s.key)
	}
	s.top = max(s.top, 0)
	return s, nil
}

func (s *explainScreen) View(w, h int) string {
	if of := s.sh.outlook(); s.drawn == nil || s.drawnOf != of || s.drawnWidth != w || s.drawnStyles != s.sh.styles {
		s.drawn, s.drawnOf, s.drawnWidth, s.drawnStyles = explanation(s.sh, s.server, s.key, w-1), of, w, s.sh.styles
	}
	s.page = max(h-1, 1)
	s.top = max(min(s.top, len(s.drawn.all)-h), 0)
	return indent(s.drawn.box(s.top, h))
}

// proposeLine opens the proposal of a work order for a part that a list names.
func proposeLine(sh *shared, server, key string) tea.Cmd {
	switch {
	case !mayAct(sh):
		return refuseViewer("propose work orders")
	case key == "":
		return tea.Batch(send(openServerMsg{server: server}), sh.says(0, "choose the part to replace here and press %s", sh.keys.Propose.Help().Key))
	}
	if o := orderOf(sh, server, key); o != nil {
		return openExisting(o)
	}
	return send(proposeMsg{server, key})
}
