//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// seat is a terminal with the real program started in it, as by a person's shell.
type seat struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	mu     sync.Mutex
	screen vt10x.Terminal
	read   chan struct{} // closed when the program wrote its last
}

// sit starts ironage in a terminal of its own, in a home where nothing is.
func sit(t *testing.T, tmp string, args ...string) *seat {
	t.Helper()
	path, err := exec.LookPath("ironage")
	if err != nil {
		t.Fatal(err)
	}
	s := &seat{t: t, cmd: exec.CommandContext(t.Context(), path, args...), read: make(chan struct{})} //nolint:gosec // the program under test
	s.cmd.Env = []string{"HOME=" + t.TempDir(), "TMPDIR=" + tmp, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}
	if s.master, err = pty.StartWithSize(s.cmd, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	s.screen = vt10x.New(vt10x.WithSize(100, 30), vt10x.WithWriter(s.master))
	go s.feed()
	return s
}

func (s *seat) feed() {
	defer close(s.read)
	buf := make([]byte, 64<<10)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		_, _ = s.screen.Write(buf[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// text is the screen, with runs of spaces as one.
func (s *seat) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(strings.Fields(s.screen.String()), " ")
}

// types types keys and waits until the screen shows all of some texts.
func (s *seat) types(keys string, want ...string) {
	s.t.Helper()
	if _, err := io.WriteString(s.master, keys); err != nil {
		s.t.Fatalf("typing %q: %v", keys, err)
	}
	for _, part := range want {
		eventually(s.t, "after "+keys+", "+part, 30*time.Second, func() bool { return strings.Contains(s.text(), part) })
	}
}

// gone waits until a text is no longer on the screen: Esc and the key after it
// must not come while a screen is half drawn, or they are read as one.
func (s *seat) gone(part string) {
	s.t.Helper()
	eventually(s.t, part+" goes", 30*time.Second, func() bool { return !strings.Contains(s.text(), part) })
}

// ends waits for the program to end.
func (s *seat) ends() error {
	s.t.Helper()
	over := make(chan error, 1)
	go func() { over <- s.cmd.Wait() }()
	select {
	case err := <-over:
		return err
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		s.t.Fatalf("the program did not end; the screen shows:\n%s", s.text())
	}
	return nil
}

// TestStoryFirstMinute is a new user's: nothing is configured. What next is
// said; the demo opens; keys, palette, filter, back and quit do what they say.
func TestStoryFirstMinute(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow test of the real program is left out with -short")
	}
	tmp := t.TempDir()
	s := sit(t, tmp)
	s.types("", "No configuration yet", "ironage demo look around in a simulated fleet")
	if err := s.ends(); err != nil {
		t.Errorf("the welcome: %v", err)
	}

	s = sit(t, tmp, "demo", "--servers", "12", "--seed", "3")
	s.types("", "Overview", "Needs a person now:", "collecting here", "▸ ✗ critical")
	s.types("?", "Keys", "freeze the screen", "where I was before")
	s.gone("Needs a person now:")
	s.types("\x1b", "Needs a person now:")
	s.types(":", "Esc cancel")
	s.types("servers\r", "WORST FINDING")
	s.types("/", "Esc cancel")
	s.types("health:critical\r", "/ health:critical", "of 12 servers, Esc shows all")
	s.types("\r", "Servers › ", "Findings")
	s.gone("Esc shows all")
	s.types("\x1b", "of 12 servers, Esc shows all")
	s.types("q", "A second terminal joins with")
	if err := s.ends(); err != nil {
		t.Errorf("quitting: %v", err)
	}
	_ = s.master.Close()
	leavesNothing(t, tmp)
}

// TestStoryTerminalGone: the connection drops, and the terminal with it. Nothing
// stays behind, neither the program nor its files.
func TestStoryTerminalGone(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow test of the real program is left out with -short")
	}
	tmp := t.TempDir()
	s := sit(t, tmp, "demo", "--servers", "4", "--seed", "3")
	s.types("", "Needs a person now:")
	s.types("2", "WORST FINDING")
	_ = s.master.Close() // the kernel tells the program with SIGHUP
	if err := s.ends(); err != nil {
		t.Errorf("a lost terminal: %v, want a quiet end", err)
	}
	leavesNothing(t, tmp)
}

func leavesNothing(t *testing.T, tmp string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(tmp, "ironage-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
