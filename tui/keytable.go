package tui

import (
	"context"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"

	"ironage/internal/ageing"
	"ironage/internal/lang"
	"ironage/internal/queue"
)

// KeyHelp is one key of the console: where it works, how it is written, what
// it does.
type KeyHelp struct {
	Screen string `json:"screen"`
	Key    string `json:"key"`
	What   string `json:"what"`
}

// KeyTable is every key of the console by screen, said by t; screen narrows it
// to one ("servers"), empty takes all.
func KeyTable(t *lang.Tongue, screen string) []KeyHelp {
	var out []KeyHelp
	for _, s := range keySections(t) {
		if screen != "" && fold(screen) != fold(s.title) && fold(screen) != fold(t.Text(s.title)) {
			continue
		}
		for _, b := range s.keys {
			h := b.Help()
			row := KeyHelp{t.Text(s.title), h.Key, t.Text(h.Desc)}
			if !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
	}
	return out
}

// KeyScreens are the names by which KeyTable can be narrowed.
func KeyScreens(t *lang.Tongue) []string {
	var out []string
	for _, s := range keySections(t) {
		out = append(out, t.Text(s.title))
	}
	return out
}

// keySections are the keys as the keymap has them, with those that a list's
// columns add. A test holds that no key is missing.
func keySections(t *lang.Tongue) []section {
	sh := &shared{ctx: context.Background(), now: func() time.Time { return time.Time{} }, styles: newStyles(theme{dark: true}, t),
		keys: defaultKeys(), life: ageing.DefaultPolicy(), t: t, prefs: newPrefs(nil), actor: queue.Actor{Role: queue.Lead}}
	sh.digests = newDigests(sh.life, t)
	k := sh.keys
	out := []section{{"everywhere", append(k.global(), k.ForceQuit)}, {"lists", append(k.moving(), k.Open, k.Mark, k.Sort, k.Reverse, k.NextPanel, k.PrevPanel)}}
	for _, p := range pageOrder() {
		s := makePage(sh, p, "")
		if s == nil {
			continue
		}
		keys := slices.Clone(pageKeysOf(k, p))
		for _, b := range s.Keys() {
			if !slices.ContainsFunc(slices.Concat(keys, out[0].keys, out[1].keys), func(had key.Binding) bool { return sameKey(had, b) }) {
				keys = append(keys, b)
			}
		}
		out = append(out, section{string(p), keys})
	}
	return append(out,
		section{"server", []key.Binding{k.Evidence, k.NextProblem, k.Explain, k.OpenOrder, k.Propose, k.ReadNow, k.Ack, k.Shorter, k.Longer, k.Changes, k.Pager, k.CopyCommand, k.Maintain}},
		section{"work order", append(moveKeys(k), k.Note, k.Edit, k.Linked, k.OpenServer, k.Aisle)},
		section{"aisle", []key.Binding{k.AisleStart, k.AisleStop, k.AisleSwap, k.AisleNote}},
		section{"typing", []key.Binding{k.Accept, k.Complete, k.TakeOffer, k.NextChoice, k.PrevChoice, k.Cancel}},
		section{"forms", []key.Binding{k.Submit, k.NextField, k.PrevField, k.Save, k.Cancel, k.Reload, k.Drop, k.Again, k.Yes, k.No}})
}

// pageKeysOf are the keys of a top-level screen, whatever it shows just now.
func pageKeysOf(k *keymap, p page) []key.Binding {
	return map[page][]key.Binding{
		pageOverview:    {k.Open, k.Ack, k.Propose},
		pageServers:     {k.ReadNow},
		pageQueue:       {k.Board, k.Left, k.Right, k.Change, k.Walk, k.Finished, k.Aisle, k.OpenServer},
		pageEvents:      {k.Ack},
		pageAgeing:      {k.SliceBy, k.NextSlice, k.PrevSlice, k.Explain, k.Parts, k.Propose},
		pageRacks:       {k.RackTint, k.RackFace, k.RackRooms, k.RackLeft, k.RackRight, k.NextRoom, k.PrevRoom},
		pageMaintenance: {k.NewWindow, k.ChangeWindow, k.EndWindow, k.OpenServers},
		pageSettings:    {k.Alter, k.Forget},
	}[p]
}

// moveKeys are the capitals that move a work order, in the order of its life.
func moveKeys(k *keymap) []key.Binding {
	var out []key.Binding
	for _, state := range queue.States() {
		for _, m := range queue.Moves(queue.Order{State: state}, queue.Lead) {
			b := k.moveKey(m.Action, m.Label)
			if b.Enabled() && !slices.ContainsFunc(out, func(had key.Binding) bool { return had.Help().Key == b.Help().Key }) {
				out = append(out, b)
			}
		}
	}
	return out
}
