package snmp_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

// TestSlowQuestionsHoldNoPlace: more scripts at work than the window has places,
// and others are read meanwhile. Each script is asked for once, and its answer
// counts however late it is.
func TestSlowQuestionsHoldNoPlace(t *testing.T) {
	h, err := snmp.NewHubBuffered(1, 16<<10) // a small window
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	slow := h.Traffic().Window + 3
	read := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { answerOnce(t, scripts, slow, read) })
	for range slow {
		all.Go(func() {
			s := dialOver(t, h, scripts.LocalAddr().String(), v2c(), snmp.Options{Timeout: 100 * time.Millisecond, Retries: 3})
			got, err := s.GetSlowly(context.Background(), entry+".1.1", time.Minute)
			if err != nil || got.Value.Num != 7 || s.Cost().PDUs != 1 {
				t.Errorf("got %v, %v, %+v; want one question and its answer", got, err, s.Cost())
			}
		})
	}
	until(t, func() bool { return h.Traffic().Beside == int64(slow) })
	if traffic := h.Traffic(); traffic.InFlight != 0 || traffic.Waiting != 0 {
		t.Errorf("got %+v, want no place taken", traffic)
	}
	s := dialOver(t, h, start(t, table(entry, 1, 1), agent.Behaviour{}).Addr(), v2c(), patient)
	if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); err != nil {
		t.Errorf("got %v, want an answer while scripts are at work", err)
	}
	close(read)
	all.Wait()
	if traffic := h.Traffic(); traffic.InFlight != 0 || traffic.Beside != 0 {
		t.Errorf("got %+v when all are answered, want no place taken", traffic)
	}
	_ = scripts.Close()
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

// answerOnce hears so many questions and answers them when told to.
func answerOnce(t *testing.T, conn *net.UDPConn, questions int, when <-chan struct{}) {
	buf := make([]byte, 2048)
	var answers []func()
	for range questions {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			t.Error(err)
			return
		}
		out := told(t, asked(t, buf[:n]), 7)
		answers = append(answers, func() { _, _ = conn.WriteToUDPAddrPort(out, from) })
	}
	<-when
	for _, answer := range answers {
		answer()
	}
}

// TestASlowQuestionEnds with its patience, or with the time allowed for the whole.
func TestASlowQuestionEnds(t *testing.T) {
	a := start(t, table(entry, 1, 1), agent.Behaviour{Silent: true})
	h := newHub(t, 1)
	for _, s := range []*snmp.Session{
		dialOver(t, h, a.Addr(), v2c(), snmp.Options{Timeout: 50 * time.Millisecond, Retries: 1000}),
		dial(t, a.Addr(), v2c(), snmp.Options{Timeout: 50 * time.Millisecond, Retries: 1000}, snmp.Limits{}),
	} {
		if _, err := s.GetSlowly(context.Background(), entry+".1.1", 200*time.Millisecond); !errors.Is(err, snmp.ErrTimeout) {
			t.Errorf("got %v, want ErrTimeout", err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		if _, err := s.GetSlowly(ctx, entry+".1.1", time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the end of the time allowed", err)
		}
		cancel()
		if n := s.Cost().PDUs; n > 2 {
			t.Errorf("got %d questions for two, want each asked once at most", n)
		}
	}
}
