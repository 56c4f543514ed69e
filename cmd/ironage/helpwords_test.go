package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ironage/internal/lang"
)

// TestHelpInVietnamese: what a technician types every day explains itself in
// their language, command and flags alike.
func TestHelpInVietnamese(t *testing.T) {
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	root := newRootCommand(&cli{getenv: os.Getenv})
	for _, name := range []string{"servers", "server", "queue", "events", "maintenance", "racks", "probes", "check", "demo", "report", "spares"} {
		cmd, _, err := root.Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		eachCommand(cmd, func(c *cobra.Command) {
			if sayWhole(vi, c.Short) == c.Short {
				t.Errorf("%s: %q is English", c.CommandPath(), c.Short)
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Name != "oid" && f.Name != "table" && sayWhole(vi, f.Usage) == f.Usage {
					t.Errorf("%s --%s: %q is English", c.CommandPath(), f.Name, f.Usage)
				}
			})
		})
	}
	for _, c := range root.Commands() {
		if c.Name() != "completion" && sayWhole(vi, c.Short) == c.Short {
			t.Errorf("%s: %q is English", c.CommandPath(), c.Short)
		}
	}
}

func eachCommand(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, x := range c.Commands() {
		eachCommand(x, do)
	}
}

// TestHelpSpeaks runs the program: --lang stands anywhere, and who asks for no
// help or for the manual page gets English.
func TestHelpSpeaks(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"queue", "approve", "--help", "--lang", "vi"}, []string{"CÁCH DÙNG", "TUỲ CHỌN", "Duyệt: đồng ý thay linh kiện này.", "Từ đề xuất sang đã duyệt."}},
		{[]string{"help", "queue", "--lang=vi"}, []string{"LỆNH", "Liệt kê phiếu", "VÍ DỤ"}},
		{[]string{"queue", "--help", "--lang", "en"}, []string{"USAGE", "List work orders"}},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), c.args, strings.NewReader(""), &stdout, &stderr); code != exitOK {
			t.Errorf("%v: exit code %d, %s", c.args, code, stderr.String())
		}
		for _, want := range c.want {
			if !strings.Contains(stdout.String(), want) {
				t.Errorf("%v: no %q in\n%s", c.args, want, stdout.String())
			}
		}
	}
}
