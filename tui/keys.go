package tui

import "charm.land/bubbles/v2/key"

// keymap holds every key of the console. The hints at the bottom, the `?` page,
// `ironage keys` and Update all read it, so that help cannot disagree with what
// a key does. Letters that sort (Shift and a letter) are beside their column.
type keymap struct {
	// Moving in lists.
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Top, Bottom key.Binding
	// Everywhere.
	Open, Back, Quit, ForceQuit, Help, Filter, Palette key.Binding
	Older, Newer, Last, Freeze, Wide, Copy             key.Binding
	NextPanel, PrevPanel                               key.Binding
	// The top-level screens.
	Overview, Servers, Queue, Events, Ageing, Services, Racks, Probes, Maintenance, Settings key.Binding
	// Lists.
	Sort, Reverse, Mark key.Binding
	// What a person does about things.
	Ack, Propose, ReadNow key.Binding
	// One server: its evidence, what is wrong next, the order of a part.
	Evidence, NextProblem, OpenOrder key.Binding
	// Its readings over a shorter or longer time, which changes its history
	// shows, its page as text, the command behind a part, its maintenance.
	Shorter, Longer, Changes, Pager, CopyCommand, Maintain key.Binding
	// In forms.
	Submit, NextField, PrevField key.Binding
	// When somebody else changed the order meanwhile.
	Reload, Drop key.Binding
	// Work orders: show finished ones, add a note, open the order's server.
	Finished, Note, OpenServer key.Binding
	// The queue: list or board, its columns, what is done with the marked ones,
	// what to take along, one order in large text, its fields, its relatives.
	Board, Left, Right, Change, Walk, Aisle, Edit, Linked, Save, Again, TakeOffer key.Binding
	// Aisle mode: nothing but these.
	AisleStart, AisleStop, AisleSwap, AisleNote key.Binding
	// The outlook: which servers it is about, why a risk is what it is, servers or parts.
	SliceBy, NextSlice, PrevSlice, Explain, Parts key.Binding
	// Racks: what they are coloured by, the face, the map of the rooms, moving.
	RackTint, RackFace, RackRooms, RackLeft, RackRight, NextRoom, PrevRoom key.Binding
	// Settings: change what the cursor is on, forget a saved filter.
	Alter, Forget key.Binding
	// The answers to a question.
	Yes, No key.Binding
	// Maintenance: a new window, another time or reason, over early, its servers.
	NewWindow, ChangeWindow, EndWindow, OpenServers key.Binding
	// While a line is typed.
	Accept, Cancel, Complete, NextChoice, PrevChoice key.Binding
}

// keyOf makes a binding: how it is written, what it does, what is pressed.
func keyOf(help, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
}

// defaultKeys is the key table: vim's keys and the arrows, k9s's commands.
func defaultKeys() *keymap {
	k := &keymap{}
	movingKeys(k)
	everywhereKeys(k)
	pageKeys(k)
	typingKeys(k)
	listKeys(k)
	serverKeys(k)
	queueKeys(k)
	outlookKeys(k)
	settingsKeys(k)
	windowKeys(k)
	placeKeys(k)
	return k
}

func movingKeys(k *keymap) {
	k.Up = keyOf("k/↑", "up", "k", "up")
	k.Down = keyOf("j/↓", "down", "j", "down")
	k.PageUp = keyOf("PgUp", "page up", "pgup", "ctrl+b")
	k.PageDown = keyOf("PgDn", "page down", "pgdown", "ctrl+f")
	k.HalfUp = keyOf("^u", "half a page up", "ctrl+u")
	k.HalfDown = keyOf("^d", "half a page down", "ctrl+d")
	k.Top = keyOf("g/Home", "first", "g", "home")
	k.Bottom = keyOf("G/End", "last", "G", "end")
}

func everywhereKeys(k *keymap) {
	k.Open = keyOf("Enter", "open", "enter")
	k.Back = keyOf("Esc", "back", "esc", "backspace")
	k.Quit = keyOf("q", "quit", "q")
	k.ForceQuit = keyOf("^c", "quit", "ctrl+c")
	k.Help = keyOf("?", "keys", "?")
	k.Filter = keyOf("/", "filter", "/")
	k.Palette = keyOf(":", "go to", ":")
	k.Older = keyOf("[", "where I was before", "[")
	k.Newer = keyOf("]", "forward again", "]")
	k.Last = keyOf("-", "last view", "-")
	k.Freeze = keyOf("f", "freeze the screen", "f")
	k.Wide = keyOf("w", "wide", "w")
	k.Copy = keyOf("y", "copy", "y")
	k.NextPanel = keyOf("Tab", "next panel", "tab")
	k.PrevPanel = keyOf("Shift-Tab", "previous panel", "shift+tab")
}

func pageKeys(k *keymap) {
	k.Overview = keyOf("1", "overview", "1")
	k.Servers = keyOf("2", "servers", "2")
	k.Queue = keyOf("3", "queue", "3")
	k.Events = keyOf("4", "events", "4")
	k.Ageing = keyOf("5", "ageing of parts", "5")
	k.Services = keyOf("6", "services", "6")
	k.Racks = keyOf("7", "racks", "7")
	k.Probes = keyOf("8", "probes", "8")
	k.Maintenance = keyOf("9", "maintenance", "9")
	k.Settings = keyOf("0", "settings", "0")
}

