package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// spoken runs a command for somebody whose locale is that.
func spoken(t *testing.T, locale string, args ...string) (stdout, stderr string) {
	t.Helper()
	t.Setenv("LC_ALL", locale)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var out, err bytes.Buffer
	run(context.Background(), args, strings.NewReader(""), &out, &err)
	return out.String(), err.String()
}

func TestCommandsSpeakVietnamese(t *testing.T) {
	for _, x := range []struct {
		args []string
		want []string
	}{
		{nil, []string{"Chưa có cấu hình.", "ironage demo           xem thử với máy chủ mô phỏng"}},
		{[]string{"check", "--recording", faultyServer}, []string{"NGHIÊM TRỌNG", "thiết bị", "ổ đĩa Bay 3 hỏng", "TÌNH TRẠNG", "SỐ SÊ-RI"}},
		{[]string{"servrs"}, []string{"ironage: không có lệnh \"servrs\"; có phải là server, servers?", "Xem cách dùng bằng --help."}},
		{[]string{"--nonsense"}, []string{"ironage: không có tuỳ chọn --nonsense"}},
		{[]string{"events", "--kind", "x"}, []string{"ironage: --kind x: không có loại này; xem ironage events --help"}},
		{[]string{"config", "check", "/not/there.yaml"}, []string{"/not/there.yaml", "không có tệp"}},
	} {
		out, errs := spoken(t, "vi_VN.UTF-8", x.args...)
		for _, w := range x.want {
			if !strings.Contains(out+errs, w) {
				t.Errorf("ironage %v printed\n%s%s\nand not %q", x.args, out, errs, w)
			}
		}
	}
}

// TestProgramsReadOneLanguage: what scripts read is the same for everybody.
func TestProgramsReadOneLanguage(t *testing.T) {
	for _, as := range []string{"csv", "nagios"} {
		args := []string{"check", "--recording", faultyServer, "--output", as}
		en, _ := spoken(t, "C", args...)
		vi, _ := spoken(t, "vi_VN.UTF-8", args...)
		if en != vi || en == "" {
			t.Errorf("--output %s depends on the language:\n%s\n%s", as, en, vi)
		}
	}
}
