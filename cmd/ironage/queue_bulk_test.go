package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// answer is what a command prints as JSON.
func (c *queueCLI) answer(code int, args ...string) (doc ordersJSON, message string) {
	c.t.Helper()
	out, message, got := c.run(append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(out), &doc); err != nil || got != code || doc.Schema != "ironage.orders/v1" {
		c.t.Fatalf("ironage queue %s: got %d %q %s (%v), want exit code %d", strings.Join(args, " "), got, message, out, err, code)
	}
	return doc, message
}

func TestQueueChangesSeveral(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	c.does("order 2", "add", "rack-a1-07", "fan/Fan 2", "--note", "rattles")
	c.fails(exitUsage, []string{`"x" is not the number`}, "approve", "1", "x")
	c.does("proposed", "show", "1") // nothing was begun
	doc, message := c.answer(exitNotFound, "approve", "#2", "9", "2", "1")
	if len(doc.Orders) != 2 || doc.Orders[0].ID != 2 || doc.Orders[1].State != queue.Approved || len(doc.Refused) != 1 || doc.Refused[0].Order != 9 || doc.Refused[0].ExitCode != exitNotFound {
		t.Errorf("got %+v", doc)
	}
	if !strings.HasPrefix(message, "1 of 3 orders not changed\norder 9: not found") {
		t.Errorf("got %q", message)
	}
	doc, message = c.answer(exitFailed, "approve", "1", "2")
	if len(doc.Orders) != 0 || len(doc.Refused) != 2 || !strings.Contains(message, "\norder 2: cannot approve while approved") {
		t.Errorf("got %+v and %q", doc, message)
	}
	c.fails(exitUsage, []string{"a version belongs to one order"}, "cancel", "1", "2", "--version", "2", "--reason", "x")
	c.does("approved (version 3)", "edit", "1", "2", "--window", "Sat 22:00")
}

func TestQueueRefusalForPrograms(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "fan/Fan 2", "--note", "rattles")
	c.does("approved", "approve", "1")
	doc, _ := c.answer(exitFailed, "order", "1", "--part-number", "F2")
	if r := doc.Refused[0]; !slices.Equal(r.Missing, []string{"order_ref", "expected"}) || r.State != "approved" {
		t.Errorf("missing fields: got %+v", r)
	}
	c.does("ready", "ready", "1", "--spare", "shelf 4")
	if doc, _ = c.answer(exitFailed, "start", "1"); !slices.Equal(doc.Refused[0].Confirm, []string{"locate", "last-one"}) {
		t.Errorf("checks: got %+v", doc.Refused[0])
	}
	doc, _ = c.answer(exitConflict, "start", "1", "--version", "2", "--confirm", "locate")
	if r := doc.Refused[0]; r.Version != 3 || r.ChangedBy == "" || !r.ChangedAt.Equal(queueNoon) || r.State != "ready" {
		t.Errorf("conflict: got %+v", r)
	}
}

func TestQueueInput(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "in.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, bad := range []struct{ text, want string }{
		{``, "expected {"}, {`[]`, "expected {"}, {`{"fields": {"part_number": 7}}`, "number"}, {`{"colour": 1}`, `unknown field "colour"`},
		{`{"version": -1}`, "a number from 1"}, {`{} {}`, "more than one JSON object"}, {strings.Repeat(" ", maxInput+1), "more than 1048576 bytes"},
	} {
		c.fails(exitUsage, []string{"--input ", bad.want}, "approve", "1", "--input", file(bad.text))
	}
	c.fails(exitFailed, []string{`approve takes no "spare"`}, "approve", "1", "--input", file(`{"fields": {"spare": "x"}}`))
	c.fails(exitConflict, []string{"order 1 was changed"}, "approve", "1", "--input", file(`{"version": 9}`))
	// A flag wins over the file.
	doc, _ := c.answer(exitOK, "approve", "1", "--part-number", "A", "--input", file(`{"fields": {"part_number": "B"}, "reason": "agreed", "version": 1}`))
	if doc.Orders[0].FitPart != "A" {
		t.Errorf("got part number %q, want the flag's", doc.Orders[0].FitPart)
	}
	c.does("agreed", "log", "1")
	c.does("version 3", "note", "1", "--input", file(`{"reason": "the tray is bent"}`))
	c.does("the tray is bent", "log", "1")
}

func TestQueueAssign(t *testing.T) {
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	c.fails(exitUsage, []string{`"2" is not a person`}, "assign", "1", "2")
	c.does("version 2", "assign", "1", "minh", "--note", "tray is unlocked")
	c.does("tray is unlocked, assignee minh", "log", "1")
	c.fails(exitFailed, []string{"nothing would change"}, "assign", "1", "minh")
	c.does("tray is unlocked", "picklist", "1")
	c.does("goes: minh", "picklist", "--assignee", "MINH", "--state", "proposed")
	c.does("Nothing to take along", "picklist", "--assignee", "lan", "--state", "proposed")
}

func TestFigureGroups(t *testing.T) {
	disk, fan := queue.Order{Kind: fleet.Disk}, queue.Order{Kind: fleet.Fan}
	ms := []queue.Milestones{
		{Order: &disk, Proposed: queueNoon, Approved: queueNoon.Add(time.Hour), Waiting: map[queue.State]time.Duration{queue.Deferred: 48 * time.Hour}, Deferrals: []string{"freeze"}},
		{Order: &disk, Proposed: queueNoon, Approved: queueNoon.Add(3 * time.Hour)},
		{Order: &fan, Proposed: queueNoon},
	}
	f := figuresJSON{By: "kind", Groups: figureGroups(ms, figureKey(nil, "kind"))}
	var lines []string
	for _, l := range f.lines() {
		if l[3] != "0" {
			lines = append(lines, strings.Join(l, ","))
		}
	}
	if want := []string{"disk,stage,proposed → approved,2,3600,10800,10800,,", "disk,waiting,deferred,1,,,,172800,freeze"}; !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if len(f.Groups) != 2 || f.Groups[1].Group != "fan" || f.Groups[1].Stages[1].Median != nil {
		t.Errorf("got %+v: a stage that nobody went through has no duration", f.Groups)
	}
}

// TestQueueManualNamesEveryFlagAndCommand keeps the manual complete.
func TestQueueManualNamesEveryFlagAndCommand(t *testing.T) {
	b, err := os.ReadFile("../../docs/queue.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{queue.FlagUnplannedSwap, queue.FlagVerificationFailed, queue.FlagReseat, queue.FlagRecovered, queue.FlagRemoved, queue.FlagWrongPart,
		queue.FlagPartReused, queue.FlagAssetRetired, queue.FlagNeedsVerification, queue.FlagCovered} {
		if !strings.Contains(string(b), "\n| `"+f+"` |") {
			t.Errorf("the manual does not explain the flag %s", f)
		}
	}
	for _, cmd := range newQueueCommand(&cli{}).Commands() {
		if name := cmd.Name(); !strings.Contains(string(b), "ironage queue "+name) && !strings.Contains(string(b), "| "+name+" |") {
			t.Errorf("the manual does not name the command %s", name)
		}
	}
}
