//go:build unix

package tui

import (
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"go.uber.org/goleak"

	"ironage/internal/ageing"
	"ironage/internal/queue"
)

// terminal is an emulated terminal with a real program in it.
type terminal struct {
	t       *testing.T
	master  *os.File
	tty     *os.File
	mu      sync.Mutex
	screen  vt10x.Terminal
	changed chan struct{}
	raw     []byte // what the program wrote
}

func openTerminal(t *testing.T, w, h int) *terminal {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("this machine has no pseudo-terminals: %v", err)
	}
	term := &terminal{t: t, master: master, tty: tty, changed: make(chan struct{}, 1),
		screen: vt10x.New(vt10x.WithSize(w, h), vt10x.WithWriter(master))}
	term.resize(w, h)
	return term
}

// feed copies what the program writes onto the screen until the terminal closes.
func (term *terminal) feed() {
	buf := make([]byte, 64<<10)
	for {
		n, err := term.master.Read(buf)
		if n > 0 {
			term.mu.Lock()
			term.raw = append(term.raw, buf[:n]...)
			// As it came: the program put the terminal into raw mode, where LF
			// keeps its column, and the renderer counts on that.
			_, _ = term.screen.Write(buf[:n])
			term.mu.Unlock()
			select {
			case term.changed <- struct{}{}:
			default:
			}
		}
		if err != nil {
			return
		}
	}
}

func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.screen.String()
}

// await waits until the screen holds a text.
func (term *terminal) await(part string) {
	term.t.Helper()
	deadline := time.After(30 * time.Second) // a loaded machine is slow, not wrong
	for !strings.Contains(term.text(), part) {
		select {
		case <-term.changed:
		case <-deadline:
			term.t.Fatalf("%q did not come; the screen shows:\n%s", part, term.text())
		}
	}
}

func (term *terminal) typed(keys string) {
	term.t.Helper()
	if _, err := io.WriteString(term.master, keys); err != nil {
		term.t.Fatalf("typing %q: %v", keys, err)
	}
}

func (term *terminal) resize(w, h int) {
	term.t.Helper()
	if err := pty.Setsize(term.master, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		term.t.Fatalf("resize: %v", err)
	}
	term.mu.Lock()
	term.screen.Resize(w, h)
	term.mu.Unlock()
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		term.t.Fatalf("resize: %v", err)
	}
}

