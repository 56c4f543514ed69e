package tui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// queueCommands are the queue's further screens: what the palette offers.
func queueCommands(sh *shared) []choice {
	return []choice{
		named(sh, "picklist", sh.t.Say("parts to load and where to walk, for what is ready; or picklist 12 17"), openPickListMsg{}),
		named(sh, "disposals", sh.t.Say("what became of removed disks"), openDisposalsMsg{}),
		named(sh, "aisle", sh.t.Say("one work order in large text: aisle 12"), sayMsg{fleet.Unknown, sh.t.Say("which order? type aisle and its number")}),
	}
}

// queueCommand reads "aisle 12" and "picklist 12 17"; nil when it is neither.
func queueCommand(typed string) tea.Msg {
	words := strings.Fields(strings.ToLower(typed))
	if len(words) < 2 {
		return nil
	}
	var ids []int64
	for _, w := range words[1:] {
		id, err := strconv.ParseInt(strings.Trim(w, "#,"), 10, 64)
		if err != nil {
			return nil
		}
		ids = append(ids, id)
	}
	switch words[0] {
	case "aisle":
		return openAisleMsg{ids[0]}
	case "picklist":
		return openPickListMsg{ids}
	}
	return nil
}

// offerAisle offers the orders that somebody may be going to, once "aisle" is typed.
func (p *palette) offerAisle(add func(string, func() choice)) {
	if p.sh.view == nil || !strings.HasPrefix(strings.ToLower(strings.TrimSpace(p.input.Value())), "aisle") {
		return
	}
	for i := range p.sh.view.Orders {
		o := &p.sh.view.Orders[i]
		if o.State != queue.Ready && o.State != queue.InProgress && o.State != queue.Replaced {
			continue
		}
		name := "aisle " + strconv.FormatInt(o.ID, 10)
		add(name, func() choice { return choice{name: name, what: p.orderWhat(o), msg: openAisleMsg{o.ID}} })
	}
}
