package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/config"
	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

func openTestStation(t *testing.T, yaml string) *station {
	t.Helper()
	env, _, _ := cliFor(nil)
	c, err := config.Parse("ironage.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	s, err := openStation(t.Context(), env, c, stationOptions{store: filepath.Join(t.TempDir(), "s.db"), fixed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	return s
}

const oneServer = "ping: {enabled: false}\ncredentials: {c: {snmp: 2c, community: env:NOT_SET}}\nservers: [{name: a, bmc: 127.0.0.1:1, credential: c}]\n"

func notices(s *station) string {
	var all []string
	for _, n := range s.desk.View().Notices {
		all = append(all, n.Code+": "+n.Text)
	}
	return strings.Join(all, "\n")
}

// A broken file is told and not taken; a good one is taken and the message goes.
func TestReload(t *testing.T) {
	s := openTestStation(t, oneServer)
	before := s.config.Load()
	s.reload(t.Context(), config.Reload{Err: config.Problems{{File: "ironage.yaml", Line: 3, Column: 1, Text: "wrong"}, {Text: "more"}}})
	if got := notices(s); !strings.Contains(got, "ironage.yaml:3:1: wrong (and 1 more; run ironage config check)") || s.config.Load() != before {
		t.Errorf("a broken file: got %q, want its first mistake and the configuration as it was", got)
	}
	s.reload(t.Context(), config.Reload{Err: errors.New("gone")})
	if got := notices(s); !strings.Contains(got, "gone") {
		t.Errorf("a missing file: got %q", got)
	}
	next, err := config.Parse("ironage.yaml", []byte(strings.ReplaceAll(oneServer, "name: a", "name: b")))
	if err != nil {
		t.Fatal(err)
	}
	s.reload(t.Context(), config.Reload{Config: next})
	if got := notices(s); got != "" || s.config.Load() != next {
		t.Errorf("a good file: got %q, want it taken and no message", got)
	}
	slower := *next
	slower.Polling.Status = time.Hour
	s.reload(t.Context(), config.Reload{Config: &slower})
	if got := notices(s); !strings.Contains(got, "at the next start") {
		t.Errorf("another interval: got %q, want when it takes effect", got)
	}
}

// What is proposed follows the rules of the file in force.
func TestReloadReachesTheDesk(t *testing.T) {
	const old = "servers: [{name: a, bmc: 127.0.0.1:1, credential: c, in_service: 2019-01-01}]\n"
	s := openTestStation(t, "credentials: {c: {snmp: 2c, community: env:NOT_SET}}\n"+old)
	disk := fleet.Component{Kind: fleet.Disk, Name: "1", Slot: "1", Health: fleet.OK}
	if err := s.store.SaveStates(t.Context(), []fleet.State{{Server: "a", Components: []fleet.Component{disk}}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.desk.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	reasons := func() int { return len(s.desk.Fill(queue.Proposal{Server: "a", Slot: "disk/1"}).Reasons) }
	if got := reasons(); got != 1 {
		t.Fatalf("before: got %d reasons, want its age", got)
	}
	next, err := config.Parse("ironage.yaml", []byte("service_life: {hdd: 30, ssd: 30}\ncredentials: {c: {snmp: 2c, community: env:NOT_SET}}\n"+old))
	if err != nil {
		t.Fatal(err)
	}
	s.reload(t.Context(), config.Reload{Config: next})
	if got := reasons(); got != 0 {
		t.Errorf("after a longer service life: got %d reasons, want none", got)
	}
}

// A broken stock list is told, and the one before stays in force.
func TestReloadKeepsTheStockList(t *testing.T) {
	s := openTestStation(t, oneServer)
	parse := func() *config.Config {
		c, err := config.Parse("ironage.yaml", []byte(oneServer))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	good, broken, again := parse(), parse(), parse()
	good.Stock, _ = ageing.NewStock([]ageing.StockLine{{PartNumber: "0X1", OnHand: 3}})
	broken.StockBroken, broken.StockProblems = true, config.Problems{{File: "stock.csv", Line: 2, Column: 7, Text: "no amount"}}
	again.Stock = &ageing.Stock{}
	onHand := func() int {
		if err := s.desk.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		item, _ := s.desk.View().Outlook.Settings.Stock.Find("", "0X1", "")
		return item.OnHand
	}
	s.reload(t.Context(), config.Reload{Config: good})
	if got := onHand(); got != 3 || notices(s) != "" {
		t.Fatalf("a good list: got %d on hand, notices %q", got, notices(s))
	}
	s.reload(t.Context(), config.Reload{Config: broken})
	if got := onHand(); got != 3 || !strings.Contains(notices(s), "stock.csv:2:7: no amount; the one before stays in force") {
		t.Errorf("a broken list: got %d on hand, notices %q", got, notices(s))
	}
	s.reload(t.Context(), config.Reload{Config: again})
	if got := onHand(); got != 0 || notices(s) != "" {
		t.Errorf("another list: got %d on hand, notices %q", got, notices(s))
	}
}

// A secret that is missing is this machine's fault, not the device's: nothing
// is said about parts, and the note names the secret.
func TestReadWithoutSecret(t *testing.T) {
	s := openTestStation(t, oneServer)
	server := s.config.Load().Servers[0]
	obs := s.reader.Read(t.Context(), server, server.Endpoints[0], fleet.Inventory)
	if obs.SNMP != fleet.NotAsked || obs.Ping.Reach != fleet.NotAsked || obs.Complete(fleet.Disk) || !strings.Contains(obs.SNMPNote, "NOT_SET is not set") || obs.Time.IsZero() {
		t.Errorf("got %+v", obs)
	}
	if got := notices(s); !strings.Contains(got, "NOT_SET is not set") {
		t.Errorf("notices: got %q, want the missing secret", got)
	}
	s.reader.tell(server.Endpoints[0].Credential, nil)
	if got := notices(s); got != "" {
		t.Errorf("when it is there: got %q, want no notice", got)
	}
}

// Only the process that gets to collect writes the inventory.
func TestInventoryComesWithTheLease(t *testing.T) {
	s := openTestStation(t, oneServer)
	renamed := []fleet.Server{{Name: "renamed"}}
	cs := collectorStore{s.store, func() []fleet.Server { return renamed }}
	names := func() string {
		all, err := s.store.Servers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, v := range all {
			out = append(out, v.Name)
		}
		return strings.Join(out, " ")
	}
	if got := names(); got != "a" {
		t.Errorf("a new database: got %q, want the configured server", got)
	}
	if _, got, err := s.store.AcquireLease(t.Context(), "somebody else", time.Minute); err != nil || !got {
		t.Fatal(got, err)
	}
	if _, got, err := cs.AcquireLease(t.Context(), "me", time.Minute); err != nil || got || names() != "a" {
		t.Errorf("while somebody else collects: got %v, %v and %q, want neither lease nor inventory", got, err, names())
	}
	if err := s.store.ReleaseLease(t.Context(), "somebody else"); err != nil {
		t.Fatal(err)
	}
	if _, got, err := cs.AcquireLease(t.Context(), "me", time.Minute); err != nil || !got || names() != "renamed" {
		t.Errorf("afterwards: got %v, %v and %q, want both", got, err, names())
	}
}

// A process that waits for its turn must not look like one that collects.
func TestWhoCollectsInWords(t *testing.T) {
	for _, x := range []struct {
		c    ops.Collector
		want string
	}{
		{ops.Collector{Owner: "a", Here: true}, "collecting"},
		{ops.Collector{Owner: "a"}, "a collects; standing by to take over"},
		{ops.Collector{}, "nobody collects"},
	} {
		if got := collectsNow(x.c); got != x.want {
			t.Errorf("%+v: got %q, want %q", x.c, got, x.want)
		}
	}
}
