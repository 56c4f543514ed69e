package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/internal/report"
)

// runReport runs `ironage report` on the database of c.
func (c *queueCLI) runReport(args ...string) (out string, code int, err error) {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	env := &cli{in: strings.NewReader(""), out: &stdout, err: &stderr, now: func() time.Time { return queueNoon }, getenv: func(string) string { return "" }, storeURL: c.url}
	cmd := newReportCommand(env)
	cmd.PersistentFlags().StringVarP(&env.output, "output", "o", "table", "")
	cmd.SetArgs(args)
	cmd.SetOut(&stdout)
	cmd.SetErr(&stderr)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.ExecuteContext(c.t.Context())
	return stdout.String(), codeOf(err), err
}

func TestReportWritesEveryFormat(t *testing.T) {
	c := newQueueCLI(t)
	for format, want := range map[string]string{
		"table": "# Age and replacement", "markdown": "| P2 | rack-a1-07 |", "csv": "summary,failed_parts,1", "json": `"schema": "ironage.report/v1"`, "html": "<!doctype html>",
	} {
		out, code, err := c.runReport("--output", format)
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d, %v; %q is not in\n%s", format, code, err, want, out)
		}
	}
	out, _, err := c.runReport("--output", "csv", "--table", "failed")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); err != nil || len(lines) != 2 || !strings.HasPrefix(lines[1], "P2,rack-a1-07,") {
		t.Errorf("one table: %v, got\n%s", err, out)
	}
}

func TestReportReplacesAFileAsAWhole(t *testing.T) {
	c := newQueueCLI(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "r.json")
	if err := os.WriteFile(path, []byte("the report of last month"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code, err := c.runReport("--output", "json", "--file", path)
	if code != exitOK || out != "" {
		t.Fatalf("exit code %d, %v; printed %q, want nothing", code, err, out)
	}
	text, err := os.ReadFile(path) //nolint:gosec // a file of the test
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(text, &r); err != nil || r.Summary.Servers != 1 || r.Summary.FailedParts != 1 {
		t.Errorf("the file: %v, %+v; want one server with a failed part", err, r.Summary)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".ironage-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, code, err := c.runReport("--file", filepath.Join(dir, "no", "where.md")); code != exitFailed || !strings.Contains(err.Error(), "where.md") {
		t.Errorf("a folder that is not there: exit code %d, %v", code, err)
	}
}

func TestReportRefusesWhatItCannotDo(t *testing.T) {
	c := newQueueCLI(t)
	for _, x := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--output", "pdf"}, exitUsage, "markdown"},
		{[]string{"--top", "-1"}, exitUsage, "--top"},
		{[]string{"--table", "risks"}, exitUsage, "csv"},
		{[]string{"--output", "csv", "--table", "nonsense"}, exitUsage, "over_age"},
		{[]string{"--service", "nobody"}, exitFailed, "no server fits"},
	} {
		if _, code, err := c.runReport(x.args...); code != x.code || err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("report %v: exit code %d, %v; want %d and %q", x.args, code, err, x.code, x.says)
		}
	}
}