// TestRealTerminal runs the whole console in a terminal: start, keys, a view
// that arrives, a smaller window, quit. Nothing may be left running.
func TestRealTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow test of the real program is left out with -short")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreTopFunction("os/signal.signal_recv"), goleak.IgnoreTopFunction("os/signal.loop"))
	term := openTerminal(t, 100, 30)
	fed := make(chan struct{})
	go func() { defer close(fed); term.feed() }()
	desk := newFakeDesk(handView())
	over := make(chan error, 1)
	go func() {
		over <- Run(context.Background(), Config{Desk: desk, Actor: queue.Actor{Name: "lan", Role: queue.Engineer}, Now: threeAMNow,
			Life: ageing.DefaultPolicy(), Dark: true, Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}}, term.tty, term.tty)
	}()

	term.await("Needs a person now: 6 causes")
	term.typed("2")
	term.await("WORST FINDING")
	term.typed("/rack:C11\r")
	term.await("4 of 12 servers")
	term.typed("\x1b")
	term.await("hn-a07-02")
	term.typed("4")
	term.await("collector started on noc-1:4711")
	term.resize(20, 5)
	term.await("needs a")
	term.resize(80, 24)
	term.await("answers ping, but not SNMP")
	desk.feed <- troubledView()
	term.await("2 notices")
	term.typed(":hn-c11-20\r")
	term.await("Events › hn-c11-20")
	term.typed("q")
	select {
	case err := <-over:
		if err != nil {
			t.Errorf("got %v, want a quiet end", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("q did not end the program; the screen shows:\n%s", term.text())
	}
	_ = term.tty.Close()
	_ = term.master.Close()
	<-fed
}

// TestRunEndsWithItsContext holds that a console ends when its caller does, as
// the session of a person who hung up.
func TestRunEndsWithItsContext(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreTopFunction("os/signal.signal_recv"), goleak.IgnoreTopFunction("os/signal.loop"))
	term := openTerminal(t, 80, 24)
	fed := make(chan struct{})
	go func() { defer close(fed); term.feed() }()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() {
		over <- Run(ctx, Config{Desk: newFakeDesk(handView()), Now: threeAMNow, NoColor: true, Env: []string{"TERM=xterm"}}, term.tty, term.tty)
	}()
	term.await("Needs a person now")
	term.typed("2") // once it is answered, so is everything the program asked the terminal at its start
	term.await("WORST FINDING")
	cancel()
	select {
	case err := <-over:
		if err != nil {
			t.Errorf("got %v, want a quiet end", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the console outlived its context")
	}
	_ = term.tty.Close()
	_ = term.master.Close()
	<-fed
}

// TestPlainTerminals runs the console where there are no colours: it must be as
// readable, and not one colour may be sent.
func TestPlainTerminals(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[[0-9;:]*m`)
	for _, x := range []struct {
		name, env, want string
		styles          bool // bold and the like may be sent
	}{
		{"NO_COLOR", "TERM=xterm-256color NO_COLOR=1 LANG=C.UTF-8", "▸ ✗ critical hn-a07-01", true},
		{"dumb", "TERM=dumb", "> X critical hn-a07-01", false},
		{"Linux console", "TERM=linux", "> X critical hn-a07-01", true},
	} {
		t.Run(x.name, func(t *testing.T) {
			term := openTerminal(t, 100, 30)
			fed := make(chan struct{})
			go func() { defer close(fed); term.feed() }()
			over := make(chan error, 1)
			go func() {
				over <- Run(context.Background(), Config{Desk: newFakeDesk(handView()), Now: threeAMNow, Life: ageing.DefaultPolicy(),
					Env: strings.Fields(x.env)}, term.tty, term.tty)
			}()
			term.await(x.want)
			term.typed("2")
			term.await("WORST FINDING")
			term.typed("q")
			if err := <-over; err != nil {
				t.Errorf("got %v, want a quiet end", err)
			}
			_ = term.tty.Close()
			_ = term.master.Close()
			<-fed
			for _, code := range colour.FindAll(term.raw, -1) {
				if x.name != "Linux console" && (bytes.Contains(code, []byte("38;")) || bytes.Contains(code, []byte("48;")) || regexp.MustCompile(`[\[;](3|4|9)[0-7]m`).Match(code)) {
					t.Fatalf("a colour was sent: %q", code)
				}
				if !x.styles && !bytes.Equal(code, []byte("\x1b[m")) {
					t.Fatalf("a style was sent: %q", code)
				}
			}
		})
	}
}

// TestAisleTerminal works an order on a phone's terminal while somebody else
// pulls the wrong disk: the alarm comes with the next view.
func TestAisleTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow test of the real program is left out with -short")
	}
	term := openTerminal(t, 40, 12)
	fed := make(chan struct{})
	go func() { defer close(fed); term.feed() }()
	desk := newFakeDesk(orderView(t, queue.Ready))
	over := make(chan error, 1)
	go func() {
		over <- Run(context.Background(), Config{Desk: desk, Actor: tuan, Now: threeAMNow, Life: ageing.DefaultPolicy(), Dark: true,
			Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}}, term.tty, term.tty)
	}()
	term.await(":aisle")
	term.typed(":aisle 17\r")
	term.await("PULL  WFK0A003")
	term.typed("s")
	term.await("is being rebuilt")
	// The bar marks the line that has the keys; a busy machine moves it late.
	for _, x := range []struct{ keys, then string }{
		{"yes\r", "┃ Assignee"}, {"\r", "┃ Change reference"}, {"CHG-7", "┃ > CHG-7"}, {"\r", "┃ Reason"}, {"\r", "work started"},
	} {
		term.typed(x.keys)
		term.await(x.then)
	}
	desk.feed <- wrongPull(t)
	term.await("WRONG PART PULLED")
	desk.feed <- provenSome(t)
	term.await("verifying 3/10")
	term.typed("q")
	if err := <-over; err != nil {
		t.Errorf("got %v, want a quiet end", err)
	}
	_ = term.tty.Close()
	_ = term.master.Close()
	<-fed
}
