package tui

import (
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/queue"
)

// styles holds every style and glyph of the console. Nothing else makes a
// lipgloss.Style, so that a theme is changed in one place. No meaning is
// carried by colour alone: each of these goes with a word, a glyph or both.
type styles struct {
	theme theme
	t     *lang.Tongue // of the words that go with a style

	title    lipgloss.Style // a panel's or list's heading
	faint    lipgloss.Style // secondary, stale, already known
	bold     lipgloss.Style
	label    lipgloss.Style // the name before a value
	selected lipgloss.Style // the line under the cursor
	warn     lipgloss.Style
	bad      lipgloss.Style
	good     lipgloss.Style
	keyName  lipgloss.Style // a key in a hint
	crumb    lipgloss.Style // the last breadcrumb
	brand    lipgloss.Style
	rule     lipgloss.Style // lines between panels
	mark     lipgloss.Style // marked rows, the prompt
	plain    lipgloss.Style
	alarm    lipgloss.Style // somebody must stop at once; with a glyph and words

	health [5]lipgloss.Style
	bands  map[ageing.Band]lipgloss.Style
	tiers  map[queue.Tier]lipgloss.Style
	states map[queue.State]lipgloss.Style

	glyphs  [5]string // by fleet.Health, one cell each
	cursor  string    // before the selected line
	noCur   string    // the same width, before the others
	marked  string    // before a marked line
	crumbs  string    // between breadcrumbs
	full    string    // a filled cell of a bar
	empty   string    // an empty cell of a bar
	fills   [6]string // of a bar, by age band: told apart without colour
	asc     string    // sorted, least first
	desc    string    // sorted, greatest first
	before  string    // there are columns to the left
	after   string    // there are columns to the right
	hline   string
	ellipse string
}

// newStyles makes the styles of a theme; t speaks the language of the words.
func newStyles(th theme, t *lang.Tongue) *styles {
	p := th.paints()
	s := &styles{
		theme:    th,
		t:        t,
		plain:    lipgloss.NewStyle(),
		title:    lipgloss.NewStyle().Bold(true),
		faint:    th.text(p.grey),
		bold:     lipgloss.NewStyle().Bold(true),
		label:    th.text(p.grey),
		selected: lipgloss.NewStyle().Bold(true),
		warn:     th.text(p.amber).Bold(true),
		bad:      th.text(p.red).Bold(true),
		good:     th.text(p.blue),
		keyName:  th.text(p.violet).Bold(true),
		crumb:    lipgloss.NewStyle().Bold(true),
		brand:    th.text(p.blue).Bold(true),
		rule:     th.text(p.line),
		mark:     th.text(p.violet).Bold(true),
		alarm:    lipgloss.NewStyle().Foreground(lipgloss.Color("#ffffff")).Background(lipgloss.Color("#af0000")).Bold(true),
	}
	if th.name == themeContrast {
		s.bad = s.bad.Reverse(true)
	}
	if th.fewColours() { // text on a bar of the 16 must not keep a foreground that vanishes on it
		s.selected, s.alarm = s.selected.Reverse(true), s.bad.Reverse(true)
	} else {
		s.selected = s.selected.Background(th.colour(p.bar))
	}
	s.setMeanings(th.text(p.amber), th.text(p.violet))
	s.setGlyphs()
	return s
}

// setMeanings gives the product's words their styles.
func (s *styles) setMeanings(amber, violet lipgloss.Style) {
	s.health[fleet.Unknown] = violet
	s.health[fleet.OK] = s.good // blue, not green: told apart from red by everyone
	s.health[fleet.Warning] = s.warn
	s.health[fleet.Critical] = s.bad.Underline(true)
	s.health[fleet.Absent] = s.faint

	s.bands = map[ageing.Band]lipgloss.Style{
		ageing.BandUnknown: violet, ageing.BandNone: s.faint, ageing.BandOK: s.good, ageing.BandAgeing: amber,
		ageing.BandOver: s.warn, ageing.BandFarOver: s.bad,
	}
	s.tiers = map[queue.Tier]lipgloss.Style{
		queue.P1: s.bad, queue.P2: s.warn, queue.P3: s.bold, queue.P4: s.faint,
	}
	s.states = map[queue.State]lipgloss.Style{
		queue.Proposed: s.warn, queue.Approved: s.good, queue.Ordered: s.good, queue.Ready: s.bold,
		queue.InProgress: s.mark, queue.Replaced: s.mark, queue.Deferred: s.faint, queue.Verified: s.good,
		queue.Closed: s.faint, queue.Rejected: s.faint, queue.Cancelled: s.faint,
	}
}

// setGlyphs picks the characters; each is one cell wide in every terminal.
func (s *styles) setGlyphs() {
	s.glyphs = [5]string{fleet.Unknown: "?", fleet.OK: "✓", fleet.Warning: "▴", fleet.Critical: "✗", fleet.Absent: "·"}
	s.cursor, s.noCur, s.marked, s.crumbs = "▸ ", "  ", "● ", " › "
	s.full, s.empty, s.asc, s.desc, s.hline, s.ellipse = "█", "░", "▲", "▼", "─", "…"
	s.before, s.after = "◂", "▸"
	s.fills = [6]string{ageing.BandUnknown: "?", ageing.BandNone: "·", ageing.BandOK: "░", ageing.BandAgeing: "▒", ageing.BandOver: "▓", ageing.BandFarOver: "█"}
	if !s.theme.ascii {
		return
	}
	s.fills = [6]string{ageing.BandUnknown: "?", ageing.BandNone: "-", ageing.BandOK: ".", ageing.BandAgeing: "=", ageing.BandOver: "+", ageing.BandFarOver: "#"}
	s.glyphs = [5]string{fleet.Unknown: "?", fleet.OK: ".", fleet.Warning: "!", fleet.Critical: "X", fleet.Absent: "-"}
	s.cursor, s.marked, s.crumbs = "> ", "* ", " > "
	s.full, s.empty, s.asc, s.desc, s.hline, s.ellipse = "#", ".", "^", "v", "-", "~"
	s.before, s.after = "<", ">"
}

// glyph is a health as a shape alone, coloured; only where the word is near.
func (s *styles) glyph(h fleet.Health) string { return s.healthStyle(h).Render(s.glyphText(h)) }

// badge is a health as shape, word and colour: any one of them is enough.
func (s *styles) badge(h fleet.Health) string { return s.healthStyle(h).Render(s.badgeText(h)) }

// badgeText is a badge without colour, for cells that a table colours.
func (s *styles) badgeText(h fleet.Health) string { return s.glyphText(h) + " " + s.word(h) }

// word is a health in the reader's language.
func (s *styles) word(h fleet.Health) string { return s.t.Text(h.String()) }

func (s *styles) glyphText(h fleet.Health) string {
	if int(h) < len(s.glyphs) {
		return s.glyphs[h]
	}
	return s.glyphs[fleet.Unknown]
}

func (s *styles) healthStyle(h fleet.Health) lipgloss.Style {
	if int(h) < len(s.health) {
		return s.health[h]
	}
	return s.health[fleet.Unknown]
}

// band is the style of an age band; the band's word goes with it.
func (s *styles) band(b ageing.Band) lipgloss.Style { return s.bands[b] }

// tier is the style of a priority; its text ("P1") goes with it.
func (s *styles) tier(t queue.Tier) lipgloss.Style { return s.tiers[t] }

// state is the style of a work order's state; its word goes with it.
func (s *styles) state(st queue.State) lipgloss.Style { return s.states[st] }
