// Package settings keeps what one person chose in the console (theme, language,
// saved filters, orders of lists) in a small JSON file of their own. It must
// never keep anybody from working: a file that is broken is set aside, a place
// that cannot be written to is told in one sentence, and neither is an error of
// the start. It knows keys and texts, not what they mean.
package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// maxFile bounds what is read: settings are a page of text, not more.
const maxFile = 1 << 20

// ErrNoPlace says that the environment names no place for a person's state.
var ErrNoPlace = errors.New("neither XDG_STATE_HOME nor HOME is set")

// Path is where a person's settings are kept: $XDG_STATE_HOME/ironage/settings.json,
// by default below ~/.local/state.
func Path(getenv func(string) string) (string, error) {
	dir := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) { // relative ones are to be ignored, says the XDG specification
		home := getenv("HOME")
		if !filepath.IsAbs(home) {
			return "", ErrNoPlace
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "ironage", "settings.json"), nil
}

// File is one person's settings. It is safe for use by several goroutines, and
// by several processes: the last write of a key wins, whoever wrote another.
type File struct {
	path string // empty: nothing is kept
	now  func() time.Time

	mu     sync.Mutex
	values map[string]json.RawMessage
	unkept map[string]string // set, and not written yet because that failed
	notice string
}

// Open reads the settings at path. It does not fail: what is wrong stands in
// Notice. Without a path nothing is kept beyond the process.
func Open(path string, now func() time.Time) *File {
	f := &File{path: path, now: now, values: map[string]json.RawMessage{}, unkept: map[string]string{}}
	if path == "" {
		f.notice = "settings are not kept: " + ErrNoPlace.Error()
		return f
	}
	values, err := f.read()
	switch {
	case err == nil:
		f.values = values
	case !errors.Is(err, fs.ErrNotExist):
		f.notice = "settings are not read: " + plain(err)
	}
	return f
}

// plain is an error without the path that the reader already sees elsewhere twice.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path + ": " + p.Err.Error()
	}
	return err.Error()
}

// read reads the file; one that holds no settings is set aside and counts as none.
func (f *File) read() (map[string]json.RawMessage, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // was only read
	if info, err := file.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is no file", f.path)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	values, err := parse(data)
	if err != nil {
		f.setAside(err)
		return map[string]json.RawMessage{}, nil
	}
	return values, nil
}

// parse reads the file's text: an object, or nothing at all.
func parse(data []byte) (map[string]json.RawMessage, error) {
	values := map[string]json.RawMessage{}
	switch {
	case len(data) > maxFile:
		return nil, fmt.Errorf("it is larger than %d KiB", maxFile>>10)
	case len(bytes.TrimSpace(data)) == 0:
		return values, nil
	}
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, err
	}
	if values == nil {
		return nil, errors.New("it holds no object")
	}
	return values, nil
}

// setAside renames a broken file, so that whoever wrote it can look at it.
func (f *File) setAside(why error) {
	aside := f.path + ".broken-" + f.now().Format("20060102-150405")
	if err := os.Rename(f.path, aside); err != nil {
		f.notice = fmt.Sprintf("the settings in %s cannot be read (%v) and could not be set aside", f.path, why)
		return
	}
	f.notice = fmt.Sprintf("the settings could not be read (%v); they are set aside as %s", why, aside)
}

// Notice is what a person must know about their settings; empty when all is well.
func (f *File) Notice() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.notice
}

// Where is the file's path; empty when nothing is kept.
func (f *File) Where() string { return f.path }

// Get is the value of a key; empty when it was never set.
func (f *File) Get(key string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return text(f.values[key])
}

// text is a value as text: what is no string was written by somebody else.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// Names are the keys that begin with prefix and have a value, sorted.
func (f *File) Names(prefix string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, k := range slices.Sorted(maps.Keys(f.values)) {
		if strings.HasPrefix(k, prefix) && text(f.values[k]) != "" {
			out = append(out, k)
		}
	}
	return out
}

// Set gives a key a value, an empty one takes the key away, and writes the file.
// It counts for this process even when the file cannot be written, which is an
// error. It may wait for the disk.
func (f *File) Set(key, value string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	put(f.values, key, value)
	if f.path == "" {
		return fmt.Errorf("settings are not kept: %w", ErrNoPlace)
	}
	f.unkept[key] = value
	if err := f.save(); err != nil {
		return fmt.Errorf("settings are not kept: %w", err)
	}
	return nil
}

func put(values map[string]json.RawMessage, key, value string) {
	if value == "" {
		delete(values, key)
		return
	}
	raw, err := json.Marshal(strings.ToValidUTF8(value, string(utf8.RuneError)))
	if err == nil { // a string always marshals
		values[key] = raw
	}
}

// save writes the file as it is on disk with the changed keys, mostly one:
// another console may have changed the others meanwhile.
func (f *File) save() error {
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(f.path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	onDisk, err := f.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		onDisk = maps.Clone(f.values)
	case err != nil:
		return err
	}
	for key, value := range f.unkept {
		put(onDisk, key, value)
	}
	if err := replace(f.path, onDisk); err != nil {
		return err
	}
	f.values = onDisk
	clear(f.unkept)
	return nil
}

// replace writes the file beside its place and renames it: a reader sees the
// old one or the new one, never half of either.
func replace(path string, values map[string]json.RawMessage) (err error) {
	data, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".settings-*") // is made with 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the first error is the one to tell
		}
	}()
	_, err = tmp.Write(append(data, '\n'))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
