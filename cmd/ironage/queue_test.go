package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
)

var queueNoon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// queueCLI runs `ironage queue` on a database of its own.
type queueCLI struct {
	t   *testing.T
	url string
}

// newQueueCLI makes a fleet of one server with a failed disk and a good fan.
func newQueueCLI(t *testing.T) *queueCLI {
	t.Helper()
	t.Setenv("IRONAGE_CONFIG", "")
	c := &queueCLI{t: t, url: "sqlite:" + filepath.Join(t.TempDir(), "ironage.db")}
	s, err := store.Open(t.Context(), c.url, func() time.Time { return queueNoon })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	st := fleet.State{Server: "rack-a1-07", Health: fleet.Critical, Updated: queueNoon,
		Endpoints: []fleet.EndpointState{{SNMP: fleet.Answered, LastOK: queueNoon, Interval: time.Minute}},
		Components: []fleet.Component{
			{Kind: fleet.Disk, Slot: "Bay 3", Name: "Bay 3", Serial: "OLD1", Model: "ST1200", Health: fleet.Critical},
			{Kind: fleet.Fan, Slot: "Fan 2", Name: "Fan 2", Health: fleet.OK},
			{Kind: fleet.Temperature, Slot: "Inlet", Health: fleet.OK}},
		Findings: []fleet.Finding{{Code: "failed", Health: fleet.Critical, Key: "disk/Bay 3", Text: "disk Bay 3 has failed", Since: queueNoon,
			Evidence: fleet.Evidence{OID: "1.3.6.1.4.1.674.1", Value: "6", Meaning: "failed", Time: queueNoon}}}}
	if err := s.ReplaceServers(t.Context(), []fleet.Server{{Name: "rack-a1-07"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveStates(t.Context(), []fleet.State{st}, nil, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs one command and returns what it printed, its message and its exit code.
func (c *queueCLI) run(args ...string) (out, message string, code int) {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	env := &cli{in: strings.NewReader(""), out: &stdout, err: &stderr, now: func() time.Time { return queueNoon },
		getenv: func(string) string { return "" }, storeURL: c.url, output: "table"}
	cmd := newQueueCommand(env)
	cmd.PersistentFlags().StringVarP(&env.output, "output", "o", "table", "")
	cmd.PersistentFlags().BoolVar(&env.readonly, "readonly", false, "")
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&stdout)
	cmd.SetErr(&stderr)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(c.t.Context())
	if err != nil {
		message = err.Error()
	}
	return stdout.String(), message, codeOf(err)
}

// does runs a command that must work and print want.
func (c *queueCLI) does(want string, args ...string) {
	c.t.Helper()
	out, message, code := c.run(args...)
	if code != exitOK || !strings.Contains(out, want) {
		c.t.Fatalf("ironage queue %s:\ngot %d %q %s\nwant %q", strings.Join(args, " "), code, message, out, want)
	}
}

// fails runs a command that must end with code and a message with these words.
func (c *queueCLI) fails(code int, words []string, args ...string) {
	c.t.Helper()
	out, message, got := c.run(args...)
	if got != code {
		c.t.Errorf("ironage queue %s: got %d %q %s, want exit code %d", strings.Join(args, " "), got, message, out, code)
	}
	for _, w := range words {
		if !strings.Contains(message, w) {
			c.t.Errorf("ironage queue %s: got %q, want %q", strings.Join(args, " "), message, w)
		}
	}
}

// TestQueueLife takes a disk from its failure to the closed order.
func TestQueueLife(t *testing.T) {
	c := newQueueCLI(t)
	c.does("No such work orders", "list")
	c.does("order 1: disk/Bay 3 of rack-a1-07 proposed as P", "add", "rack-a1-07", "bay 3")
	c.does("disk Bay 3 has failed", "list")
	c.fails(exitFailed, []string{"order 1 is already open", "queue show 1"}, "add", "rack-a1-07", "disk/Bay 3")
	c.fails(exitFailed, []string{"cannot go from proposed to closed", "approved"}, "close", "1")
	c.does("proposed → approved (version 2)", "approve", "1", "--part-number", "400-AX")
	c.fails(exitFailed, []string{"missing: order reference, expected date", "--order-ref --expected"}, "order", "1")
	c.fails(exitFailed, []string{"in the past"}, "order", "1", "--order-ref", "PO-7", "--expected", "2025-12-31")
	c.does("approved → ordered", "order", "1", "--order-ref", "PO-7", "--expected", "2026-01-08")
	c.does("ordered → ready", "receive", "1", "--received", "2026-01-01", "--part-serial", "Z1")
	c.does("version 5", "note", "1", "label", "is", "wrong")
	c.does("version 6", "edit", "1", "--assignee", "minh", "--reason", "on shift")
	c.does("ready → in_progress", "start", "1")
	c.fails(exitFailed, []string{"in_progress to replaced", "ironage sees the swap by itself"}, "replaced", "1", "--swapped-at", "2026-01-01 11:00", "--reason", "x")
	for _, want := range []string{"State        in_progress", "Assignee     minh", "serial OLD1", "value 6, failed", "note", "label is wrong", "assignee minh", "ironage queue abort 1 --reason …"} {
		c.does(want, "show", "1")
	}
	c.does("in_progress → ready", "abort", "1", "--reason", "wrong tray")
	c.does("ready → cancelled", "cancel", "1", "--reason", "server retired")
	c.fails(exitFailed, []string{"cancelled", "never reopens"}, "approve", "1")
	c.does("No such work orders", "list")
	c.does("cancelled", "list", "--all")
}

func TestQueueUntrackedPartIsStatedByHand(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1: fan/Fan 2", "add", "rack-a1-07", "fan/Fan 2", "--note", "rattles", "--tier", "p2")
	c.does("approved", "approve", "1")
	c.does("ready", "ready", "1", "--spare", "shelf 4")
	c.fails(exitFailed, []string{"to be confirmed first: locate", "give --confirm locate --confirm last-one"}, "start", "1")
	c.does("in_progress", "start", "1", "--confirm", "locate", "--confirm", "last-one")
	c.fails(exitFailed, []string{"missing: time of the swap, reason", "--swapped-at --reason"}, "replaced", "1")
	c.does("in_progress → replaced", "replaced", "1", "--swapped-at", "2026-01-01 11:30", "--reason", "swapped fan 2")
	c.does("replaced → verified", "verify", "1", "--reason", "it turns quietly")
	c.does("confirmed locate, last-one", "log", "1")
}

func TestQueueConflict(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	c.does("approved", "approve", "1", "--version", "1")
	c.fails(exitConflict, []string{"order 1 was changed by ", "(proposed → approved); look at it again with `ironage queue show 1`"},
		"reject", "1", "--reason", "no", "--version", "1")
	c.does(`"to": "approved"`, "log", "1", "-o", "json")
}

func TestQueueRefusesAndFindsNothing(t *testing.T) {
	c := newQueueCLI(t)
	c.fails(exitNotFound, []string{"order 9: not found", "list --all"}, "show", "9")
	c.fails(exitNotFound, []string{"order 9: not found"}, "approve", "9")
	c.fails(exitUsage, []string{`"nine" is not the number`}, "approve", "nine")
	c.fails(exitUsage, []string{`"dsik" is no kind of part`}, "add", "rack-a1-07", "Bay 99", "--kind", "dsik", "--note", "clicks")
	c.fails(exitUsage, []string{"the states are proposed"}, "list", "--state", "lost")
	c.fails(exitNotFound, []string{`no server "rack-a1-08"`, "ironage servers"}, "add", "rack-a1-08", "disk/Bay 3")
	c.fails(exitNotFound, []string{`no component "Bay 4"`, "disk/Bay 3", "fan/Fan 2"}, "add", "rack-a1-07", "Bay 4")
	c.fails(exitNotFound, []string{`no component "disk/Bay 4"`, "disk/Bay 3", "--note WHY"}, "add", "rack-a1-07", "disk/Bay 4")
	c.fails(exitFailed, []string{"nothing that is replaced by itself"}, "add", "rack-a1-07", "Inlet")
	c.fails(exitFailed, []string{"takes a technician"}, "--readonly", "add", "rack-a1-07", "disk/Bay 3")
	c.does("order 1: psu/1", "add", "rack-a1-07", "psu/1", "--note", "hums", "--serial", "P1")
	c.does(`"untracked": true`, "show", "1", "-o", "json") // no probe will see it change
	c.fails(exitFailed, []string{"takes an engineer; you are a viewer"}, "--readonly", "approve", "1")
}

func TestQueueOutput(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	out, _, _ := c.run("list", "-o", "json")
	var list ordersJSON
	if err := json.Unmarshal([]byte(out), &list); err != nil || list.Schema != "ironage.orders/v1" || len(list.Orders) != 1 || list.Orders[0].Old.Serial != "OLD1" {
		t.Errorf("got %s, %v", out, err)
	}
	out, _, _ = c.run("show", "1", "-o", "json")
	var one orderJSON
	if err := json.Unmarshal([]byte(out), &one); err != nil || one.Schema != "ironage.order/v1" || len(one.Log) != 1 || !slices.Contains(one.Actions, "approve") {
		t.Errorf("got %s, %v", out, err)
	}
	c.does("id,tier,state,server", "list", "-o", "csv")
	c.does(`"orders": []`, "list", "--state", "closed", "-o", "json")
	c.does("2026-01-01T12:00:00Z", "log", "1", "-o", "csv")
	c.does(`"state": "approved"`, "approve", "1", "-o", "json")
}

// TestQueueCommandsAreTheTable holds the commands to the transition table.
func TestQueueCommandsAreTheTable(t *testing.T) {
	cmd := newQueueCommand(&cli{})
	for _, tr := range queue.Transitions() {
		if tr.Row == "T1" {
			continue
		}
		sub, _, err := cmd.Find([]string{tr.Action})
		there := err == nil && sub != cmd
		hasPersonRow := slices.ContainsFunc(queue.Transitions(), func(o queue.Transition) bool { return o.Action == tr.Action && o.Person != "" })
		if there != hasPersonRow {
			t.Errorf("%s: got a command %v, want %v", tr.Action, there, hasPersonRow)
			continue
		}
		if !there || tr.Person == "" {
			continue
		}
		for _, f := range tr.Fields {
			if sub.Flags().Lookup(flagName(f)) == nil {
				t.Errorf("%s has no flag --%s", tr.Action, flagName(f))
			}
		}
	}
}

// TestLogSaysWhy: what ironage did by itself has no words of a person, only what it went by.
func TestLogSaysWhy(t *testing.T) {
	for want, e := range map[string]queue.Entry{
		"10 reads in a row healthy": {Action: "verify", Evidence: fleet.Evidence{Meaning: "10 reads in a row healthy"}},
		"spare shelf 4":             {Action: "ready", Fields: map[string][2]string{"spare": {"", "shelf 4"}}},
		"before the weekend":        {Action: "verify", Reason: "before the weekend", Evidence: fleet.Evidence{Meaning: "ok"}},
	} {
		if got := whyWords(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
