package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// Queue is how the replacement queue gets on: where its open orders stand, and
// how long those took that changed since a day.
type Queue struct {
	Since    time.Time  `json:"since"`
	Orders   int        `json:"orders"` // that changed since then
	Standing []Standing `json:"standing"`
	Stages   []Stage    `json:"stages"`
	Waits    []Wait     `json:"waiting"`
}

// Standing is how many open orders stand in one state.
type Standing struct {
	State  string         `json:"state"`
	Orders int            `json:"orders"`
	ByTier map[string]int `json:"by_tier"`
	Oldest time.Time      `json:"oldest"` // when the oldest of them was made
}

// Stage is how long orders took for a stretch of their way. A stretch that no
// order has gone all the way through has no durations.
type Stage struct {
	Stage   string   `json:"stage"`
	Orders  int      `json:"orders"`
	Median  *float64 `json:"median_seconds"`
	P90     *float64 `json:"p90_seconds"` // nine of ten took no longer
	Longest *float64 `json:"longest_seconds"`
}

// Wait is how much of the orders' time passed in one state.
type Wait struct {
	State   string   `json:"state"`
	Orders  int      `json:"orders"`
	Total   float64  `json:"total_seconds"`
	Reasons []string `json:"reasons"`
}

// Stages are the durations of orders, one line for each stretch of their way.
func Stages(ms []queue.Milestones) []Stage {
	out := []Stage{}
	for _, f := range queue.Figures(ms) {
		s := Stage{Stage: f.Stage, Orders: f.Orders}
		if f.Orders > 0 {
			s.Median, s.P90, s.Longest = seconds(f.Median), seconds(f.P90), seconds(f.Longest)
		}
		out = append(out, s)
	}
	return out
}

// Waits say where orders stood, longest first.
func Waits(ms []queue.Milestones) []Wait {
	out := []Wait{}
	for _, b := range queue.BlockedTime(ms) {
		out = append(out, Wait{State: string(b.State), Orders: b.Orders, Total: *seconds(b.Total), Reasons: append([]string{}, b.Reasons...)})
	}
	return out
}

func seconds(d time.Duration) *float64 {
	s := d.Round(time.Second).Seconds()
	return &s
}

// Span is seconds as people say them: "45 min", "5.2 h", "33.0 d"; nil is "-".
func Span(seconds *float64) string {
	if seconds == nil {
		return "-"
	}
	switch d := time.Duration(*seconds * float64(time.Second)); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	default:
		return fmt.Sprintf("%.1f d", d.Hours()/24)
	}
}

// takesOrder reports whether an order's server is one that the report is about.
// One that left the inventory belongs to no part of the fleet.
func (m *maker) takesOrder(server string) bool {
	if m.slice == (outlook.Slice{}) {
		return true
	}
	v := m.fleet.Server(server)
	return v != nil && m.slice.Takes(v)
}

func (m *maker) queue(orders []queue.Order, o *Options) Queue {
	var ms []queue.Milestones
	for _, x := range o.Milestones {
		if m.takesOrder(x.Order.Server) {
			ms = append(ms, x)
		}
	}
	return Queue{Since: o.Since.UTC(), Orders: len(ms), Standing: m.standing(orders), Stages: Stages(ms), Waits: Waits(ms)}
}

// standing counts the open orders by state, in the order of their way.
func (m *maker) standing(orders []queue.Order) []Standing {
	out := []Standing{}
	for _, state := range queue.States() {
		s := Standing{State: string(state), ByTier: map[string]int{}}
		for i := range orders {
			x := &orders[i]
			if x.State != state || !state.Open() || !m.takesOrder(x.Server) {
				continue
			}
			s.Orders++
			s.ByTier[string(x.Tier)]++
			if s.Oldest.IsZero() || x.Created.Before(s.Oldest) {
				s.Oldest = x.Created.UTC()
			}
		}
		if s.Orders > 0 {
			out = append(out, s)
		}
	}
	return out
}

var tierNames = []string{string(queue.P1), string(queue.P2), string(queue.P3), string(queue.P4)}

func (r *Report) standingTable() Table {
	t := Table{Name: "queue_states", Title: "Open work orders by state", Empty: "No work order is open.",
		Columns: []Column{{Name: "state", Head: "State"}, {Name: "orders", Head: "Orders", Number: true}}}
	for _, tier := range tierNames {
		t.Columns = append(t.Columns, Column{Name: strings.ToLower(tier), Head: tier, Number: true})
	}
	t.Columns = append(t.Columns, Column{Name: "oldest", Head: "Oldest since"})
	for _, s := range r.Queue.Standing {
		cells := []Cell{state(s.State), count(s.Orders)}
		for _, tier := range tierNames {
			cells = append(cells, count(s.ByTier[tier]))
		}
		t.Rows = append(t.Rows, append(cells, date(s.Oldest)))
	}
	return t
}

func (r *Report) stagesTable() Table {
	t := Table{Name: "queue_stages", Title: "How long replacements take" + r.sinceNote(), Empty: "No work order changed.", Columns: []Column{
		{Name: "stage", Head: "From … to"}, {Name: "orders", Head: "Orders", Number: true}, {Name: "median_seconds", Head: "Half within", Number: true},
		{Name: "p90_seconds", Head: "Nine of ten within", Number: true}, {Name: "longest_seconds", Head: "Longest", Number: true}}}
	if r.Queue.Orders == 0 {
		return t
	}
	for _, s := range r.Queue.Stages {
		t.Rows = append(t.Rows, []Cell{text(s.Stage), count(s.Orders), span(s.Median), span(s.P90), span(s.Longest)})
	}
	return t
}

func (r *Report) waitsTable() Table {
	t := Table{Name: "queue_waiting", Title: "Where work orders wait" + r.sinceNote(), Empty: "No work order waited.", Columns: []Column{
		{Name: "state", Head: "State"}, {Name: "orders", Head: "Orders", Number: true}, {Name: "total_seconds", Head: "Together", Number: true}, {Name: "reasons", Head: "Reasons"}}}
	for _, w := range r.Queue.Waits {
		t.Rows = append(t.Rows, []Cell{state(w.State), count(w.Orders), span(&w.Total), text(strings.Join(w.Reasons, "; "))})
	}
	return t
}

func (r *Report) sinceNote() string {
	if r.Queue.Since.IsZero() {
		return ""
	}
	return " (orders changed since " + r.t.Date(r.Queue.Since) + ")"
}

// span is a duration in seconds for programs and in words for people.
func span(seconds *float64) Cell {
	c := Cell{Text: Span(seconds), Number: true}
	if seconds != nil {
		c.Raw = strconv.FormatFloat(*seconds, 'f', 0, 64)
	}
	return c
}
