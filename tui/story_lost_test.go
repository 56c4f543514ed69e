//go:build unix

package tui

import (
	"errors"
	"slices"
	"testing"

	"ironage/internal/lang"
	"ironage/internal/ops"
)

// collectedBy is the hand-written fleet with another collector.
func collectedBy(c ops.Collector) *ops.View {
	v := handView()
	v.Collector = c
	return v
}

// TestStoryCollectorGone: whoever reads the fleet dies while a filter is being
// typed. The screen says so, what was typed stays, and all is well when it is back.
func TestStoryCollectorGone(t *testing.T) {
	s := tell(t, lang.English, 100, 30, handView())
	silent := collectedBy(ops.Collector{Owner: "noc-2:991", Heartbeat: before(7 * 60e9), Started: before(48 * 3600e9)})
	s.follow(
		act{keys: "2", en: []string{"WORST FINDING", "collecting here"}},
		act{keys: "/rack:C1", en: []string{"rack:C1"}},
		act{event: s.shows(silent), en: []string{"▴ collector noc-2:991 silent 7m", "rack:C1"}},
		act{event: s.shows(collectedBy(ops.Collector{})), en: []string{"▴ nobody collects", "rack:C1"}},
		act{keys: "1\r", en: []string{"rack:C11", "4 of 12 servers", "nobody collects"}},
		act{event: s.shows(handView()), en: []string{"collecting here", "4 of 12 servers"}, gone: []string{"nobody collects", "silent"}},
	)
	s.quits("q")
}

// TestStoryStoreRefuses: the store cannot be written to while a note is saved.
// The note stays in its form, and is saved with one key when the store is back.
func TestStoryStoreRefuses(t *testing.T) {
	inBoth(t, func(t *testing.T, code lang.Code) {
		s := tell(t, code, 80, 24, handView())
		refuse := func(err error) func() { return func() { s.desk.refuse(err) } }
		s.follow(
			act{both: []string{"▸ ✗", "hn-a07-01"}},
			act{keys: "a", en: []string{"Acknowledge: hn-a07-01", "┃ Note"}, vi: []string{"Xác nhận đã biết: hn-a07-01", "┃ Ghi chú"}},
			act{keys: "đã gọi hãng", both: []string{"┃ > đã gọi hãng"}},
			act{keys: "\r", en: []string{"┃ Until when"}, vi: []string{"┃ Đến khi"}},
			act{event: refuse(errors.New("no space left on device")), keys: "\r", both: []string{"no space left on device", "> đã gọi hãng"}},
			act{event: s.shows(handView()), both: []string{"no space left on device", "> đã gọi hãng"}},
			act{event: refuse(nil), keys: "\x13", en: []string{"hn-a07-01: acknowledged", "Needs a person now"}, vi: []string{"đã xác nhận"}, gone: []string{"no space left"}},
		)
		s.quits("q")
		want := `ack hn-a07-01 disk/Disk 0:1:2 failed "đã gọi hãng" by lan`
		if got := s.desk.calls(); !slices.Equal(got, []string{want, want}) {
			t.Errorf("the desk was asked %q, want twice %q", got, want)
		}
	})
}

// TestStoryFeedEnds: no more news will come. The screen says so, what is shown
// can still be read, and what was typed can still be saved.
func TestStoryFeedEnds(t *testing.T) {
	s := tell(t, lang.English, 100, 30, handView())
	s.follow(
		act{keys: "a", en: []string{"Acknowledge: hn-a07-01", "┃ Note"}},
		act{keys: "vendor called", en: []string{"┃ > vendor called"}},
		act{event: func() { close(s.desk.feed) }, en: []string{"no more news of the fleet", "quit and start again", "┃ > vendor called"}},
		act{keys: "\x13", en: []string{"hn-a07-01: acknowledged"}},
		act{keys: "2", en: []string{"WORST FINDING", "hn-a07-02"}},
	)
	s.quits("q")
}
