package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// moved handles the keys that only move or open something on this page.
func (s *serverScreen) moved(msg tea.KeyPressMsg) tea.Cmd {
	switch s.at {
	case inParts:
		s.movedInParts(msg)
	case inReadings:
		return s.movedInReadings(msg)
	case inFindings:
		if key.Matches(msg, s.sh.keys.Open, s.sh.keys.Evidence) {
			s.showPart()
			return nil
		}
		last := 0
		if s.entry != nil {
			last = len(s.entry.State.Findings) - 1
		}
		s.finding = max(min(s.finding+s.stride(msg, s.page), last), 0)
	case inHistory:
		if key.Matches(msg, s.sh.keys.Changes) {
			s.changes, s.scroll = (s.changes+1)%changeGroups, 0
			return nil
		}
		s.scroll = max(s.scroll+s.stride(msg, s.page), 0)
	default:
		s.scroll = max(s.scroll+s.stride(msg, s.page), 0)
	}
	return nil
}

func (s *serverScreen) movedInParts(msg tea.KeyPressMsg) {
	k := s.sh.keys
	full := s.full && !s.roomy // the evidence fills the window: page keys are for it
	switch {
	case key.Matches(msg, k.Open, k.Evidence):
		if s.line < len(s.parts) && s.parts[s.line].fold != "" {
			id := s.parts[s.line].fold
			s.opened[id] = !s.opened[id]
			s.arrange()
			s.top = max(s.line-2, 0) // what comes out of the fold is seen
			return
		}
		s.toggleEvidence()
	case key.Matches(msg, k.HalfUp, k.HalfDown), full && key.Matches(msg, k.PageUp, k.PageDown):
		s.evTop = max(s.evTop+s.stride(msg, s.page), 0)
	default:
		s.step(s.stride(msg, s.page))
	}
}

func (s *serverScreen) toggleEvidence() {
	s.evTop = 0
	if s.roomy {
		s.away = !s.away
		return
	}
	s.full = !s.full
}

// stride is by how many lines a key moves in lists of n visible lines.
func (s *serverScreen) stride(msg tea.KeyPressMsg, n int) int {
	const far = 1 << 20
	k := s.sh.keys
	switch {
	case key.Matches(msg, k.Up):
		return -1
	case key.Matches(msg, k.Down):
		return 1
	case key.Matches(msg, k.PageUp):
		return -max(n-1, 1)
	case key.Matches(msg, k.PageDown):
		return max(n-1, 1)
	case key.Matches(msg, k.HalfUp):
		return -max(n/2, 1)
	case key.Matches(msg, k.HalfDown):
		return max(n/2, 1)
	case key.Matches(msg, k.Top):
		return -far
	case key.Matches(msg, k.Bottom):
		return far
	}
	return 0
}
