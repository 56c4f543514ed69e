package picklist

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/queue"
)

var (
	update = flag.Bool("update", false, "write the golden files and the picture in the manual")
	noon   = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
)

// stop is an order as most are: a disk of a server in a rack.
func stop(id int64, room, rack string, unit int, server, slot, serial string) Stop {
	return Stop{Trip: queue.Trip{
		Order: queue.Order{ID: id, Tier: queue.P2, State: queue.Ready, Server: server, Slot: "disk/" + slot, Kind: fleet.Disk, Assignee: "minh",
			Spare: "Kho 1, kệ 4", PartSerial: fmt.Sprintf("S7K0%04d", id), Window: "Sat 22:00 to 02:00"},
		Site: "Hà Nội", Room: room, Rack: rack, Position: unit, Height: 2, Face: "front", Machine: "Dell PowerEdge R740", AssetTag: fmt.Sprintf("%05d", 40000+id),
		Slot: slot, Pull: serial, Bring: "400-AXYZ", Substitutes: []string{"400-BDZZ"}, Capacity: "1.2 TB", Form: "SAS HDD 2.5\"", OnHand: []string{"kept for this order: Kho 1, kệ 4", "2 in Kho 1"},
		HotSwap: "usually hot-swappable; check the carrier", Redundancy: "RAID 5 of 4 disks, one failed: no protection left", Array: "Virtual Disk 1 degraded", Warranty: "until 2026-09 (212 days left)",
		Service: "TDOffice", Owner: "Nguyễn Thị Lan", Criticality: fleet.CriticalityHigh}}
}

// tenStops are ten orders in four racks, not in walking order, with what
// makes a list hard: marks that combine, wide characters, long notes, a part
// that nobody knows.
func tenStops() []Stop {
	ss := []Stop{
		stop(31, "2", "B2", 4, "báo-cáo-quốc-gia-02", "Bay 7", "ZC1A0031"),
		stop(12, "1", "A1", 12, "rack-a1-07", "Bay 3", "ZC1A0012"),
		stop(13, "1", "A1", 30, "rack-a1-15", "Bay 1", "ZC1A0013"),
		stop(14, "1", "A2", 2, "rack-a2-01", "Bay 11", "ZC1A0014"),
		stop(15, "1", "A2", 2, "rack-a2-01", "Bay 2", "ZC1A0015"),
		stop(16, "1", "A10", 20, "rack-a10-03", "Bay 0", "ZC1A0016"),
		stop(17, "2", "B2", 40, "会計サーバー-40", "Bay 5", "ZC1A0017"),
		stop(18, "2", "B2", 12, "rack-b2-06", "Bay 6", "ZC1A0018"),
		stop(19, "1", "A1", 4, "rack-a1-02", "Fan 2", ""),
		stop(20, "1", "A10", 8, "ma\u0301y-chu\u0309-10", "PSU 2", "PS0020"),
	}
	fan, psu := &ss[8], &ss[9]
	fan.Order.Kind, fan.Order.Slot, fan.Bring, fan.Substitutes, fan.Capacity, fan.Form, fan.OnHand = fleet.Fan, "fan/2", "", nil, "", "", nil
	fan.Order.Spare, fan.Order.PartSerial, fan.HotSwap, fan.Redundancy, fan.Array = "", "", "", "", ""
	psu.Order.Kind, psu.Bring, psu.Capacity, psu.Form, psu.Array = fleet.PSU, "450-AEBN", "750 W", "", ""
	psu.Redundancy, psu.Order.ChangeRef, psu.Criticality = "two power supplies: survives one more failure", "CHG-2044", fleet.CriticalityCritical
	ss[1].Notes = []Note{{By: "lan", At: noon, Text: "the label on the tray is wrong: go by the serial number; the rack's key hangs at the gate, and its left door is hard to open"},
		{By: "hoà", At: noon.AddDate(0, 0, -1), Text: "bring the long screwdriver"}, {By: "minh", At: noon.AddDate(0, 0, -9), Text: "older"}}
	return ss
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it, then go test ./internal/picklist -update\ngot\n%s", path, got)
	}
}

func TestTenOrdersInFourRacksFitTwoPages(t *testing.T) {
	l := New(tenStops(), noon)
	text := l.Text(Options{Feed: true})
	golden(t, "ten.txt", strings.ReplaceAll(text, formFeed, "<FF>"))
	pages := strings.Split(text, formFeed)
	if len(pages) > 2 || len(l.Groups) != 4 {
		t.Errorf("got %d pages and %d racks, want 2 and 4", len(pages), len(l.Groups))
	}
	for i, p := range pages {
		if n := strings.Count(p, "\n"); n > PageLines {
			t.Errorf("page %d has %d lines", i+1, n)
		}
	}
	var walked []int64
	for _, g := range l.Groups {
		for _, s := range g.Stops {
			walked = append(walked, s.Order.ID)
		}
	}
	if want := []int64{13, 12, 19, 15, 14, 16, 20, 17, 18, 31}; !slices.Equal(walked, want) {
		t.Errorf("walked %v, want %v: rack A10 after A2, from the top down, bay 2 before bay 11", walked, want)
	}
}

