package config

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Reload is what became of a changed file: the new configuration, or why it is
// not taken. Then the one in force stays.
type Reload struct {
	Config *Config
	Err    error
}

const (
	// settleTime is how long files must be quiet: editors write in several steps.
	settleTime = 250 * time.Millisecond
	// lookTime is how often files are looked at all the same, for file systems
	// that tell nobody about changes (NFS) and machines out of inotify watches.
	lookTime = 15 * time.Second
)

// Watch loads the configuration again whenever it or one of its inventory
// files changes, and whenever something comes from again (a SIGHUP), until ctx
// ends; then the channel is closed. The first Reload is the first change.
func Watch(ctx context.Context, current *Config, again <-chan os.Signal) <-chan Reload {
	out := make(chan Reload)
	w := &watcher{path: current.Path, out: out}
	w.follow(current)
	w.seen = w.fingerprint()
	go func() {
		defer close(out)
		w.run(ctx, again)
	}()
	return out
}

type watcher struct {
	path  string
	files []string // of the configuration in force, and patterns' folders
	dirs  []string
	notes *fsnotify.Watcher // nil where the system has none to give
	seen  string
	out   chan<- Reload
}

// follow watches the folders of all files: editors replace files, and a watch
// on a file would go with the old one.
func (w *watcher) follow(c *Config) {
	w.files = c.Files
	w.dirs = nil
	for _, f := range append(slices.Clone(c.Files), patterns(c)...) {
		dirs := []string{filepath.Dir(f)}
		if real, err := filepath.EvalSymlinks(f); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
		for _, d := range dirs {
			if !slices.Contains(w.dirs, d) {
				w.dirs = append(w.dirs, d)
			}
		}
	}
	if w.notes == nil {
		return
	}
	for _, d := range w.dirs {
		_ = w.notes.Add(d) // looking every lookTime makes up for it
	}
}

// patterns are the entries of inventory: and parts: as paths.
func patterns(c *Config) []string {
	written := slices.Concat(c.Inventory, c.Parts)
	out := make([]string, len(written))
	for i, p := range written {
		if !filepath.IsAbs(p) {
			p = filepath.Join(filepath.Dir(c.Path), p)
		}
		out[i] = p
	}
	return out
}

func (w *watcher) run(ctx context.Context, again <-chan os.Signal) {
	var events <-chan fsnotify.Event
	var faults <-chan error
	if notes, err := fsnotify.NewWatcher(); err == nil {
		defer func() { _ = notes.Close() }() // the end of watching
		w.notes = notes
		events, faults = notes.Events, notes.Errors
		for _, d := range w.dirs {
			_ = notes.Add(d) // looking every lookTime makes up for it
		}
	}
	look := time.NewTicker(lookTime)
	defer look.Stop()
	quiet := time.NewTimer(settleTime) // for a change before the folders were watched
	defer quiet.Stop()
	asked := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-again:
			asked = true
			quiet.Reset(settleTime)
		case e, ok := <-events:
			if ok && w.matters(e) {
				quiet.Reset(settleTime)
			}
		case _, ok := <-faults: // an overflow: look for ourselves
			if ok {
				quiet.Reset(settleTime)
			}
		case <-look.C:
			quiet.Reset(0)
		case <-quiet.C:
			if !w.reload(ctx, asked) {
				return
			}
			asked = false
		}
	}
}

// matters reports whether an event is about a file that may be ours.
func (w *watcher) matters(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	switch strings.ToLower(filepath.Ext(e.Name)) {
	case ".yaml", ".yml", ".csv", ".tsv", ".txt", "":
		return true
	}
	return slices.Contains(w.files, e.Name)
}

// fingerprint changes when a file does.
func (w *watcher) fingerprint() string {
	var b strings.Builder
	for _, f := range w.files {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", f, info.Size(), info.ModTime().UnixNano())
		}
	}
	// New files that a pattern would match change their folder.
	for _, d := range w.dirs {
		for _, ext := range []string{"yaml", "yml", "csv", "tsv", "txt"} {
			if found, err := filepath.Glob(filepath.Join(d, "*."+ext)); err == nil {
				fmt.Fprintln(&b, len(found), strings.Join(found, "\x00"))
			}
		}
	}
	return b.String()
}

// reload loads the files if they changed or somebody asked, and reports whether
// to go on.
func (w *watcher) reload(ctx context.Context, asked bool) bool {
	now := w.fingerprint()
	if now == w.seen && !asked {
		return true
	}
	c, files, err := load(w.path)
	if err == nil {
		w.follow(c)
	} else {
		for _, f := range files { // one of them will be corrected
			if !slices.Contains(w.files, f) {
				w.files = append(slices.Clone(w.files), f)
			}
		}
	}
	w.seen = w.fingerprint()
	select {
	case w.out <- Reload{c, err}:
		return true
	case <-ctx.Done():
		return false
	}
}
