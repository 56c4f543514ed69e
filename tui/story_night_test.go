//go:build unix

package tui

import (
	"slices"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// nightView is the hand-written fleet after the failed disk was acknowledged
// and, when asked for, its work order was proposed.
func nightView(proposed bool) *ops.View {
	v, es := handView(), handFleet()
	es[0].State.Findings[0].Acknowledged = true
	v.Fleet = fleet.NewSnapshot(8, before(0), es)
	if proposed {
		v.Orders = append(v.Orders, queue.Order{ID: 99, Version: 1, Server: "hn-a07-01", Slot: "disk/Disk 0:1:2", Kind: fleet.Disk, Place: "Bay 2", Tier: queue.P1,
			State: queue.Proposed, Old: queue.Part{Vendor: "SEAGATE", Model: "ST1200MM0099", Serial: "WFK012", CapacityBytes: 1200243695616},
			Created: threeAM, CreatedBy: "lan", Changed: threeAM, ChangedBy: "lan"})
	}
	return judge(v)
}

// justProposed lets the desk know the log of the new order, as the store does
// before the next view has the order itself.
func justProposed(cfg *Config) {
	if desk, ok := cfg.Desk.(*fakeDesk); ok {
		desk.logs = map[int64][]queue.Entry{99: {{Seq: 1, Time: threeAM, Actor: lan, Order: 99, Version: 1, Action: "propose", To: queue.Proposed}}}
	}
}

// TestStoryThreeAM: the phone rang. Find the worst, read the evidence, say that
// it is known, propose the order, see it in the queue.
func TestStoryThreeAM(t *testing.T) {
	inBoth(t, func(t *testing.T, code lang.Code) {
		s := tell(t, code, 80, 24, handView(), justProposed)
		s.follow(nightEvidence()...)
		s.follow(nightAck(s)...)
		s.follow(nightOrder(s)...)
		s.quits("q")
		want := []string{`ack hn-a07-01 disk/Disk 0:1:2 failed "hãng đã nhận, 7 giờ tới" until 2026-03-14 04:04 by lan`, "propose hn-a07-01 disk/Disk 0:1:2 by lan"}
		if got := s.desk.calls(); !slices.Equal(got, want) {
			t.Errorf("the desk was asked %q, want %q", got, want)
		}
	})
}

// nightEvidence leads from the first screen to what the device itself said.
func nightEvidence() []act {
	return []act{
		{en: []string{"1 critical", "Needs a person now: 6 causes", "▸ ✗ critical hn-a07-01 Bay 2: disk failed"},
			vi: []string{"1 nghiêm trọng", "▸ ✗ nghiêm trọng hn-a07-01 Bay 2: ổ đĩa hỏng"}},
		{keys: "\r", en: []string{"Overview › hn-a07-01", "service TDOffice (critical)", "Why it is critical", "read 03:03:53 (12s ago) · rule dell-idrac:118"},
			vi:   []string{"Tổng quan › hn-a07-01", "dịch vụ TDOffice (rất quan trọng)", "Vì sao nghiêm trọng", "đọc 03:03:53 (12s trước) · luật dell-idrac:118"},
			both: []string{"WFK012", `"disk failed"`, "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24.3 = 5", "bmc 10.1.0.1", "snmpget -On 10.1.0.1"}},
		{keys: "a", en: []string{"[Findings 1]", "▸ ✗ critical 3h Bay 2: disk failed"}, vi: []string{"[Phát hiện 1]", "▸ ✗ nghiêm trọng 3h Bay 2: ổ đĩa hỏng"}},
	}
}

// nightAck says that it is known, why, and for how long.
func nightAck(s *story) []act {
	return []act{
		{keys: "a", en: []string{"Acknowledge: Bay 2: disk failed", "┃ Note"}, vi: []string{"Xác nhận đã biết: Bay 2: ổ đĩa hỏng", "┃ Ghi chú"}},
		{keys: "hãng đã nhận, 7 giờ tới", both: []string{"┃ > hãng đã nhận, 7 giờ tới"}},
		{keys: "\r", en: []string{"┃ Until when"}, vi: []string{"┃ Đến khi"}},
		{keys: "8", both: []string{"┃ > 8"}},
		{keys: "h", both: []string{"┃ > 8h"}},
		{keys: "\r", en: []string{"✓ acknowledged: Bay 2: disk failed"}, vi: []string{"✓ đã xác nhận: Bay 2: ổ đĩa hỏng"}},
		{event: s.shows(nightView(false)), en: []string{"▸ ✗ critical 3h Bay 2: disk failed (known)"}, vi: []string{"▸ ✗ nghiêm trọng 3h Bay 2: ổ đĩa hỏng (đã biết)"}},
	}
}

// nightOrder proposes the replacement and looks at it in the queue.
func nightOrder(s *story) []act {
	return []act{
		{keys: "p", en: []string{"Propose a work order", "disk Bay 2 of hn-a07-01", "┃ Reason", "┃ < failed >"}, vi: []string{"Đề xuất phiếu thay thế", "ổ đĩa Bay 2 của hn-a07-01", "┃ Lý do", "┃ < hỏng >"}},
		{keys: "\r", en: []string{"┃ Tier"}, vi: []string{"┃ Mức"}, both: []string{"┃ < P2 >"}},
		{keys: "\x1b[D", both: []string{"┃ < P1 >"}},
		{keys: "\r", en: []string{"┃ Note"}, vi: []string{"┃ Ghi chú"}},
		{keys: "two spares in cage 2", both: []string{"┃ > two spares in cage 2"}},
		{keys: "\r", en: []string{"#99 proposed as P1", "Fetching #99"}, vi: []string{"#99 đã đề xuất mức P1", "Đang lấy #99"}},
		{event: s.shows(nightView(true)), en: []string{"P1 #99 proposed disk Bay 2 of hn-a07-01", "3 open orders", "if the label differs, stop", "▸ A Approve"},
			vi:   []string{"P1 #99 đề xuất ổ đĩa Bay 2 của hn-a07-01", "3 phiếu đang mở", "nếu nhãn khác thì dừng lại", "▸ A Duyệt"},
			both: []string{"WFK012", "ST1200MM0099"}},
		{keys: "3", en: []string{"▸ #99 P1 proposed hn-a07-01 Bay 2", "#12 P1 ordered hn-a07-03", "#9 P2 approved hn-b02-13"},
			vi: []string{"▸ #99 P1 đề xuất hn-a07-01 Bay 2", "#12 P1 đã đặt hàng hn-a07-03", "#9 P2 đã duyệt hn-b02-13"}},
		{keys: "1", en: []string{"Needs a person now: 5 causes, 2 already known", "Bay 2: disk failed 3h #99 propos"}, vi: []string{"Bay 2: ổ đĩa hỏng 3h #99 đề xuất"}},
	}
}
