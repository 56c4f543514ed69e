package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lists"
)

func TestServersFilter(t *testing.T) {
	now := time.Date(2026, 3, 14, 3, 4, 5, 0, time.UTC)
	env, _, _ := cliFor(map[string]string{"HOME": t.TempDir()})
	e := &fleet.Entry{Server: fleet.Server{Name: "rack-a1-07", Rack: "A1", Service: "TDOffice", Model: "PowerEdge R640", InService: "2020-03-01"},
		State: fleet.State{Health: fleet.Warning}}
	row := lists.NewServer(e, ageing.DefaultPolicy(), now, nil)
	row.Judged = lists.Judge(nil, e, nil)
	for filter, want := range map[string]bool{
		"": true, "a1-07": true, "r640": true, "r740": false,
		"health:warning,critical": true, "health:ok": false, "!health:ok": true,
		"rack:A*": true, "rack:b*": false, "service:tdoffice": true, "name:rack-a1-0?": true,
		"age:>5y": true, "age:<5": false, "age:>=6": true, "age:unknown": false, "criticality:normal": true,
		"warranty:unknown": true, "warranty:<90d": false,
	} {
		keep, err := parseFilter(env, lists.Servers(env.now, nil), filterFlag{}, strings.Fields(filter)...)
		if err != nil || keep(row) != want {
			t.Errorf("filter %q: got %v, %v; want %v", filter, err == nil && keep(row), err, want)
		}
	}
}

// TestFilterMistake points at the character, whichever way the filter came.
func TestFilterMistake(t *testing.T) {
	env, _, _ := cliFor(map[string]string{"HOME": t.TempDir()})
	for _, x := range []struct {
		flag, want string
		args       []string
	}{
		{args: []string{"đĩa", "heath:ok"}, want: "did you mean health?\n  đĩa heath:ok\n      ^\nfields are health, kind, "},
		{args: []string{"rack:A1"}, flag: "age:>5q", want: "the unit is y (years), m (months), w (weeks), d (days) or h (hours)\n  rack:A1 age:>5q\n                ^"},
		{flag: "@mine", want: "there is no saved filter \"mine\"; none is saved yet\n  @mine\n  ^"},
	} {
		_, err := parseFilter(env, lists.Servers(env.now, nil), filterFlag{x.flag}, x.args...)
		var asked *exitError
		if !errors.As(err, &asked) || asked.Code != exitUsage || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%v %q: got %v; want a usage error with\n%s", x.args, x.flag, err, x.want)
		}
	}
}

// TestSavedFilter takes a filter that was saved in the console.
func TestSavedFilter(t *testing.T) {
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "ironage"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "ironage", "settings.json"), []byte(`{"filter.old": "servers age:>5y", "theme": "dark"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	env, _, _ := cliFor(map[string]string{"XDG_STATE_HOME": home})
	if got := env.savedFilters(); len(got) != 1 || got["old"] != "age:>5y" {
		t.Fatalf("saved filters: got %v, want old: age:>5y", got)
	}
	if _, err := parseFilter(env, lists.Servers(env.now, nil), filterFlag{"@old rack:A1"}); err != nil {
		t.Errorf("@old: got error %v", err)
	}
	_, err := parseFilter(env, lists.Events(env.aboutServers(nil)), filterFlag{"@older"})
	if err == nil || !strings.Contains(err.Error(), "saved are @old") {
		t.Errorf("@older: got %v, want the saved ones named", err)
	}
}
