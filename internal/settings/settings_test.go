package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at() time.Time { return time.Date(2026, 3, 14, 3, 4, 5, 0, time.UTC) }

func place(t testing.TB) string {
	return filepath.Join(t.TempDir(), "state", "ironage", "settings.json")
}

func TestPath(t *testing.T) {
	for _, x := range []struct{ xdg, home, want string }{
		{"/var/state", "/home/lan", "/var/state/ironage/settings.json"},
		{"", "/home/lan", "/home/lan/.local/state/ironage/settings.json"},
		{"state", "/home/lan", "/home/lan/.local/state/ironage/settings.json"},
		{"", "", ""},
		{"", "lan", ""},
	} {
		got, err := Path(func(name string) string { return map[string]string{"XDG_STATE_HOME": x.xdg, "HOME": x.home}[name] })
		if got != x.want || (err == nil) != (x.want != "") {
			t.Errorf("%q %q: got %q, %v", x.xdg, x.home, got, err)
		}
	}
}

func TestKept(t *testing.T) {
	path := place(t)
	f := Open(path, at)
	if f.Notice() != "" || f.Get("theme") != "" {
		t.Fatalf("a first start: %q, %q", f.Notice(), f.Get("theme"))
	}
	for key, value := range map[string]string{"theme": "dark", "filter.đĩa hỏng": "servers health:critical", "filter.b": "queue tier:p1"} {
		if err := f.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	again := Open(path, at)
	if got := again.Get("filter.đĩa hỏng"); got != "servers health:critical" {
		t.Errorf("got %q", got)
	}
	if got, want := again.Names("filter."), []string{"filter.b", "filter.đĩa hỏng"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := again.Set("filter.b", ""); err != nil || len(again.Names("filter.")) != 1 {
		t.Errorf("taken away: %v, %q", err, again.Names("filter."))
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): os.ModeDir | 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: got %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 2 {
		t.Errorf("beside the file and its lock nothing stays: %v, %v", left, err)
	}
}

func TestTwoConsoles(t *testing.T) {
	path := place(t)
	a, b := Open(path, at), Open(path, at)
	var both sync.WaitGroup
	for name, f := range map[string]*File{"a": a, "b": b} {
		both.Go(func() {
			for i := range 20 {
				if err := f.Set(fmt.Sprintf("%s.%d", name, i), "yes"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	if got := len(Open(path, at).Names("")); got != 40 {
		t.Errorf("got %d keys, want those of both", got)
	}
}

func TestUnknownIsKept(t *testing.T) {
	path := place(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(`{"of a later version": {"a": [1, 2]}, "theme": 7}`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := Open(path, at)
	if f.Get("theme") != "" || f.Notice() != "" {
		t.Errorf("another kind of value: got %q, %q", f.Get("theme"), f.Notice())
	}
	if err := f.Set("language", "vi"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), `"of a later version"`) || !strings.Contains(string(data), `"theme": 7`) {
		t.Errorf("%v: %s", err, data)
	}
}

func TestBrokenIsSetAside(t *testing.T) {
	for _, text := range []string{"{", "[]", "null", `{"theme": "dark"`, "\x00\xff", strings.Repeat(" ", maxFile+2)} {
		path := place(t)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f := Open(path, at)
		aside := path + ".broken-20260314-030405"
		if !strings.Contains(f.Notice(), aside) {
			t.Errorf("%.20q: got notice %q", text, f.Notice())
		}
		if data, err := os.ReadFile(aside); err != nil || string(data) != text {
			t.Errorf("%.20q: set aside: %v", text, err)
		}
		if err := f.Set("theme", "light"); err != nil || Open(path, at).Get("theme") != "light" {
			t.Errorf("%.20q: afterwards: %v", text, err)
		}
	}
}

func TestNowhereToKeep(t *testing.T) {
	f := Open("", at)
	if f.Notice() == "" {
		t.Error("nothing is said")
	}
	if err := f.Set("theme", "dark"); err == nil || f.Get("theme") != "dark" {
		t.Errorf("it should count for now, and say that it is not kept: %v, %q", err, f.Get("theme"))
	}
	// A file where the directory should be stands for every place that cannot be written to.
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f = Open(filepath.Join(blocked, "settings.json"), at)
	if err := f.Set("theme", "dark"); err == nil || f.Get("theme") != "dark" {
		t.Errorf("blocked: %v, %q", err, f.Get("theme"))
	}
	dir := t.TempDir()
	if f = Open(dir, at); f.Notice() == "" {
		t.Error("a directory in the file's place: nothing is said")
	}
}

// TestLastWriteWins lets two consoles set keys in any order: each key has the
// value that was set last, whoever did it.
func TestLastWriteWins(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n), "settings.json")
		consoles := []*File{Open(path, at), Open(path, at)}
		want := map[string]string{}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			key := rapid.SampledFrom([]string{"theme", "language", "filter.x"}).Draw(rt, "key")
			value := rapid.String().Draw(rt, "value")
			want[key] = value
			if err := rapid.SampledFrom(consoles).Draw(rt, "console").Set(key, value); err != nil {
				rt.Fatal(err)
			}
		}
		got := Open(path, at)
		for key, value := range want {
			if got.Get(key) != value {
				rt.Fatalf("%s: got %q, want %q", key, got.Get(key), value)
			}
		}
	})
}

// FuzzSettings: whatever the file holds, the console starts and can save.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"theme":"dark"}`, "{", "null", `{"a":{"b":1}}`, "\xff\xfe", `{"a":"` + strings.Repeat("x", 100)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "settings.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := Open(path, at)
		s.Names("")
		if err := s.Set("theme", "dark"); err != nil {
			t.Fatal(err)
		}
		if got := Open(path, at); got.Get("theme") != "dark" || got.Notice() != "" {
			t.Errorf("afterwards: %q, %q", got.Get("theme"), got.Notice())
		}
	})
}

// TestWhatCouldNotBeKeptIsKeptLater: the disk was full for a while.
func TestWhatCouldNotBeKeptIsKeptLater(t *testing.T) {
	path := place(t)
	state := filepath.Dir(filepath.Dir(path))
	if err := os.WriteFile(state, nil, 0o600); err != nil { // a file where the directory belongs
		t.Fatal(err)
	}
	f := Open(path, at)
	if err := f.Set("theme", "light"); err == nil {
		t.Fatal("it was kept")
	}
	if err := os.Remove(state); err != nil {
		t.Fatal(err)
	}
	other := Open(path, at)
	if err := other.Set("mouse", "on"); err != nil {
		t.Fatal(err)
	}
	if err := f.Set("language", "vi"); err != nil {
		t.Fatal(err)
	}
	again := Open(path, at)
	if got := f.Get("theme") + f.Get("mouse") + again.Get("theme") + again.Get("language"); got != "lightonlightvi" {
		t.Errorf("got %q, want everything that was chosen", got)
	}
}
