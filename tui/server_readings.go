package tui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
)

// chartSpan is over how long a time a reading is drawn.
type chartSpan uint8

const (
	anHour chartSpan = iota
	aDay
	aMonth
	chartSpans
)

func (c chartSpan) length() time.Duration {
	return [chartSpans]time.Duration{time.Hour, 24 * time.Hour, 30 * 24 * time.Hour}[c]
}

func (c chartSpan) name() string { return [chartSpans]string{"hour", "day", "month"}[c] }

// curves is the state of the panel that draws readings.
type curves struct {
	span   chartSpan
	at     string // metric under the cursor
	top    int
	hours  map[string]pastHours
	asking string // metric that is being read
	list   []curve
	listOf *fleet.Entry
}

// pastHours is a month of one reading, as it was read.
type pastHours struct {
	hours   []fleet.HourValue
	trouble string
	read    time.Time
}

type readingsMsg struct {
	of     *serverScreen
	metric string
	hours  []fleet.HourValue
	err    error
	at     time.Time
}

func newCurves() curves { return curves{span: aDay, hours: map[string]pastHours{}} }

// readingsAgain is when a month of readings is asked for anew: the store gets
// them in pieces of this length.
const readingsAgain = 5 * time.Minute

func (c *curves) read(msg readingsMsg) {
	if c.asking == msg.metric {
		c.asking = ""
	}
	past := pastHours{hours: msg.hours, read: msg.at}
	if msg.err != nil {
		past.trouble = msg.err.Error()
		past.hours = c.hours[msg.metric].hours // what was read before is better than nothing
	}
	c.hours[msg.metric] = past
}

// curves are the readings of the server as it was last read.
func (s *serverScreen) readings() []curve {
	if s.entry != s.curves.listOf {
		s.curves.list, s.curves.listOf = nil, s.entry
		if s.entry != nil {
			s.curves.list = curvesOf(s.sh, s.entry)
		}
	}
	return s.curves.list
}

// curve is the one under the cursor, and where it stands.
func (s *serverScreen) curve() (*curve, int) {
	list := s.readings()
	for i := range list {
		if list[i].metric == s.curves.at {
			return &list[i], i
		}
	}
	if len(list) == 0 {
		return nil, 0
	}
	s.curves.at = list[0].metric
	return &list[0], 0
}

// loadReadings asks for the month of the reading that is shown, when nobody
// knows it or what is known is old.
func (s *serverScreen) loadReadings() tea.Cmd {
	c, _ := s.curve()
	if s.at != inReadings || c == nil || s.curves.asking == c.metric {
		return nil
	}
	now := s.sh.now()
	if had, ok := s.curves.hours[c.metric]; ok && now.Sub(had.read) < readingsAgain {
		return nil
	}
	s.curves.asking = c.metric
	sh, name, metric := s.sh, s.name, c.metric
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		hours, err := sh.desk.Readings(ctx, name, metric, now.Add(-aMonth.length()-time.Hour))
		return readingsMsg{s, metric, hours, err, now}
	}
}

func (s *serverScreen) movedInReadings(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	switch {
	case key.Matches(msg, k.Shorter):
		s.curves.span = max(s.curves.span, 1) - 1
	case key.Matches(msg, k.Longer):
		s.curves.span = min(s.curves.span+1, chartSpans-1)
	default:
		list := s.readings()
		_, at := s.curve()
		if n := s.stride(msg, s.page); n != 0 && len(list) > 0 {
			s.curves.at = list[max(min(at+n, len(list)-1), 0)].metric
			return s.loadReadings()
		}
	}
	return nil
}

// readingsBody is the list of readings and the chart of the one under the cursor.
func (s *serverScreen) readingsBody(width, height int) []string {
	list := s.readings()
	if len(list) == 0 {
		l := newLines(s.sh, width)
		text := s.sh.t.Say("It reports nothing that could be drawn: no temperature, fan, power, use or file system.")
		if s.entry.State.LastRead().IsZero() {
			text = s.sh.t.Say("Never read yet: there is nothing to draw. %s asks for a read now.", s.sh.keys.ReadNow.Help().Key)
		}
		l.text("", text, s.sh.styles.faint)
		return l.all
	}
	left := min(max(width*3/10, 26), 44)
	right := width - left - 3
	rule := " " + s.sh.styles.rule.Render("│") + " "
	return beside(s.curveList(list, left, height), left, rule, s.chart(right, height))
}