// TestVietnamesePaper: the same orders on the same paper for who reads Vietnamese;
// names and numbers of parts stay as they are, and so does the table.
func TestVietnamesePaper(t *testing.T) {
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	l := New(tenStops(), noon)
	text := l.Text(Options{Feed: true, Tongue: vi})
	golden(t, "ten-vi.txt", strings.ReplaceAll(text, formFeed, "<FF>"))
	for i, p := range strings.Split(text, formFeed) {
		if n := strings.Count(p, "\n"); n > PageLines {
			t.Errorf("page %d has %d lines", i+1, n)
		}
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(text, formFeed, "\n"), "\n") {
		if w := ansi.StringWidth(line); w > Width {
			t.Errorf("%d cells: %q", w, line)
		}
	}
	if rows := l.Rows(); !strings.HasPrefix(rows[1][slices.Index(Head, "notes")], "lan 2026-01-31: the label") {
		t.Errorf("got %v, want the table in English", rows[1])
	}
}

func TestRowsAndDocumentHoldTheSame(t *testing.T) {
	l := New(tenStops(), noon)
	rows := l.Rows()
	if len(rows) != 10 || rows[0][slices.Index(Head, "order")] != "13" || rows[1][slices.Index(Head, "pull_serial")] != "ZC1A0012" ||
		!strings.HasPrefix(rows[1][slices.Index(Head, "notes")], "lan 2026-01-31: the label") {
		t.Errorf("got %v", rows)
	}
	for _, r := range rows {
		if len(r) != len(Head) {
			t.Fatalf("got %d cells for %d columns", len(r), len(Head))
		}
	}
	b, err := json.Marshal(New(nil, noon))
	if want := `{"schema":"ironage.picklist/v1","made":"2026-01-31T12:00:00Z","orders":0,"load":[],"groups":[]}`; err != nil || string(b) != want {
		t.Errorf("an empty list: got %s, %v; want %s", b, err, want)
	}
	if got := l.Load[0]; got.Part != "400-AXYZ" || got.Count != 8 {
		t.Errorf("load: got %+v, want eight disks first", got)
	}
}

func TestMissing(t *testing.T) {
	for left, want := range map[int]int{0: 5, 3: 2, 5: 0, 9: 0, -1: 0} { // -1: the stock list does not know the part
		stops := tenStops()
		for i := range stops {
			if i < 5 {
				stops[i].Order.Spare, stops[i].OnHand = "", nil // three of the eight disks are kept for their orders
			}
			if stops[i].Bring == "400-AXYZ" && left >= 0 {
				stops[i].InStock = &left
			}
		}
		l := New(stops, noon)
		if got := l.Load[0].Missing; got != want || l.Load[1].Missing != 0 {
			t.Errorf("%d left for five orders: got %d missing, want %d", left, got, want)
		}
		if text := l.Text(Options{}); strings.Contains(text, "MISSING") != (want > 0) {
			t.Errorf("%d left: the list says %q", left, text[:200])
		}
		if got := newPaper(nil).bring(&stops[0]); strings.HasSuffix(got, "; none left in stock") != (left == 0) || strings.HasSuffix(got, "not known, ask") != (left != 0) {
			t.Errorf("%d left: got %q", left, got)
		}
	}
}

func TestNotesOf(t *testing.T) {
	lan, program := queue.Actor{Name: "lan", Role: queue.Engineer}, queue.Actor{Name: "ironage", Role: queue.System}
	notes := NotesOf([]queue.Entry{
		{Action: "approve", Actor: lan, Reason: "yes"},
		{Action: "note", Actor: lan, Reason: "first"},
		{Action: "edit", Actor: lan, Reason: "a typo", Fields: map[string][2]string{"window": {"", "now"}}},
		{Action: "note", Actor: program, Reason: "by itself"},
		{Action: "edit", Actor: lan, Reason: "I go home", Fields: map[string][2]string{"assignee": {"lan", "minh"}}},
	})
	if len(notes) != 2 || notes[0].Text != "I go home" || notes[1].Text != "first" {
		t.Errorf("got %+v, want the hand-over and then the note", notes)
	}
}

