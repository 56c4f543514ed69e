package agent

import (
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/gosnmp/gosnmp"
)

// Agent answers requests on one socket in one goroutine, as a small management
// controller does: a slow answer keeps the next request waiting.
type Agent struct {
	community string
	tree      Tree
	conn      *net.UDPConn
	behaviour atomic.Pointer[Behaviour]
	asked     atomic.Int64 // requests with the right community
	closing   chan struct{}
	done      chan struct{}

	// Only the agent's goroutine uses these.
	codec gosnmp.GoSNMP
	last  []byte // the previous answer, for LateDuplicate
}

// Listen starts an agent on addr ("127.0.0.1:0" picks a port). Requests with
// another community are met with silence.
func Listen(addr string, community string, tree Tree) (*Agent, error) {
	if len(community) > 127 {
		return nil, errors.New("simulated agent: the community is longer than 127 characters")
	}
	at, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("simulated agent on %s: %w", addr, err)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("simulated agent on %s: %w", addr, err)
	}
	a := &Agent{
		community: community, tree: tree, conn: conn,
		closing: make(chan struct{}), done: make(chan struct{}),
	}
	a.Behave(Behaviour{})
	go a.serve()
	return a, nil
}

// Addr is where the agent listens, as host:port.
func (a *Agent) Addr() string { return a.conn.LocalAddr().String() }

// Behave changes how the agent behaves from the next request on.
func (a *Agent) Behave(b Behaviour) { a.behaviour.Store(&b) }

// Requests is the number of requests that came with the right community,
// answered or not.
func (a *Agent) Requests() int { return int(a.asked.Load()) }

// Close stops the agent and returns when its goroutine has ended. It may be
// called once.
func (a *Agent) Close() error {
	close(a.closing)
	err := a.conn.Close()
	<-a.done
	return err
}

func (a *Agent) serve() {
	defer close(a.done)
	buf := make([]byte, 8<<10) // no request is larger
	for {
		n, from, err := a.conn.ReadFromUDP(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			continue // an ICMP error about an earlier answer
		}
		for _, out := range a.answer(buf[:n]) {
			// A lost answer is what UDP is; the asker will ask again.
			_, _ = a.conn.WriteToUDP(out, from)
		}
	}
}

// answer is the datagrams that go out for one that came in, usually one.
func (a *Agent) answer(in []byte) (out [][]byte) {
	// What comes in is the asker's responsibility; it must not end the demo.
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	request, err := a.codec.SnmpDecodePacket(in)
	if err != nil || request.Version > gosnmp.Version2c || request.Community != a.community {
		return nil
	}
	nth := int(a.asked.Add(1))
	b := *a.behaviour.Load()
	if b.Silent || every(nth, b.DropEvery) || b.Mute > 0 && nth > b.Mute || !a.wait(b.Delay) {
		return nil
	}
	if b.Garbage || every(nth, b.GarbageEvery) {
		return [][]byte{[]byte("HTTP/1.1 400 Bad Request\r\n\r\n")}
	}
	answer := a.reply(request, b)
	if answer == nil {
		return nil
	}
	if !b.LateDuplicate {
		return [][]byte{answer}
	}
	if a.last != nil {
		out = append(out, a.last)
	}
	a.last = answer
	return append(out, answer, answer)
}

// wait is false when the agent was closed meanwhile.
func (a *Agent) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-a.closing:
		return false
	}
}

func every(nth, n int) bool { return n > 0 && nth%n == 0 }
