package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// milestones are those of the handmade orders: one waits for its part, one was
// never approved, one is closed and was put off for a reason that means harm.
func milestones(orders []queue.Order) []queue.Milestones {
	var ms []queue.Milestones
	for i := range orders {
		o := &orders[i]
		at := func(days float64) time.Time { return o.Created.Add(time.Duration(days * 24 * float64(time.Hour))) }
		var log []queue.Entry
		switch o.State {
		case queue.Ordered:
			log = []queue.Entry{{Time: at(0.5), Action: "approve", From: queue.Proposed, To: queue.Approved}, {Time: at(1), Action: "order", From: queue.Approved, To: queue.Ordered}}
		case queue.Closed:
			log = []queue.Entry{{Time: at(2), Action: "approve", From: queue.Proposed, To: queue.Approved},
				{Time: at(3), Action: "defer", From: queue.Approved, To: queue.Deferred, Reason: hostile}, {Time: at(33), Action: "resume", From: queue.Deferred, To: queue.Approved},
				{Time: at(34), Action: "ready", From: queue.Approved, To: queue.Ready}, {Time: at(60), Action: "cancel", From: queue.Ready, To: queue.Closed}}
		}
		ms = append(ms, queue.MilestonesOf(o, log, newYear))
	}
	return ms
}

func TestQueueOfTheReport(t *testing.T) {
	f, orders := handmade(t)
	o := Options{Milestones: milestones(orders), Since: newYear.AddDate(-1, 0, 0)}
	q := Make(f, orders, o).Queue
	if q.Orders != 3 || len(q.Standing) != 2 || q.Standing[0].State != "proposed" || q.Standing[1].ByTier["P1"] != 1 || !q.Standing[1].Oldest.Equal(newYear.AddDate(0, 0, -9)) {
		t.Errorf("got %+v", q)
	}
	if s := q.Stages[1]; s.Stage != "proposed → approved" || s.Orders != 2 || *s.Median != 43200 || *s.Longest != 172800 {
		t.Errorf("got %+v, want half a day and two days", s)
	}
	if s := q.Stages[5]; s.Orders != 0 || s.Median != nil {
		t.Errorf("got %+v, want no durations where nothing was proven", s)
	}
	if w := q.Waits[0]; w.State != "proposed" || w.Orders != 3 || w.Total != (61+0.5+2)*86400 {
		t.Errorf("got %+v, want what still stands counted up to now", w)
	}
	o.Slice = outlook.Slice{Service: "TDOffice"}
	if q := Make(f, orders, o).Queue; q.Orders != 1 || len(q.Standing) != 1 || q.Standing[0].State != "ordered" {
		t.Errorf("one service: got %+v", q)
	}
	if q := Make(f, nil, Options{}).Queue; q.Standing == nil || q.Waits == nil || q.Stages == nil || q.Orders != 0 {
		t.Errorf("nothing: got %+v, want empty lists", q)
	}
}

// TestDurationsAreTheSameEverywhere compares what each face says of the stages.
func TestDurationsAreTheSameEverywhere(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{Milestones: milestones(orders), Since: newYear.AddDate(-1, 0, 0)})
	var doc Report
	if err := json.Unmarshal([]byte(render(t, JSON, r)), &doc); err != nil {
		t.Fatal(err)
	}
	page, markdown := render(t, HTML, r), render(t, Markdown, r)
	var b strings.Builder
	if err := CSV(&b, r, "queue_stages"); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(rows) != len(doc.Queue.Stages)+1 {
		t.Fatalf("got %v, %v", rows, err)
	}
	seen := 0
	for i, s := range doc.Queue.Stages {
		if s.Median == nil {
			if rows[i+1][2] != "" {
				t.Errorf("%s: CSV says %s where nothing is known", s.Stage, rows[i+1][2])
			}
			continue
		}
		seen++
		raw := strconv.FormatFloat(*s.Median, 'f', 0, 64)
		if rows[i+1][2] != raw {
			t.Errorf("%s: CSV says %s, JSON %s", s.Stage, rows[i+1][2], raw)
		}
		if want := fmt.Sprintf("| %s | %d | %s |", s.Stage, s.Orders, Span(s.Median)); !strings.Contains(markdown, want) {
			t.Errorf("Markdown does not say %s", want)
		}
		if ok, err := regexp.MatchString(regexp.QuoteMeta(s.Stage)+`.*?data-column="median_seconds" data-value="`+raw+`"[^>]*>`+Span(s.Median), page); err != nil || !ok {
			t.Errorf("%s: HTML does not say %s, %s", s.Stage, raw, Span(s.Median))
		}
	}
	if seen < 2 {
		t.Errorf("only %d stages have durations: the test proves little", seen)
	}
}

func TestSpan(t *testing.T) {
	for s, want := range map[float64]string{0: "0 s", 59: "59 s", 60: "1 min", 3599: "59 min", 3600: "1.0 h", 47.5 * 3600: "47.5 h", 48 * 3600: "2.0 d", 33 * 86400: "33.0 d"} {
		if got := Span(&s); got != want {
			t.Errorf("%g s: got %s, want %s", s, got, want)
		}
	}
	if got := Span(nil); got != "-" {
		t.Errorf("unknown: got %s", got)
	}
}
