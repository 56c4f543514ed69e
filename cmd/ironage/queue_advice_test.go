package main

import "testing"

// TestQueueRefusalsNameTheFlags: whoever is refused reads what to type.
func TestQueueRefusalsNameTheFlags(t *testing.T) {
	c := newQueueCLI(t)
	c.fails(exitFailed, []string{"missing: reason", "say why it should be replaced, with --note WHY"}, "add", "rack-a1-07", "fan/Fan 2")
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	c.does("approved", "approve", "1")
	c.does("ready", "ready", "1", "--spare", "shelf 4")
	c.fails(exitFailed, []string{"missing: reason", "give --reason"}, "cancel", "1")
}

// TestQueueChoices: a field with four words names them where it is missing.
func TestQueueChoices(t *testing.T) {
	if got := choicesOf("close", "disposition"); len(got) != 4 || got[0] != "returned" {
		t.Errorf("got %q, want the four words", got)
	}
	if got := choicesOf("close", "certificate"); got != nil {
		t.Errorf("got %q for a field that takes any text", got)
	}
}
