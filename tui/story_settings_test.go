//go:build unix

package tui

import (
	"testing"

	"ironage/internal/lang"
)

// TestStorySettings: a person changes the look and the language, sorts a list,
// leaves, and finds everything so the next morning.
func TestStorySettings(t *testing.T) {
	keep := &fakeSettings{values: map[string]string{}}
	s := tell(t, lang.English, 100, 30, handView(), keeping(keep))
	s.follow(
		act{keys: "2", en: []string{"HEALTH▼", "▸ ✗ critical hn-a07-01"}},
		act{keys: "s", en: []string{"SERVER▲"}, gone: []string{"HEALTH▼"}},
		act{keys: "0", en: []string{"Settings", "▸ Theme", "auto"}},
		act{keys: "\r", en: []string{"dark"}},
		act{keys: "j", en: []string{"▸ Language"}},
		act{keys: "\r", en: []string{"Cài đặt", "▸ Ngôn ngữ", "đang thu thập tại đây"}, gone: []string{"Settings", "collecting here"}},
		act{keys: "2", en: []string{"nghiêm trọng hn-a07-01", "MÁY CHỦ▲"}, gone: []string{"critical hn-a07-01"}},
	)
	s.quits("q")
	for key, want := range map[string]string{prefLanguage: "vi", prefTheme: themeDark, prefSort + "servers": "SERVER"} {
		if got := keep.values[key]; got != want {
			t.Errorf("%s: kept %q, want %q", key, got, want)
		}
	}

	next := tell(t, lang.Code(keep.values[prefLanguage]), 100, 30, handView(), keeping(keep))
	next.follow(
		act{vi: []string{"đang thu thập tại đây", "Tổng quan"}},
		act{keys: "2", vi: []string{"MÁY CHỦ▲", "nghiêm trọng hn-a07-01"}},
		act{keys: "0", vi: []string{"Cài đặt"}},
	)
	next.quits("q")
}
