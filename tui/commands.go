package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/lists"
)

// doMsg is something that the App itself does, asked for by name.
type doMsg struct{ do func(*App) tea.Cmd }

// commands are what the palette can do beyond opening something.
func (a *App) commands() []choice {
	sh := a.sh
	say := sh.t.Say
	do := func(f func(*App) tea.Cmd) tea.Msg { return doMsg{f} }
	out := []choice{
		named(sh, "freeze", say("hold the screen still, or let it go on"), do((*App).toggleFreeze)),
		named(sh, "wide", say("more columns, or fewer"), do(func(a *App) tea.Cmd { cmd, _ := a.widen(); return cmd })),
		named(sh, "copy", say("the value under the cursor"), do(func(a *App) tea.Cmd { cmd, _ := a.copied(); return cmd })),
		named(sh, "keys", say("what every key does here"), do((*App).toggleHelp)),
	}
	for _, name := range themeNames() {
		out = append(out, named(sh, "theme "+name, say(themeWords(name)), chooseMsg{prefTheme, name}))
	}
	for _, code := range lang.Codes() {
		out = append(out, named(sh, "language "+string(code), languageName(code), chooseMsg{prefLanguage, string(code)}))
	}
	out = append(out,
		named(sh, "mouse on", say("the wheel scrolls, a click selects; marking text needs Shift then"), chooseMsg{prefMouse, prefYesNo(true)}),
		named(sh, "mouse off", say("the terminal marks text as usual"), chooseMsg{prefMouse, prefYesNo(false)}))
	out = append(out, a.filterCommands()...)
	if mayAct(sh) {
		out = append(out, named(sh, "read all", say("ask every server again now"), do((*App).askReadAll)))
	}
	return append(out, named(sh, "quit", say("leave ironage"), tea.QuitMsg{}))
}

// themeWords say what a theme is for.
func themeWords(name string) string {
	switch name {
	case themeDark:
		return "for a dark background"
	case themeLight:
		return "for a light background"
	case themeContrast:
		return "strong contrast"
	}
	return "dark or light, as the terminal says"
}

// languageName is a language in its own words: whoever cannot read the one that
// is shown must find theirs.
func languageName(c lang.Code) string {
	if c == lang.Vietnamese {
		return "Tiếng Việt"
	}
	return "English"
}

// filterCommands save the filter that is shown and open those that were saved.
func (a *App) filterCommands() []choice {
	sh := a.sh
	save := named(sh, "save filter", sh.t.Say("keep the filter of this list under a name: save filter night"), sayMsg{fleet.Unknown, sh.t.Say("type a name after it: save filter night")})
	save.with = func(name string) tea.Msg { return doMsg{func(a *App) tea.Cmd { return a.saveFilter(name) }} }
	out := []choice{save}
	for _, key := range sh.prefs.names(prefFilter) {
		name, place := strings.TrimPrefix(key, prefFilter), sh.prefs.get(key)
		list, text, _ := strings.Cut(place, " ")
		if pageMakers()[page(list)] == nil {
			continue
		}
		c := named(sh, "filter", "", nil)
		for i := range c.also {
			c.also[i] += " " + name
		}
		c.name, c.what, c.msg = c.name+" "+clean(name), clean(place), openPageMsg{page: page(list), filter: text}
		out = append(out, c)
	}
	return out
}

// saveFilter keeps the filter of the list that is shown under a name.
func (a *App) saveFilter(name string) tea.Cmd {
	name = lists.SavedName(name) // one word: @name stands for it in other filters
	place := ""
	if p, ok := a.stack[0].(placer); ok {
		place = p.Place()
	}
	list, text, _ := strings.Cut(place, " ")
	switch {
	case pageMakers()[page(list)] == nil || text == "":
		a.say(fleet.Warning, a.sh.t.Say("there is no filter to save here: open a list and type / first"))
		return nil
	case name == "":
		a.say(fleet.Warning, a.sh.t.Say("a saved filter needs a name"))
		return nil
	}
	a.say(fleet.OK, a.sh.t.Say("saved as %s: %s opens it again", name, ":"+a.sh.t.Say("filter")+" "+name))
	return a.sh.prefs.set(prefFilter+name, place)
}

// askReadAll asks before the whole fleet is asked: it is work for every agent.
func (a *App) askReadAll() tea.Cmd {
	v := a.sh.view
	if v == nil || v.Fleet == nil || v.Fleet.Len() == 0 {
		a.say(fleet.Unknown, a.sh.t.Say("there is no server to read"))
		return nil
	}
	n := a.sh.t.Count(v.Fleet.Len(), "%d server", "%d servers")
	return send(askMsg{a.sh.t.Say("Read %s again now?", n), readAll(a.sh)})
}

// readAll asks for a fresh read of every server, one after the other.
func readAll(sh *shared) tea.Cmd {
	v := sh.view
	return func() tea.Msg {
		for i := range v.Fleet.Len() {
			if err := sh.desk.ReadNow(sh.ctx, sh.actor, v.Fleet.At(i).Server.Name); err != nil {
				return sayMsg{fleet.Critical, sh.t.Say("only %d servers were asked: %s", i, sh.t.Text(fmt.Sprint(err)))}
			}
		}
		return sayMsg{fleet.OK, sh.t.Count(v.Fleet.Len(), "%d server is read again now", "%d servers are read again now")}
	}
}
