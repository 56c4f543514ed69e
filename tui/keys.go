package tui

import "charm.land/bubbles/v2/key"

// keymap holds every key of the console. The hints at the bottom, the `?` page
// and Update all read it, so that help cannot disagree with what a key does.
// Letters that sort (Shift and a letter) are beside their column.
type keymap struct {
	// Moving in lists.
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Top, Bottom key.Binding
	// Everywhere.
	Open, Back, Quit, ForceQuit, Help, Filter, Palette key.Binding
	NextPanel, PrevPanel                               key.Binding
	// The top-level screens.
	Overview, Servers, Queue, Events, Ageing, Services key.Binding
	// Lists.
	Sort, Reverse, Mark key.Binding
	// What a person does about things.
	Ack, Propose, ReadNow key.Binding
	// One server: its evidence, what is wrong next, the order of a part, a copy of the command.
	Evidence, NextProblem, OpenOrder, Copy key.Binding
	// In forms.
	Submit, NextField, PrevField key.Binding
	// When somebody else changed the order meanwhile.
	Reload, Drop key.Binding
	// Work orders: show finished ones, add a note, open the order's server.
	Finished, Note, OpenServer key.Binding
	// The queue: list or board, its columns, what is done with the marked ones,
	// what to take along, one order in large text, its fields, its relatives.
	Board, Left, Right, Change, Walk, Aisle, Edit, Linked, Save, Again key.Binding
	// Aisle mode: nothing but these.
	AisleStart, AisleStop, AisleSwap, AisleNote key.Binding
	// The outlook: which servers it is about, why a risk is what it is, servers or parts.
	SliceBy, NextSlice, PrevSlice, Explain, Parts key.Binding
	// While a line is typed.
	Accept, Cancel, Complete, NextChoice, PrevChoice key.Binding
}

// defaultKeys is the key table: vim's keys and the arrows, k9s's commands.
func defaultKeys() *keymap {
	k := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return &keymap{
		Up:       k("k/↑", "up", "k", "up"),
		Down:     k("j/↓", "down", "j", "down"),
		PageUp:   k("PgUp", "page up", "pgup", "ctrl+b"),
		PageDown: k("PgDn", "page down", "pgdown", "ctrl+f"),
		HalfUp:   k("^u", "half a page up", "ctrl+u"),
		HalfDown: k("^d", "half a page down", "ctrl+d"),
		Top:      k("g/Home", "first", "g", "home"),
		Bottom:   k("G/End", "last", "G", "end"),

		Open:      k("Enter", "open", "enter"),
		Back:      k("Esc", "back", "esc", "backspace"),
		Quit:      k("q", "quit", "q"),
		ForceQuit: k("^c", "quit", "ctrl+c"),
		Help:      k("?", "keys", "?"),
		Filter:    k("/", "filter", "/"),
		Palette:   k(":", "go to", ":"),
		NextPanel: k("Tab", "next panel", "tab"),
		PrevPanel: k("Shift-Tab", "previous panel", "shift+tab"),

		Overview: k("1", "overview", "1"),
		Servers:  k("2", "servers", "2"),
		Queue:    k("3", "queue", "3"),
		Events:   k("4", "events", "4"),
		Ageing:   k("5", "ageing", "5"),
		Services: k("6", "services", "6"),

		Sort:    k("s", "sort by next column", "s"),
		Reverse: k("R", "reverse order", "R"),
		Mark:    k("Space", "mark", "space"),

		Ack:     k("a", "acknowledge", "a"),
		Propose: k("p", "propose order", "p"),
		ReadNow: k("r", "read again now", "r"),

		Evidence:    k("e", "evidence", "e"),
		NextProblem: k("n", "next problem", "n"),
		OpenOrder:   k("o", "open work order", "o"),
		Copy:        k("y", "copy", "y"),

		Submit:    k("Enter", "next line, save on the last", "enter"),
		NextField: k("Tab", "next line", "tab", "down"),
		PrevField: k("Shift-Tab", "line before", "shift+tab", "up"),

		Reload: k("Enter", "see it as it is now, keep what I typed", "enter", "r"),
		Drop:   k("Esc", "drop what I typed", "esc"),

		Finished:   k("f", "show or hide finished", "f"),
		Note:       k("n", "add a note", "n"),
		OpenServer: k("o", "open the server", "o"),

		Board:  k("b", "board or list", "b"),
		Left:   k("h/←", "column before", "h", "left"),
		Right:  k("l/→", "next column", "l", "right"),
		Change: k("m", "change the marked", "m"),
		Walk:   k("w", "pick list", "w"),
		Aisle:  k("z", "large, for the aisle", "z"),
		Edit:   k("e", "edit fields", "e"),
		Linked: k("l", "linked order", "l"),
		Save:   k("^s", "save now", "ctrl+s"),
		Again:  k("Enter", "try the rest again", "enter"),

		AisleStart: k("s", "start", "s", "S"),
		AisleStop:  k("b", "stop", "b", "B"),
		AisleSwap:  k("w", "swapped", "w", "W"),
		AisleNote:  k("n", "note", "n"),

		SliceBy:   k("b", "choose servers", "b"),
		NextSlice: k("Tab", "by the next", "tab", "right"),
		PrevSlice: k("Shift-Tab", "by the one before", "shift+tab", "left"),
		Explain:   k("x", "explain the risk", "x"),
		Parts:     k("f", "servers or parts", "f"),

		Accept:     k("Enter", "accept", "enter"),
		Cancel:     k("Esc", "cancel", "esc"),
		Complete:   k("Tab", "complete", "tab"),
		NextChoice: k("↓", "next", "down", "ctrl+n"),
		PrevChoice: k("↑", "previous", "up", "ctrl+p"),
	}
}

// moving are the keys that every list knows.
func (k *keymap) moving() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.HalfUp, k.HalfDown, k.Top, k.Bottom}
}

// global are the keys that work on every screen.
func (k *keymap) global() []key.Binding {
	return []key.Binding{k.Overview, k.Servers, k.Queue, k.Events, k.Ageing, k.Services, k.Palette, k.Help, k.Back, k.Quit}
}

// sortKey is the binding that sorts by a column: Shift and a letter.
func sortKey(letter, column string) key.Binding {
	return key.NewBinding(key.WithKeys(letter), key.WithHelp(letter, "sort by "+column))
}

// moveKey is the key of a move of a work order, by its action: a capital, so
// that nothing is decided by a slip. Every move asks once more in its form.
func (k *keymap) moveKey(action, label string) key.Binding {
	letter, ok := map[string]string{
		"approve": "A", "reject": "X", "order": "O", "ready": "T", "receive": "R", "start": "S", "abort": "B",
		"replaced": "W", "verify": "V", "close": "C", "defer": "D", "resume": "U", "cancel": "Z",
	}[action]
	if !ok {
		return key.NewBinding(key.WithDisabled())
	}
	return key.NewBinding(key.WithKeys(letter), key.WithHelp(letter, label))
}