func (s *serverScreen) curveList(list []curve, width, height int) []string {
	st := s.sh.styles
	s.page = max(height, 1)
	_, at := s.curve()
	s.curves.top = max(min(s.curves.top, at, len(list)-height), at-height+1, 0)
	out := make([]string, 0, height)
	for i := s.curves.top; i < len(list) && len(out) < height; i++ {
		lead := st.noCur
		if i == at {
			lead = st.cursor
		}
		value := list[i].value(s.sh)
		room := max(width-2-1-len([]rune(value)), 4)
		look := st.plain
		if s.old(&list[i]) {
			look = st.faint
		}
		out = append(out, s.shade(lead+look.Render(fit(list[i].label, room)+" "+value), i == at, width))
	}
	return out
}

// old reports whether a reading was not read for longer than it should have been.
func (s *serverScreen) old(c *curve) bool {
	return !c.slow && s.interval() > 0 && s.sh.now().Sub(c.at) > fleet.StaleAfter*s.interval()
}

// chart is the course of the reading under the cursor.
func (s *serverScreen) chart(width, height int) []string {
	c, _ := s.curve()
	now, st := s.sh.now(), s.sh.styles
	head, foot := newLines(s.sh, width), newLines(s.sh, width)
	points, step, state := s.chartOf(c, now)
	head.row(st.title.Render(c.label) + "  " + s.spanTabs())
	if text := chartCaption(s.sh, points, c.unit); text != "" {
		head.row(st.faint.Render(text))
	}
	s.curveNote(foot, c)
	rows := height - len(head.all) - len(foot.all)
	if state != "" {
		head.text("", state, st.faint)
		return append(head.all, foot.all...)
	}
	drawn := brailleChart(s.sh, points, width, max(rows, 1), chartOptions{unit: c.unit, from: now.Add(-s.curves.span.length()), to: now, step: step})
	return append(append(head.all, drawn...), foot.all...)
}

func (s *serverScreen) spanTabs() string {
	text := ""
	for c := range chartSpans {
		name := s.sh.t.Text(c.name())
		if c == s.curves.span {
			text += s.sh.styles.bold.Render("["+name+"]") + " "
		} else {
			text += s.sh.styles.faint.Render(" "+name+" ") + " "
		}
	}
	return text + s.sh.styles.faint.Render("h/l")
}

// chartOf are the points to draw, how far they lie apart, and why there are none.
func (s *serverScreen) chartOf(c *curve, now time.Time) (points []point, step time.Duration, state string) {
	t := s.sh.t
	if s.curves.span == anHour {
		step = max(s.interval(), time.Second)
		if c.recent == nil {
			return nil, step, t.Say("This reading is kept by the hour only; %s shows the day.", s.sh.keys.Longer.Help().Key)
		}
		return c.recentPoints(step), step, ""
	}
	past, known := s.curves.hours[c.metric]
	switch {
	case past.trouble != "" && len(past.hours) == 0:
		return nil, 0, t.Say("The readings could not be read: %s", t.Text(clean(past.trouble)))
	case !known:
		return nil, 0, t.Say("Reading the history…")
	case len(past.hours) == 0:
		return nil, 0, t.Say("Nothing kept yet: the first hour is written some minutes after the first read.")
	}
	step = [chartSpans]time.Duration{aDay: time.Hour, aMonth: 6 * time.Hour}[s.curves.span]
	points = c.pastPoints(past.hours, now.Add(-s.curves.span.length()), step)
	if c.slow { // with whole inventories only
		step = 13 * time.Hour
	}
	if len(points) == 0 {
		return nil, 0, t.Say("Nothing was read in this time; %s shows more.", s.sh.keys.Longer.Help().Key)
	}
	return points, step, ""
}

// curveNote is what stands below a chart: the latest value and its age, and for
// a file system when it is full.
func (s *serverScreen) curveNote(l *lines, c *curve) {
	st, t := s.sh.styles, s.sh.t
	switch {
	case !c.known:
	case s.old(c):
		l.row(st.warn.Render(t.Say("STALE: %s, read %s ago", c.value(s.sh), s.sh.since(c.at))))
	case c.at.IsZero():
		l.row(st.faint.Render(t.Say("now %s", c.value(s.sh))))
	default:
		l.row(st.faint.Render(t.Say("now %s, read %s ago", c.value(s.sh), s.sh.since(c.at))))
	}
	if c.fs != nil {
		text, look := s.fillLine(c.fs)
		l.text("", text, look)
	}
}
