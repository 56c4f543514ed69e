package store

import (
	"testing"
	"time"

	"ironage/internal/queue"
)

func TestOrderLogs(t *testing.T) {
	s := decided(t)
	orders, logs, err := s.OrderLogs(t.Context(), time.Time{})
	if err != nil || len(orders) != 2 || orders[0].ID != 1 || orders[1].State != queue.Approved {
		t.Fatalf("got %+v, %v", orders, err)
	}
	for _, o := range orders {
		log := logs[o.ID]
		if len(log) != 2 || log[0].Action != "propose" || log[1].Action != "approve" || log[1].Actor.Name != "hoa" || log[1].Order != o.ID || log[1].Seq == 0 {
			t.Errorf("log of order %d: got %+v", o.ID, log)
		}
		same, err := s.OrderLog(t.Context(), o.ID)
		if err != nil || len(same) != len(log) || same[1].Seq != log[1].Seq {
			t.Errorf("log of order %d alone: got %+v, %v; want the same", o.ID, same, err)
		}
	}
	if orders, logs, err = s.OrderLogs(t.Context(), noon.Add(time.Second)); err != nil || len(orders)+len(logs) != 0 {
		t.Errorf("since after the last change: got %+v %+v, %v", orders, logs, err)
	}
	if orders, err = s.AllOrders(t.Context(), noon); err != nil || len(orders) != 2 {
		t.Errorf("since the last change itself: got %+v, %v", orders, err)
	}
}
