package config

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// watched is a configuration in a folder, and what Watch says about it.
type watched struct {
	t       *testing.T
	dir     string
	again   chan os.Signal
	reloads <-chan Reload
}

func startWatch(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, dir: t.TempDir(), again: make(chan os.Signal)}
	w.write("servers.csv", "name,oob_ip\na,h1\n")
	w.write("ironage.yaml", v3+"inventory: [servers.csv]\n")
	c, err := Load(filepath.Join(w.dir, "ironage.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w.reloads = Watch(ctx, c, w.again)
	t.Cleanup(func() {
		cancel()
		for range w.reloads { // it ends with its context
		}
	})
	return w
}

// write replaces a file the way editors do: a new one takes its name.
func (w *watched) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path+"~", []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		w.t.Fatal(err)
	}
}

// next is the next reload.
func (w *watched) next() Reload {
	w.t.Helper()
	select {
	case r, ok := <-w.reloads:
		if !ok {
			w.t.Fatal("the watch ended")
		}
		return r
	case <-time.After(2 * lookTime):
		w.t.Fatal("no reload came")
	}
	return Reload{}
}

func TestWatch(t *testing.T) {
	w := startWatch(t)
	w.write("ironage.yaml", v3+"inventory: [servers.csv]\npolling: {status: 5s}\n")
	if r := w.next(); r.Err != nil || r.Config.Polling.Status != 5*time.Second {
		t.Fatalf("a changed file: got %+v, %v", r.Config, r.Err)
	}
	w.write("servers.csv", "name,oob_ip\na,10.0.0.300\n")
	if r := w.next(); r.Config != nil || r.Err == nil || !strings.Contains(r.Err.Error(), "servers.csv:2:3") {
		t.Fatalf("a broken inventory: got %+v, %v", r.Config, r.Err)
	}
	w.write("servers.csv", "name,oob_ip\na,h1\nb,h2\n")
	if r := w.next(); r.Err != nil || len(r.Config.Servers) != 2 {
		t.Fatalf("a corrected inventory: got %+v, %v", r.Config, r.Err)
	}
	w.write("ironage.yaml", "staus: 1\n")
	if r := w.next(); r.Err == nil {
		t.Fatal("a broken file: got no error")
	}
	w.write("ironage.yaml", v3+"inventory: [more.csv]\n")
	if r := w.next(); r.Err == nil || !strings.Contains(r.Err.Error(), "more.csv") {
		t.Fatalf("a missing inventory: got %v", r.Err)
	}
	w.write("more.csv", "name,oob_ip\nc,h3\n")
	if r := w.next(); r.Err != nil || len(r.Config.Servers) != 1 {
		t.Fatalf("the inventory that was missing: got %+v, %v", r.Config, r.Err)
	}
}

// SIGHUP loads the files even if nothing seems to have changed.
func TestWatchIsAsked(t *testing.T) {
	w := startWatch(t)
	w.again <- syscall.SIGHUP
	if r := w.next(); r.Err != nil || len(r.Config.Servers) != 1 {
		t.Fatalf("got %+v, %v", r.Config, r.Err)
	}
}

// A file of parts that comes to a pattern is read without being told.
func TestWatchSeesNewParts(t *testing.T) {
	w := startWatch(t)
	if err := os.Mkdir(filepath.Join(w.dir, "parts"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("parts/a.csv", "server,serial\na,S1\n")
	w.write("ironage.yaml", v3+"inventory: [servers.csv]\nparts: [parts/*.csv]\n")
	if r := w.next(); r.Err != nil || len(r.Config.Servers[0].Parts) != 1 {
		t.Fatalf("the main file names parts: got %+v", r)
	}
	w.write("parts/b.csv", "server,serial\na,S2\n")
	if r := w.next(); r.Err != nil || len(r.Config.Servers[0].Parts) != 2 {
		t.Errorf("another file of parts: got %+v", r)
	}
}
