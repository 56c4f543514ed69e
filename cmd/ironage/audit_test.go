package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// auditRun runs `ironage audit` on the database of c.
func (c *queueCLI) auditRun(args ...string) (out, message string, code int) {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	env := &cli{in: strings.NewReader(""), out: &stdout, err: &stderr, now: func() time.Time { return queueNoon }, getenv: func(string) string { return "" }, storeURL: c.url, output: "table"}
	cmd := newAuditCommand(env)
	cmd.PersistentFlags().StringVarP(&env.output, "output", "o", "table", "")
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

// tamper does to the database what somebody with the file could do.
func (c *queueCLI) tamper(statements ...string) {
	c.t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(c.url, "sqlite:"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // what it wrote was checked
	for _, q := range append([]string{`DROP TRIGGER audit_no_update`, `DROP TRIGGER audit_no_delete`}, statements...) {
		if _, err := db.Exec(q); err != nil {
			c.t.Fatalf("%s: %v", q, err)
		}
	}
}

// someDecisions is a database with four of them.
func someDecisions(t *testing.T) *queueCLI {
	t.Helper()
	c := newQueueCLI(t)
	c.does("order 1", "add", "rack-a1-07", "disk/Bay 3")
	c.does("approved", "approve", "1", "--reason", "đồng ý, \"gấp\"")
	c.does("version 3", "note", "1", "clicks")
	c.does("version 4", "assign", "1", "hoà")
	return c
}

func TestAuditVerifyFindsTampering(t *testing.T) {
	for name, tc := range map[string]struct {
		statements []string
		want       string
	}{
		"changed":   {[]string{`UPDATE audit SET actor = 'nobody' WHERE seq = 2`}, "entry 2: "},
		"removed":   {[]string{`DELETE FROM audit WHERE seq = 3`}, "entry 3: "},
		"cut off":   {[]string{`DELETE FROM audit WHERE seq = 4`}, "entry 4: "},
		"reordered": {[]string{`UPDATE audit SET seq = 99 WHERE seq = 2`, `UPDATE audit SET seq = 2 WHERE seq = 3`, `UPDATE audit SET seq = 3 WHERE seq = 99`}, "entry 2: "},
	} {
		t.Run(name, func(t *testing.T) {
			c := someDecisions(t)
			if out, _, code := c.auditRun("verify"); code != exitOK || !strings.HasPrefix(out, "The log of decisions is whole: 4 entries.\nHead: 4:") {
				t.Fatalf("before: got %d %s", code, out)
			}
			c.tamper(tc.statements...)
			out, message, code := c.auditRun("verify")
			if code != exitFailed || !strings.HasPrefix(out, tc.want) || !strings.Contains(message, "compare it with a backup") {
				t.Errorf("got %d %q %s, want %s", code, message, out, tc.want)
			}
			out, _, _ = c.auditRun("verify", "-o", "json")
			var v verdictJSON
			if err := json.Unmarshal([]byte(out), &v); err != nil || v.Schema != "ironage.audit/v1" || v.Whole || len(v.Breaks) == 0 {
				t.Errorf("got %s, %v", out, err)
			}
		})
	}
}

// TestAuditHeadHoldsAgainstANewChain: whoever makes the whole chain anew is
// found by the head that was written down.
func TestAuditHeadHoldsAgainstANewChain(t *testing.T) {
	c := someDecisions(t)
	head, _, _ := c.auditRun("head")
	head = strings.TrimSpace(head)
	c.tamper(`DELETE FROM audit`, `UPDATE meta SET value = 0 WHERE name = 'audit_entries'`, `DROP TRIGGER order_log_no_update`,
		`UPDATE order_log SET doc = replace(doc, 'clicks', 'all is well')`)
	// Opening the database takes the orders' logs into a new chain, which is whole in itself.
	if out, message, code := c.auditRun("verify"); code != exitOK {
		t.Fatalf("the new chain: got %d %q %s", code, message, out)
	}
	if out, _, code := c.auditRun("verify", "--head", head); code != exitFailed || !strings.Contains(out, "entry 4: it is not the entry that was written down") {
		t.Errorf("against the head: got %d %s", code, out)
	}
}

// TestAuditManualChecksTheChain runs the manual's check of an archive.
func TestAuditManualChecksTheChain(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "python3 is not there: the manual's check was not run")
	}
	c := someDecisions(t)
	archive, _, _ := c.auditRun("list", "-o", "json")
	head, _, _ := c.auditRun("head")
	check := func(text string) string {
		cmd := exec.CommandContext(t.Context(), python, "-c", manualPart(t, "../../docs/audit.md", "python-chain", "python"))
		cmd.Stdin = strings.NewReader(text)
		out, _ := cmd.CombinedOutput() // it fails where the chain does
		return strings.TrimSpace(string(out))
	}
	if got, want := check(archive), "whole: 4 entries, head "+strings.TrimSpace(head); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := check(strings.Replace(archive, "clicks", "sleeps", 1)); got != "entry 3 does not fit" {
		t.Errorf("a changed archive: got %s", got)
	}
}
