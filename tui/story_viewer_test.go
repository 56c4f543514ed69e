//go:build unix

package tui

import (
	"testing"

	"ironage/internal/lang"
	"ironage/internal/queue"
)

// TestStoryViewer: somebody who may only look is not offered what changes
// things, and is told why when they try.
func TestStoryViewer(t *testing.T) {
	inBoth(t, func(t *testing.T, code lang.Code) {
		s := tell(t, code, 120, 40, handView(), as(queue.Viewer))
		s.follow(
			act{en: []string{"Enter open", "find servers"}, vi: []string{"Enter mở"}, gone: []string{"a acknowledge", "p propose order", "a xác nhận đã biết", "p đề xuất phiếu"}},
			act{keys: "a", en: []string{"your role is viewer"}, vi: []string{"người xem"}},
			act{keys: "2", en: []string{"WORST FINDING"}, both: []string{"hn-a07-02"}, gone: []string{"r read again now", "r đọc lại ngay"}},
			act{keys: "r", en: []string{"read again now: your role is viewer, which only looks"}, vi: []string{"đọc lại ngay: vai trò người xem"}},
			act{keys: "\r", both: []string{"1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24.3 = 5"}, gone: []string{"p propose order", "p đề xuất phiếu"}},
			act{keys: "p", en: []string{"your role is viewer, which only looks"}, vi: []string{"người xem"}},
			act{keys: "?", en: []string{"Keys"}, vi: []string{"Phím"}, gone: []string{"WFK012", "p propose order", "p đề xuất phiếu"}},
			act{keys: "\x1b", both: []string{"WFK012"}},
			act{keys: ":#12\r", en: []string{"disk Bay 0 of hn-a07-03"}, vi: []string{"ổ đĩa Bay 0 của hn-a07-03"}, gone: []string{"n add a note", "n thêm ghi chú"}},
			act{keys: "n", en: []string{"your role is viewer: technicians, engineers and leads write notes"}, vi: []string{"vai trò"}},
		)
		s.quits("q")
		if got := s.desk.calls(); len(got) != 0 {
			t.Errorf("a viewer's keys asked the desk %q", got)
		}
	})
}