func typingKeys(k *keymap) {
	k.Submit = keyOf("Enter", "next line, save on the last", "enter")
	k.NextField = keyOf("Tab", "next line", "tab", "down")
	k.PrevField = keyOf("Shift-Tab", "line before", "shift+tab", "up")
	k.Yes = keyOf("y", "yes", "y", "Y")
	k.No = keyOf("n", "no", "n", "N", "esc")
	k.Accept = keyOf("Enter", "accept", "enter")
	k.Cancel = keyOf("Esc", "cancel", "esc")
	k.Complete = keyOf("Tab", "complete", "tab")
	k.NextChoice = keyOf("↓", "next one", "down", "ctrl+n")
	k.PrevChoice = keyOf("↑", "one before", "up", "ctrl+p")
}

func listKeys(k *keymap) {
	k.Sort = keyOf("s", "sort by next column", "s")
	k.Reverse = keyOf("R", "reverse order", "R")
	k.Mark = keyOf("Space", "mark", "space")
	k.Ack = keyOf("a", "acknowledge", "a")
	k.Propose = keyOf("p", "propose order", "p")
	k.ReadNow = keyOf("r", "read again now", "r")
}

func serverKeys(k *keymap) {
	k.Evidence = keyOf("e", "evidence", "e")
	k.NextProblem = keyOf("n", "next problem", "n")
	k.OpenOrder = keyOf("o", "open work order", "o")
	k.Shorter = keyOf("h/←", "shorter time", "h", "left")
	k.Longer = keyOf("l/→", "longer time", "l", "right")
	k.Changes = keyOf("c", "which changes", "c")
	k.Pager = keyOf("v", "read it as text", "v")
	k.CopyCommand = keyOf("Y", "copy the snmpget command", "Y")
	k.Maintain = keyOf("m", "maintenance", "m")
}

func windowKeys(k *keymap) {
	k.NewWindow = keyOf("n", "announce", "n")
	k.ChangeWindow = keyOf("m", "change", "m")
	k.EndWindow = keyOf("x", "end early", "x")
	k.OpenServers = keyOf("Enter", "its servers", "enter")
}

func queueKeys(k *keymap) {
	k.Reload = keyOf("Enter", "see it as it is now, keep what I typed", "enter", "r")
	k.Drop = keyOf("Esc", "drop what I typed", "esc")
	k.Finished = keyOf("c", "show or hide finished", "c")
	k.Note = keyOf("n", "add a note", "n")
	k.OpenServer = keyOf("o", "open the server", "o")
	k.Board = keyOf("b", "board or list", "b")
	k.Left = keyOf("h/←", "column before", "h", "left")
	k.Right = keyOf("l/→", "next column", "l", "right")
	k.Change = keyOf("m", "change the marked", "m")
	k.Walk = keyOf("t", "pick list", "t")
	k.Aisle = keyOf("z", "large, for the aisle", "z")
	k.Edit = keyOf("e", "edit fields", "e")
	k.Linked = keyOf("l", "linked order", "l")
	k.Save = keyOf("^s", "save now", "ctrl+s")
	k.Again = keyOf("Enter", "try the rest again", "enter")
	k.TakeOffer = keyOf("→", "take what is offered", "right")
	k.AisleStart = keyOf("s", "start", "s", "S")
	k.AisleStop = keyOf("b", "stop", "b", "B")
	k.AisleSwap = keyOf("w", "swapped", "w", "W")
	k.AisleNote = keyOf("n", "note", "n")
}

func outlookKeys(k *keymap) {
	k.SliceBy = keyOf("b", "choose servers", "b")
	k.NextSlice = keyOf("Tab", "by the next", "tab", "right")
	k.PrevSlice = keyOf("Shift-Tab", "by the one before", "shift+tab", "left")
	k.Explain = keyOf("x", "explain the risk", "x")
	k.Parts = keyOf("v", "servers or parts", "v")
}

func settingsKeys(k *keymap) {
	k.Alter = keyOf("Enter", "change", "enter", "space", "right", "l")
	k.Forget = keyOf("x", "delete the saved filter", "x", "delete")
}

// moving are the keys that every list knows.
func (k *keymap) moving() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.HalfUp, k.HalfDown, k.Top, k.Bottom}
}

// page is the key of a top-level screen.
func (k *keymap) page(p page) key.Binding {
	return map[page]key.Binding{
		pageOverview: k.Overview, pageServers: k.Servers, pageQueue: k.Queue, pageEvents: k.Events, pageAgeing: k.Ageing,
		pageServices: k.Services, pageRacks: k.Racks, pageProbes: k.Probes, pageMaintenance: k.Maintenance, pageSettings: k.Settings,
	}[p]
}

// global are the keys that work on every screen.
func (k *keymap) global() []key.Binding {
	var out []key.Binding
	made := pageMakers()
	for _, p := range pageOrder() {
		if made[p] != nil {
			out = append(out, k.page(p))
		}
	}
	return append(out, k.Palette, k.Filter, k.Older, k.Newer, k.Last, k.Freeze, k.Wide, k.Copy, k.Help, k.Back, k.Quit)
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
