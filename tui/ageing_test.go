package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
)

// TestGoldenAgeing shows the panels of the Ageing screen, the explanation of a
// risk and the Services screen.
func TestGoldenAgeing(t *testing.T) {
	panel := func(n int, keys ...string) []string {
		out := []string{"5"}
		for range n {
			out = append(out, "tab")
		}
		return append(out, keys...)
	}
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool // at every window size
	}{
		{"overview", ageingView(), panel(0), true},
		{"overview-parts", ageingView(), panel(0, "v", "j", "j"), false},
		{"overview-nothing-yet", nil, panel(0), false},
		{"overview-empty", emptyView(), panel(0), false},
		{"overview-not-judged", &ops.View{Fleet: handView().Fleet}, panel(0), false},
		{"over-age", ageingView(), panel(1), true},
		{"over-age-parts", ageingView(), panel(1, "v", "j", "j"), true},
		{"risk", ageingView(), panel(2), true},
		{"risk-by-risk", ageingView(), panel(2, "P", "j"), false},
		{"forecast", ageingView(), panel(3), true},
		{"budget", ageingView(), panel(4), true},
		{"batches", ageingView(), panel(5), true},
		{"batches-none", handView(), panel(5), false},
		{"slice-choosing", ageingView(), panel(1, "b", "tab", "down", "down"), true},
		{"slice-looking", ageingView(), panel(1, "b", "tab", "type:du lieu"), false},
		{"slice-none", ageingView(), panel(1, "b", "type:zzz"), false},
		{"sliced", ageingView(), panel(1, "b", "tab", "type:tdo", "enter"), true},
		{"sliced-to-nothing-over-age", ageingView(), panel(1, "b", "tab", "type:shared", "enter"), false},
		{"explanation", ageingView(), panel(2, "j", "enter"), true},
		{"explanation-scrolled", ageingView(), panel(2, "j", "enter", "ctrl+d", "G"), false},
		{"explanation-failed", ageingView(), panel(2, "enter"), false},
		{"services", ageingView(), []string{"6"}, true},
		{"services-nothing-yet", nil, []string{"6"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view).press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// inAgeing is a console on a panel of the Ageing screen.
func inAgeing(t *testing.T, w, h, panel int, keys ...string) *console {
	t.Helper()
	return newConsole(t, w, h, ageingView()).press(ageingKeys(panel)...).press(keys...)
}

func TestAgeingLeadsOn(t *testing.T) {
	for _, x := range []struct {
		name  string
		panel int
		keys  string
		want  string // breadcrumbs
		line  string // somewhere on screen
	}{
		{"a year of the histogram", 0, "enter", "Servers", "year:2016  2 of 12 servers"},
		{"what has no date", 0, "G enter", "Servers", "band:unknown  1 of 12 servers"},
		{"a server over age", 1, "enter", "Ageing › hn-b02-13", "age 10.0 y (inventory)"},
		{"a part over age", 1, "v j enter", "Ageing › hn-b02-13", "disk Bay 1"},
		{"why a server is risky", 1, "x", "Ageing › Risk of", "of hn-b02-13"},
		{"why a part is risky", 2, "j enter", "Ageing › Risk of Bay 1", "2 pending [BBSMART]"},
		{"the server of a risk", 2, "j o", "Ageing › hn-c11-20", "disk Bay 1"},
		{"from why to the server", 2, "j enter o", "Ageing › Risk of Bay 1 › hn-c11-20", "disk Bay 1"},
		{"proposing from the risks", 2, "p", "Ageing › Propose", "disk Bay 2 of hn-a07-01"},
		{"proposing from why", 2, "enter p", "Ageing › Risk of Bay 2 › Propose", "disk Bay 2 of hn-a07-01"},
		{"proposing a whole server", 1, "p", "Ageing › hn-b02-13", "choose the part to replace"},
		{"where a forecast part sits", 3, "j enter", "Servers", `part:"MZILS960HEHP0D3"  1 of 12 servers`},
		{"parts that name nothing", 3, "j j enter", "Ageing", "neither part number nor model"},
		{"where a budget line's parts sit", 4, "j enter", "Servers", `part:"ST1200MM0099"  11 of 12 servers`},
		{"where a batch sits", 5, "enter", "Servers", `part:"ST1200MM0099"  11 of 12 servers`},
		{"Shift-Tab goes round", 0, "shift+tab", "Ageing", "[Batches]"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := inAgeing(t, 120, 40, x.panel, strings.Fields(x.keys)...)
			if got := c.crumbs(); !strings.HasPrefix(got, x.want) {
				t.Errorf("got %q, want %q", got, x.want)
			}
			if c.line(x.line) == "" {
				t.Errorf("no line with %q:\n%s", x.line, c.screen())
			}
		})
	}
}

// TestYoungButFailing: evidence outranks age, and the explanation's factors
// make the printed hazard, each with its source.
func TestYoungButFailing(t *testing.T) {
	c := inAgeing(t, 200, 60, 2, "P")
	failing, old := -1, -1
	for i, l := range strings.Split(c.screen(), "\n") {
		list, _, _ := strings.Cut(l, "│")
		if failing < 0 && strings.Contains(list, "hn-c11-20") && strings.Contains(list, "disk Bay 1") {
			failing = i
		}
		if old < 0 && strings.Contains(list, "hn-b02-13") && strings.Contains(list, "disk Bay 0") {
			old = i
		}
	}
	if failing < 0 || old < 0 || failing > old {
		t.Errorf("a young disk with pending sectors (line %d) should stand above a clean old one (line %d):\n%s", failing, old, c.screen())
	}
	c = inAgeing(t, 120, 40, 2, "j", "enter")
	for _, part := range []string{"0.015333 × 13", "[BB25]       Backblaze Drive Stats", "[BBSMART]    annual failure rate", "not used     ×3       12 reallocated",
		"100 × P", "same family, weaker"} {
		if c.line(part) == "" {
			t.Errorf("the explanation does not say %q:\n%s", part, c.screen())
		}
	}
}

func TestSliceIsChosen(t *testing.T) {
	c := inAgeing(t, 120, 40, 1, "b", "tab", "type:tdo", "enter")
	if got, want := c.crumbs(), "Ageing of service TDOffice"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if c.line("hn-b02-13") != "" || c.line("hn-a07-01") == "" {
		t.Errorf("the list is not that of the slice:\n%s", c.screen())
	}
	c.press("b", "tab", "tab", "tab", "type:r740", "enter")
	if got, want := c.crumbs(), "Ageing of service TDOffice, model PowerEdge R740"; got != want {
		t.Errorf("a second limit adds to the first: got %q, want %q", got, want)
	}
	if c.press("tab", "tab", "tab", "tab", "tab", "enter"); c.line(`service:"TDOffice" model:"PowerEdge R740"`) == "" {
		t.Errorf("Enter on a year keeps to the slice:\n%s", c.screen())
	}
	c.press("5", "b", "esc")
	if got, want := c.crumbs(), "Ageing of service TDOffice, model PowerEdge R740"; got != want {
		t.Errorf("Esc while choosing leaves the slice: got %q, want %q", got, want)
	}
	c.press("b", "tab", "up", "enter")
	if c.press("esc"); c.crumbs() != "Ageing" || c.line("12 servers, 6 past their service life") == "" {
		t.Errorf("Esc shows the whole fleet at once:\n%s", c.screen())
	}
	if c.press("esc"); c.crumbs() != "Overview" {
		t.Errorf("the second Esc leaves: got %q", c.crumbs())
	}
	if c.press("5", "b", "q", "q"); c.crumbs() == "" || c.app.top().Typing() == false {
		t.Error("letters look for a value while choosing; q must not quit")
	}
}

// TestAnswersComeLater holds that keys do not wait for sums, and that an answer
// which comes too late does no harm.
func TestAnswersComeLater(t *testing.T) {
	c := newConsole(t, 120, 40, ageingView())
	_, first := c.app.Update(keyPress("5"))
	if c.line("working it out") == "" {
		t.Errorf("before the answer:\n%s", c.screen())
	}
	_, second := c.app.Update(keyPress("tab"))
	for _, msg := range run(second) {
		c.send(msg)
	}
	for _, msg := range run(first) {
		c.send(msg)
	}
	if c.line("10.0 y ++") == "" || c.line("[Over age 6]") == "" {
		t.Errorf("the answers came in another order:\n%s", c.screen())
	}
	_, lost := c.app.Update(keyPress("tab")) // the answer comes while another screen is shown
	c.press("2")
	for _, msg := range run(lost) {
		c.send(msg)
	}
	if c.press("5"); c.line("[Risk 8]") == "" {
		t.Errorf("after an answer was lost the panel asks again:\n%s", c.screen())
	}
}

func TestServicesLeadOn(t *testing.T) {
	c := newConsole(t, 120, 40, ageingView()).press("6", "enter")
	if c.line(`service:"TDOffice"  3 of 12 servers`) == "" {
		t.Errorf("Enter on a service shows its servers:\n%s", c.screen())
	}
	if c.press(":", "type:services", "enter"); c.crumbs() != "Services" {
		t.Errorf("the palette: got %q", c.crumbs())
	}
	if c.press(":", "type:ageing forecast", "enter"); c.line("[Forecast]") == "" {
		t.Errorf("the palette names a panel:\n%s", c.screen())
	}
}

func TestServersByRisk(t *testing.T) {
	c := newConsole(t, 120, 40, ageingView()).press("2", "P")
	if got := c.line("▸ "); !strings.Contains(got, "hn-c11-20") && !strings.Contains(got, "hn-a07-01") {
		t.Errorf("P sorts the riskiest first: %q", got)
	}
	for _, x := range []struct{ filter, want string }{
		{"risk:>10%", "of 12 servers"}, {"risk:>94", "0 of 12 servers"}, {"risk:unknown", "1 of 12 servers"}, {"year:<2018", "4 of 12 servers"},
		{"year:2018", "2 of 12 servers"}, {"over:>0", "7 of 12 servers"}, {"part:mzils", "1 of 12 servers"},
		{"risk:>5y", "the unit is % (per cent)"}, {"year:>2018y", "this number has no unit"}, {"age:>5%", "the unit is y (years)"},
	} {
		c := newConsole(t, 120, 40, ageingView()).press("2", "/", "type:"+x.filter, "enter")
		if c.line(x.want) == "" {
			t.Errorf("%s: no %q:\n%s", x.filter, x.want, c.screen())
		}
	}
}

// TestAgeingFits draws the panels themselves at many sizes, over a fleet with
// hostile texts.
func TestAgeingFits(t *testing.T) {
	sizes := append([][2]int{{60, 10}, {61, 11}, {79, 17}, {109, 30}, {110, 30}, {159, 20}, {160, 20}, {250, 80}}, windows...)
	paths := [][]string{{"6"}, {"5", "b", "tab"}, append(ageingKeys(2), "j", "enter"), append(ageingKeys(1), "v")}
	for i := range ageingPanels {
		paths = append(paths, ageingKeys(i))
	}
	for _, keys := range paths {
		c := newConsole(t, 100, 30, ageingView()).press(keys...)
		for _, size := range sizes {
			drawn := c.app.top().View(size[0], size[1])
			checkFits(t, strings.Join(keys, " "), drawn, size[0], size[1])
			if i := strings.IndexFunc(strings.ReplaceAll(ansi.Strip(drawn), "\n", ""), hostile); i >= 0 {
				t.Errorf("%v at %v: a control character got out", keys, size)
			}
		}
		c.app.theme.ascii = true
		c.app.restyle()
		if hasHigh(c.app.View().Content) {
			t.Errorf("%v: the ASCII theme draws other characters", keys)
		}
	}
}

// TestBeforeItIsJudged presses every key of the ageing screens while nothing is
// judged yet: a large fleet is shown before.
func TestBeforeItIsJudged(t *testing.T) {
	for name, v := range map[string]*ops.View{"nothing": nil, "no servers": emptyView(), "not judged": {Fleet: handView().Fleet}} {
		for _, at := range []string{"5", "6", "2"} {
			c := newConsole(t, 100, 30, v)
			for range 7 {
				c.press(at, "b", "esc", "v", "x", "p", "o", "enter", "esc", "P", "j", "G", at, "tab")
			}
			checkFits(t, name, c.app.View().Content, 100, 30)
		}
		c := newConsole(t, 100, 30, v)
		c.send(explainMsg{"hn-a07-01", "disk/Disk 0:1:2"})
		if c.line("not worked out yet") == "" && c.line("Nothing is judged there") == "" {
			t.Errorf("%s: the explanation does not say that there is none:\n%s", name, c.screen())
		}
	}
	c := newConsole(t, 100, 30, &ops.View{Fleet: handView().Fleet}).press("5")
	if c.send(viewMsg{ageingView()}); c.line("12 servers, 6 past their service life") == "" {
		t.Errorf("the judgement came and is not shown:\n%s", c.screen())
	}
}

// TestAmountsAreNotCut holds that no window is so narrow that half an amount is
// shown: it would be a wrong one.
func TestAmountsAreNotCut(t *testing.T) {
	for _, w := range []int{60, 70, 80, 90, 100, 120} {
		for _, panel := range []int{3, 4} {
			c := inAgeing(t, w, 30, panel)
			for line := range strings.SplitSeq(c.screen(), "\n") {
				row := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "▸") // not the line of details below
				if row && regexp.MustCompile(`[\d,.]…`).MatchString(regexp.MustCompile(`MZ\w*…`).ReplaceAllString(line, "")) {
					t.Errorf("%d wide: %q", w, line)
				}
			}
		}
	}
}
