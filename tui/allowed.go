package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
)

// changing are the keys that change something, and so are not a viewer's. Moves
// of orders are not among them: the queue's rules say who may make which.
func (k *keymap) changing() []key.Binding {
	return []key.Binding{k.Ack, k.Propose, k.ReadNow, k.Note, k.Edit, k.Change}
}

func sameKey(a, b key.Binding) bool { return a.Help() == b.Help() }

// allowed are the bindings that the person may use: what their role forbids is
// not offered.
func allowed(sh *shared, bs []key.Binding) []key.Binding {
	out := slices.Clone(bs)
	if mayAct(sh) {
		return out
	}
	return slices.DeleteFunc(out, func(b key.Binding) bool {
		return slices.ContainsFunc(sh.keys.changing(), func(c key.Binding) bool { return sameKey(b, c) })
	})
}

// refused says why a key does nothing for a viewer; false when it may be used.
func (a *App) refused(msg tea.KeyPressMsg) bool {
	if mayAct(a.sh) {
		return false
	}
	offered := a.top().Keys()
	for _, b := range a.sh.keys.changing() {
		if key.Matches(msg, b) && slices.ContainsFunc(offered, func(o key.Binding) bool { return sameKey(o, b) }) {
			a.say(fleet.Warning, a.sh.t.Say("%s: your role is %s, which only looks", a.sh.t.Text(b.Help().Desc), a.sh.t.Text(string(a.sh.actor.Role))))
			return true
		}
	}
	return false
}
