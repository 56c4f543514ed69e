package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ironage/probes/snmp"
)

func TestParseSecretRef(t *testing.T) {
	for _, c := range []struct{ in, want, wrong string }{
		{"env:NAME", "env:NAME", ""},
		{" file: x/y ", "file:x/y", ""},
		{"exec:/bin/pass show 'a b'", "exec:/bin/pass …", ""},
		{"exec:/bin/pass", "exec:/bin/pass", ""},
		{"hunter2", "", "not the secret itself"},
		{"hun:ter2", "", "not the secret itself"},
		{"", "", "not the secret itself"},
		{"env:", "", "nothing stands behind"},
		{"exec:pass show x", "", "absolute path"},
		{"exec:/bin/pass | head", "", "without a shell"},
		{"exec:/bin/pass $HOME", "", "without a shell"},
		{"exec:/bin/pass `id`", "", "without a shell"},
		{"exec:/bin/pass 'a", "", "left open"},
	} {
		got, err := ParseSecretRef(c.in, "/dir")
		if got.String() != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("ParseSecretRef(%q): got %q, %v; want %q, %q", c.in, got, err, c.want, c.wrong)
		}
		if err != nil && strings.Contains(err.Error(), "ter2") {
			t.Errorf("ParseSecretRef(%q): the error holds the secret: %v", c.in, err)
		}
	}
}

func TestSplitCommand(t *testing.T) {
	got, err := splitCommand(`/a b "c d" 'e "f' g\ h "$" ''`)
	want := []string{"/a", "b", "c d", `e "f`, "g h", "$", ""}
	if err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("splitCommand: got %q, %v; want %q", got, err, want)
	}
}

// resolved fetches a secret and checks that a failure says nothing of it.
func fetch(t *testing.T, text, dir string) (string, error) {
	t.Helper()
	ref, err := ParseSecretRef(text, dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ref.Resolve(t.Context(), func(k string) string { return map[string]string{"SET": "geheim", "LINES": "gehe\nim"}[k] })
	if err != nil && strings.Contains(err.Error(), "gehe") {
		t.Errorf("%s: the error holds the secret: %v", text, err)
	}
	return s.Reveal(), err
}

func TestResolve(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and programs of Unix")
	}
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("own", "geheim\n", 0o600)
	write("group", "geheim\n", 0o640)
	write("world", "geheim\n", 0o604)
	write("empty", "\n", 0o600)
	write("lines", "geheim\ngeheim\n", 0o600)
	write("huge", strings.Repeat("geheim", 1000), 0o600)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ ref, want, wrong string }{
		{"env:SET", "geheim", ""},
		{"env:NOT_SET", "", "NOT_SET is not set"},
		{"env:LINES", "", "more than one line"},
		{"file:own", "geheim", ""},
		{"file:" + filepath.Join(dir, "own"), "geheim", ""},
		{"file:group", "", "mode 0640"},
		{"file:world", "", "chmod 600"},
		{"file:empty", "", "empty secret"},
		{"file:lines", "", "more than one line"},
		{"file:huge", "", "over 4096 bytes"},
		{"file:pipe", "", "not a regular file"},
		{"file:none", "", "no such file"},
		{"exec:/bin/echo geheim", "geheim", ""},
		{"exec:/bin/sh -c 'echo geheim; exit 3'", "", "exit code 3"},
		{"exec:/bin/sh -c 'echo geheim >&2; exit 1'", "", "exit code 1"},
		{"exec:/bin/sh -c 'yes geheim'", "", "over 4096 bytes"},
		{"exec:/bin/no-such-program", "", "could not be run"},
	} {
		if strings.Contains(c.ref, "yes") {
			c.ref = "exec:/bin/sh -c 'yes geheim | head -c 100000'"
		}
		got, err := fetch(t, c.ref, dir)
		if got != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: got %q, %v; want %q, %q", c.ref, got, err, c.want, c.wrong)
		}
	}
}

// A secret that cannot be had is asked for again only after a while; one that
// was had is kept.
func TestKeyring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env, asked := "", 0
		c := &Config{Credentials: map[string]*Credential{"old": {Name: "old", Version: "2c", Community: SecretRef{scheme: "env", rest: "C"}}}}
		k := c.Keyring(func(string) string { asked++; return env }, time.Now)
		ask := func() (snmp.Credential, error) { return k.Credential(t.Context(), "old") }
		if _, err := ask(); err == nil {
			t.Error("a missing secret: got no error")
		}
		env = "geheim"
		if _, err := ask(); err == nil || asked != 1 {
			t.Errorf("at once again: got %v after %d looks, want the same error after 1", err, asked)
		}
		<-time.After(retrySecret + time.Second) // of fake time
		if got, err := ask(); err != nil || got.Community.Reveal() != "geheim" {
			t.Errorf("later: got %v, %v", got, err)
		}
		env = "other"
		if got, _ := ask(); got.Community.Reveal() != "geheim" || asked != 2 {
			t.Errorf("once had: got it again after %d looks, want the same after 2", asked)
		}
		if _, err := k.Credential(t.Context(), "none"); err == nil {
			t.Error("an unknown name: got no error")
		}
		if s := fmt.Sprintf("%v %+v", must(ask()), must(ask())); strings.Contains(s, "geheim") {
			t.Errorf("printed: %s", s)
		}
	})
}

func must(c snmp.Credential, _ error) snmp.Credential { return c }

// A caller that gives up leaves nothing behind for the others.
func TestKeyringForgetsWhoGaveUp(t *testing.T) {
	c := &Config{Credentials: map[string]*Credential{"old": {Name: "old", Version: "2c", Community: SecretRef{scheme: "exec", words: []string{"/bin/echo", "geheim"}}}}}
	k := c.Keyring(os.Getenv, time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Credential(ctx, "old"); err == nil {
		t.Error("after the end: got no error")
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := k.Credential(t.Context(), "old"); err != nil || got.Community.Reveal() != "geheim" {
				t.Errorf("somebody else: got %v, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func TestErrNotAReferenceIsTold(t *testing.T) {
	if _, err := ParseSecretRef("geheim", ""); !errors.Is(err, ErrNotAReference) {
		t.Errorf("got %v, want ErrNotAReference", err)
	}
}
