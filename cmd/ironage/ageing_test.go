package main

import (
	"bytes"
	"strings"
	"testing"
)

// Two answers at once are refused like every other mistake of the command line.
func TestAgeingGivesOneAnswer(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--parts", "--risk"}, "--parts and --risk do not go together"},
		{[]string{"--explain", "a/disk/1", "--by", "site", "--risk"}, "--risk, --by and --explain do not go together"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"ageing"}, c.args...), strings.NewReader(""), &stdout, &stderr)
		if code != exitUsage || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "ironage: "+c.want) || !strings.Contains(stderr.String(), "--help") {
			t.Errorf("%s: got %d, %q", c.args, code, stderr.String())
		}
	}
}
