//go:build unix

package tui

import (
	"testing"

	"ironage/internal/lang"
	"ironage/internal/queue"
)

// TestStoryTinyWindow: somebody splits the window until nothing fits, and makes
// it larger again. What was there, and what was typed, is there still.
func TestStoryTinyWindow(t *testing.T) {
	inBoth(t, func(t *testing.T, code lang.Code) {
		s := tell(t, code, 80, 24, handView())
		size := func(w, h int) func() { return func() { s.resize(w, h) } }
		tiny := act{event: size(20, 5), gone: []string{"hn-"},
			en: []string{"ironage needs a window of 60×15; this one is 20×5. Make it larger, or q to quit."},
			vi: []string{"ironage cần cửa sổ 60×15; cửa sổ này là 20×5."}}
		s.follow(
			act{keys: "2", en: []string{"WORST FINDING"}, both: []string{"hn-a07-02"}},
			act{keys: "/", both: []string{"/"}},
			act{keys: "rack:B02\r", en: []string{"4 of 12 servers"}, vi: []string{"4 trong 12 máy chủ"}, both: []string{"rack:B02"}, gone: []string{"hn-a07-02"}},
			act{keys: "j", en: []string{"▸ ▴ warning hn-b02-13"}, vi: []string{"▸ ▴ cảnh báo hn-b02-13"}},
			tiny,
			act{event: size(80, 24), en: []string{"4 of 12 servers", "▸ ▴ warning hn-b02-13"}, vi: []string{"4 trong 12 máy chủ", "▸ ▴ cảnh báo hn-b02-13"}, both: []string{"rack:B02"}},
			act{keys: "1", en: []string{"Needs a person now"}, both: []string{"hn-b02-14"}},
			act{keys: "a", en: []string{"Acknowledge: hn-a07-01", "┃ Note"}, vi: []string{"Xác nhận đã biết: hn-a07-01", "┃ Ghi chú"}},
			act{keys: "đã gọi hãng", both: []string{"┃ > đã gọi hãng"}},
			tiny,
			act{event: size(40, 12), en: []string{"this one is 40×12", "One work order fits: type :aisle and its number."}, vi: []string{"40×12", ":aisle"}},
			act{event: size(100, 30), en: []string{"Acknowledge: hn-a07-01"}, vi: []string{"Xác nhận đã biết: hn-a07-01"}, both: []string{"┃ > đã gọi hãng"}},
			act{keys: "\x1b", en: []string{"not acknowledged", "Needs a person now"}, vi: []string{"chưa xác nhận"}, both: []string{"hn-b02-14"}},
			act{event: size(20, 5), en: []string{"20×5"}, vi: []string{"20×5"}},
		)
		s.quits("q")
	})
}

// TestStoryPhone: a work order fits the terminal of a phone, and turns with it.
func TestStoryPhone(t *testing.T) {
	inBoth(t, func(t *testing.T, code lang.Code) {
		s := tell(t, code, 40, 12, orderView(t, queue.Ready))
		size := func(w, h int) func() { return func() { s.resize(w, h) } }
		words := aisleWords[code]
		s.follow(
			act{en: []string{"One work order fits: type :aisle and its number."}, vi: []string{":aisle"}},
			act{keys: ":aisle 17\r", both: []string{words.slot, words.pull, "#17"}},
			act{event: size(20, 5), both: []string{"20×5"}, gone: []string{"WFK0A003"}},
			act{event: size(40, 12), both: []string{words.slot, words.pull}},
			act{event: size(80, 24), both: []string{words.slot, words.pull, words.differs}},
			act{event: size(40, 12), both: []string{words.slot, words.pull}},
			act{event: s.shows(wrongPull(t)), en: []string{"WRONG PART PULLED"}, vi: []string{"NHẦM"}},
			act{event: s.shows(provenSome(t)), both: []string{words.proving}},
		)
		s.quits("\x03")
	})
}
