//go:build unix

package tui

import (
	"context"
	"fmt"
	"testing"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// seenOnce is a fleet in which the new disk was read once: one more read moves
// the order on.
func seenOnce(t testing.TB) *ops.View {
	t.Helper()
	o, _ := orderedTo(t, queue.InProgress)
	es := workFleet()
	es[0].State.Pending = map[string]fleet.Pending{"disk/Disk 3": {What: fleet.EventSerial, Value: "WFK9Z114", Reads: 1, Since: before(20e9)}}
	v := workView(o)
	v.Fleet = fleet.NewSnapshot(4, before(1e9), es)
	return judge(v)
}

// aisleWords are what a technician reads on the way, in both languages.
var aisleWords = map[lang.Code]struct {
	where, slot, pull, differs, ready, confirm, assignee, change, reason, started, still, once, proving, verified string
}{
	lang.English: {"WHERE", "SLOT  Bay 3", "PULL  WFK0A003", "if the label differs, stop", "ready: press s", "being rebuilt", "┃ Assignee", "┃ Change reference",
		"┃ Reason", "work started", "the old part is still in its slot", "new serial seen: WFK9Z114;", "verifying 3/10", "verified: the new part works"},
	lang.Vietnamese: {"NƠI", "KHE   Bay 3", "RÚT   WFK0A003", "nhãn khác thì dừng lại", "đứng trước máy thì bấm s", "đang dựng lại", "┃ Người làm", "┃ Số thay đổi",
		"┃ Lý do", "đã bắt đầu", "linh kiện cũ vẫn trong khe", "thấy số sê-ri mới: WFK9Z114;", "kiểm chứng 3/10", "đã kiểm chứng: linh kiện mới chạy"},
}

// TestStoryTheAisle follows a technician through a real terminal, in both
// languages, on a phone and on a laptop: find my order, read where it is and what
// to pull, start, swap the disk, watch it being seen and proven.
func TestStoryTheAisle(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow test of the real program is left out with -short")
	}
	for _, code := range lang.Codes() {
		for _, size := range [][2]int{{40, 20}, {80, 24}} {
			t.Run(fmt.Sprintf("%s %dx%d", code, size[0], size[1]), func(t *testing.T) { storyTheAisle(t, code, size[0], size[1]) })
		}
	}
}

func storyTheAisle(t *testing.T, code lang.Code, w, h int) {
	tongue, err := lang.New(code)
	if err != nil {
		t.Fatal(err)
	}
	term := openTerminal(t, w, h)
	fed := make(chan struct{})
	go func() { defer close(fed); term.feed() }()
	desk := newFakeDesk(orderView(t, queue.Ready))
	over := make(chan error, 1)
	go func() {
		over <- Run(context.Background(), Config{Desk: desk, Actor: tuan, Now: threeAMNow, Life: ageing.DefaultPolicy(), Dark: true, Tongue: tongue,
			Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}}, term.tty, term.tty)
	}()
	words := aisleWords[code]
	if w < minWidth { // a phone has room for one order: it goes there by its number
		term.await(":aisle")
		term.typed(":aisle 17\r")
	} else { // a laptop goes through the list of what is ready
		term.await("tdo-db-07")
		term.typed("3")
		term.await("#17")
		term.typed("/state:ready\r")
		term.await("▸   #17")
		term.typed("\r")
		term.await("WFK0A003")
		term.typed("z")
	}
	for _, part := range []string{words.where, words.slot, words.pull, words.differs, words.ready} {
		term.await(part)
	}
	term.typed("s")
	term.await(words.confirm)
	// The bar marks the line that has the keys; a busy machine moves it late.
	for _, x := range []struct{ keys, then string }{
		{"yes\r", words.assignee}, {"\r", words.change}, {"CHG-7", "┃ > CHG-7"}, {"\r", words.reason}, {"\r", words.started},
	} {
		term.typed(x.keys)
		term.await(x.then)
	}
	desk.feed <- orderView(t, queue.InProgress)
	term.await(words.still)
	desk.feed <- seenOnce(t)
	term.await(words.once)
	desk.feed <- provenSome(t)
	term.await(words.proving)
	desk.feed <- orderView(t, queue.Verified)
	term.await(words.verified)
	term.typed("\x03")
	if err := <-over; err != nil {
		t.Errorf("got %v, want a quiet end", err)
	}
	_ = term.tty.Close()
	_ = term.master.Close()
	<-fed
	if got := desk.calls(); len(got) != 1 || got[0] != "move 17 v4 to in_progress by tuan" {
		t.Errorf("desk was asked %v, want the work started once", got)
	}
}