// TestNoLineIsTooLong prints lists of anything: names of any script and
// length, from devices that mean harm.
func TestNoLineIsTooLong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "Bay ", "Z9-", " ", "ầ", "a\u0302\u0300", "サ", "👩‍🔧", "\x1b[2J", "\n", "\u202e", "\u200b", "\t", "=1+1", "超", "ệ", "\xff", "-"}
	text := func() string {
		var b strings.Builder
		for range r.IntN(120) * r.IntN(2) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 300 {
		var stops []Stop
		for id := range int64(r.IntN(14)) {
			s := Stop{Trip: queue.Trip{Site: text(), Room: text(), Rack: pieces[r.IntN(4)], Position: r.IntN(45), Height: r.IntN(5), Face: text(), AssetTag: text(), Machine: text(),
				Slot: text(), Pull: text(), Bring: text(), Substitutes: []string{text()}, Capacity: text(), Form: text(), OnHand: []string{text()}, HotSwap: text(),
				Redundancy: text(), Array: text(), Service: text(), Owner: text(), Warranty: text(),
				Order: queue.Order{ID: id + 1, Server: text(), Slot: text(), Kind: fleet.Disk, Spare: text(), Window: text(), ChangeRef: text(), Flags: []string{text()}}}}
			for range r.IntN(4) {
				s.Notes = append(s.Notes, Note{By: text(), Text: text()})
			}
			stops = append(stops, s)
		}
		l := New(stops, noon)
		checkText(t, &l, l.Text(Options{Lines: LeastLines + r.IntN(40), Feed: true}))
		if t.Failed() {
			return
		}
	}
}

// checkText holds a printed list to its promises: no line wider than the
// paper, no page longer, every order once and on one page.
func checkText(t *testing.T, l *List, text string) {
	t.Helper()
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\f' }) {
		if ansi.StringWidth(line) > Width || strings.ContainsAny(line, "\x1b\u202e\t") {
			t.Errorf("line of %d cells: %q", ansi.StringWidth(line), line)
		}
	}
	for id := range int64(l.Orders) {
		if n := strings.Count(text, fmt.Sprintf("order %d\n", id+1)); n != 1 {
			t.Errorf("order %d is there %d times", id+1, n)
		}
	}
}

func TestPagesKeepOrdersWhole(t *testing.T) {
	var stops []Stop
	for id := range int64(40) {
		s := stop(id+1, "1", "A1", int(id)+1, fmt.Sprintf("s%d", id), "Bay 1", fmt.Sprintf("Z%d", id))
		for range id % 4 {
			s.Notes = append(s.Notes, Note{By: "lan", Text: strings.Repeat("long words ", int(id))})
		}
		stops = append(stops, s)
	}
	l := New(stops, noon)
	for _, most := range []int{LeastLines, 45, PageLines, 66} {
		for i, page := range strings.Split(l.Text(Options{Lines: most, Feed: true}), formFeed) {
			lines := strings.Split(strings.TrimRight(page, "\n"), "\n")
			if len(lines) > most {
				t.Fatalf("page %d of %d lines has %d", i+1, most, len(lines))
			}
			// Every order has a box, a pull and its papers, in this order.
			boxes, pulls, papers := strings.Count(page, "[ ] U"), strings.Count(page, "    pull "), strings.Count(page, "    papers ")
			if boxes == 0 || boxes != pulls || papers != pulls || strings.Index(page, "    papers ") < strings.Index(page, "[ ] U") {
				t.Fatalf("page %d of %d lines breaks within an order:\n%s", i+1, most, page)
			}
			if i > 0 && !strings.Contains(lines[2], "(continued)") {
				t.Errorf("page %d does not repeat its rack: %q", i+1, lines[2])
			}
		}
	}
}

// TestManualShowsTheList keeps the pictures in the manual what the program prints.
func TestManualShowsTheList(t *testing.T) {
	const manual = "../../docs/queue.md"
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	all, doc := tenStops(), string(b)
	for _, x := range []struct {
		name  string
		stops []Stop
		t     *lang.Tongue
	}{{"picklist", []Stop{all[1], all[2], all[9]}, nil}, {"picklist-vi", all[2:3], vi}} {
		l := New(x.stops, noon)
		want := l.Text(Options{Tongue: x.t})
		head, rest, ok := strings.Cut(doc, "<!-- "+x.name+" -->\n```\n")
		got, tail, ok2 := strings.Cut(rest, "```\n<!-- /"+x.name+" -->")
		if !ok || !ok2 {
			t.Fatalf("%s has no place for %s", manual, x.name)
		}
		if got != want && !*update {
			t.Errorf("%s shows another list than the program prints; update it with -update\ngot\n%s\nwant\n%s", manual, got, want)
		}
		doc = head + "<!-- " + x.name + " -->\n```\n" + want + "```\n<!-- /" + x.name + " -->" + tail
	}
	if doc != string(b) && *update {
		if err := os.WriteFile(manual, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
