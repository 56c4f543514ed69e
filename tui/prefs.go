package tui

import (
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
)

// Settings keep what a person chose from one visit to the next; settings.File is
// the real one.
type Settings interface {
	Get(key string) string
	// Names are the keys that begin with prefix.
	Names(prefix string) []string
	// Set may wait for a disk: it is called in commands only.
	Set(key, value string) error
	// Notice is what a person must know: that nothing is kept, or was broken.
	Notice() string
}

// The keys of the settings. Those that end in a dot are followed by the name of
// a list ("servers") or of a saved filter.
const (
	prefTheme    = "theme"    // auto, dark, light, contrast
	prefLanguage = "language" // en, vi
	prefMouse    = "mouse"    // yes, no
	prefASCII    = "ascii"    // yes, no
	prefVisit    = "visit"    // when the console was last looked at, RFC 3339
	prefSort     = "sort."    // title of the column, with - before it in reverse
	prefWide     = "wide."    // yes
	prefFilter   = "filter."  // the list and the filter: "servers health:critical"
)

// prefs are the settings as the screens see them: what was set counts at once,
// whether or not it could be kept.
type prefs struct {
	kept  Settings // nil keeps nothing
	fresh map[string]string
	// waiting are commands that keep what was set in passing.
	waiting []tea.Cmd
	// before is when the person last looked, before this visit; zero at the first.
	before time.Time
}

func newPrefs(kept Settings) *prefs {
	p := &prefs{kept: kept, fresh: map[string]string{}}
	if at, err := time.Parse(time.RFC3339, p.get(prefVisit)); err == nil {
		p.before = at
	}
	return p
}

// get is the value of a key; empty when nothing was chosen.
func (p *prefs) get(key string) string {
	if v, ok := p.fresh[key]; ok {
		return v
	}
	if p.kept == nil {
		return ""
	}
	return p.kept.Get(key)
}

// names are the keys that begin with prefix and have a value, sorted.
func (p *prefs) names(prefix string) []string {
	all := map[string]bool{}
	if p.kept != nil {
		for _, k := range p.kept.Names(prefix) {
			all[k] = true
		}
	}
	for k, v := range p.fresh {
		if strings.HasPrefix(k, prefix) {
			all[k] = v != ""
		}
	}
	maps.DeleteFunc(all, func(_ string, has bool) bool { return !has })
	return slices.Sorted(maps.Keys(all))
}

// set chooses a value (empty: none) and returns the command that keeps it.
func (p *prefs) set(key, value string) tea.Cmd {
	p.fresh[key] = value
	if p.kept == nil {
		return nil
	}
	return func() tea.Msg {
		if err := p.kept.Set(key, value); err != nil {
			return sayMsg{fleet.Warning, err.Error()}
		}
		return nil
	}
}

// keep chooses a value, as set does, where no command can be returned: the App
// keeps it after the key.
func (p *prefs) keep(key, value string) { p.waiting = append(p.waiting, p.set(key, value)) }

// flush is the command that keeps what is waiting.
func (p *prefs) flush() tea.Cmd {
	if len(p.waiting) == 0 {
		return nil
	}
	all := p.waiting
	p.waiting = nil
	return tea.Sequence(all...)
}

// notice is what the person must know about their settings.
func (p *prefs) notice() string {
	if p.kept == nil {
		return ""
	}
	return p.kept.Notice()
}

// prefYesNo is a choice as it is kept.
func prefYesNo(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

// LanguageSetting is the key of the language that a person chose: whoever starts
// the console needs it to make its Tongue.
const LanguageSetting = prefLanguage

// Themes are the names of the themes, the default first.
func Themes() []string { return themeNames() }
