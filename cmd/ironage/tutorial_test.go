package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
)

// TestTutorial does what docs/profiles.md tells its reader to do, word for
// word: its recording and profiles become files, its commands are run, and what
// they print is what the page shows ("…" stands for any lines). A profile that begins
// with "profile:" is the whole file; other YAML is added to it.
func TestTutorial(t *testing.T) {
	page, err := os.ReadFile("../../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	tutorial, _, ok := strings.Cut(string(page), "\n# Everything that a profile can say\n")
	if !ok {
		t.Fatal("docs/profiles.md has no reference behind its tutorial")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("IRONAGE_CONFIG", "")
	t.Chdir(home)
	commands := 0
	for _, block := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(tutorial, -1) {
		switch kind, text := block[1], block[2]; kind {
		case "snmprec":
			write(t, "acme.snmprec", text, os.O_TRUNC)
		case "yaml":
			mode := os.O_APPEND
			if strings.HasPrefix(text, "profile:") {
				mode = os.O_TRUNC
			}
			write(t, "acme.yaml", text, mode)
		case "console":
			for _, one := range strings.Split(text, "$ ")[1:] {
				command, want, _ := strings.Cut(one, "\n")
				follow(t, command, want)
				commands++
			}
		}
	}
	if commands < 8 {
		t.Errorf("only %d commands were found in the tutorial", commands)
	}
	tutorialOnAgent(t)
}

// tutorialOnAgent holds that the profile works on a device as on its recording.
func tutorialOnAgent(t *testing.T) {
	t.Helper()
	rec, err := readRecording("acme.snmprec")
	if err != nil {
		t.Fatal(err)
	}
	a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap(rec.Variables()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	r := reportFrom(t, "--no-ping", a.Addr())
	if len(r.Profiles) != 1 || r.Profiles[0] != "acme" || r.Health != fleet.Warning || len(r.Components) != 5 || r.Device.Serial != "RM2K0417" {
		t.Errorf("got %s", asJSON(t, r))
	}
}

func write(t *testing.T, name, text string, mode int) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|mode, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(text)
	if closed := f.Close(); err != nil || closed != nil {
		t.Fatal(err, closed)
	}
}

// follow runs one command of the page and compares what it prints.
func follow(t *testing.T, command, want string) {
	t.Helper()
	var out bytes.Buffer
	if args, ours := strings.CutPrefix(command, "ironage "); ours {
		run(context.Background(), strings.Fields(args), strings.NewReader(""), &out, &out)
	} else {
		cmd := exec.Command("sh", "-c", command)
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			t.Fatalf("$ %s\n%s%v", command, out.String(), err)
		}
	}
	var pattern strings.Builder
	for line := range strings.Lines(strings.TrimSpace(want) + "\n") {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		pattern.WriteString(regexp.QuoteMeta(line))
	}
	got := strings.TrimSpace(out.String()) + "\n"
	if !regexp.MustCompile(`^` + pattern.String() + `$`).MatchString(got) {
		t.Errorf("$ %s\nprints:\n%s\nand the page shows:\n%s", command, got, want)
	}
}
