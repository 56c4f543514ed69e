package tui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/lang/langtest"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// walks are ways through the console that show its screens, each over a fleet
// of its own.
func walks(t testing.TB) []struct {
	name string
	view *ops.View
	keys []string
} {
	ready, _ := orderedTo(t, queue.Ready)
	failed, _ := orderedTo(t, queue.Approved)
	return []struct {
		name string
		view *ops.View
		keys []string
	}{
		{"overview", handView(), nil},
		{"overview, nothing yet", nil, nil},
		{"overview, no servers", emptyView(), nil},
		{"overview, trouble", troubledView(), nil},
		{"overview, acknowledge", handView(), []string{"a"}},
		{"servers", handView(), []string{"2"}},
		{"servers, none matching", handView(), []string{"2", "/", "type:rack:Z*", "enter"}},
		{"servers, wide", handView(), []string{"2", "w"}},
		{"servers, keys", handView(), []string{"2", "?"}},
		{"server", workView(ready), []string{"2", "enter"}},
		{"server, evidence", workView(ready), []string{"2", "enter", "j", "j", "enter"}},
		{"server, keys", workView(ready), []string{"2", "enter", "?"}},
		{"server, propose", workView(), []string{"2", "enter", "j", "p"}},
		{"queue", queueView(t), []string{"3"}},
		{"queue, empty", workView(), []string{"3"}},
		{"queue, keys", queueView(t), []string{"3", "?"}},
		{"board", boardView(t), []string{"3", "b"}},
		{"pick list", walkView(t), []string{"3", "space", "space", "t"}},
		{"order", workView(failed), []string{"3", "enter"}},
		{"order, edit", workView(failed), []string{"3", "enter", "e"}},
		{"order, ready", workView(ready), []string{"3", "enter"}},
		{"aisle", orderView(t, queue.InProgress), []string{"3", "enter", "L"}},
		{"disposals", disposalView(t), []string{":", "type:disposals", "enter"}},
		{"events", handView(), []string{"4"}},
		{"events, acknowledge", handView(), []string{"4", "j", "a"}},
		{"events, keys", handView(), []string{"4", "?"}},
		{"ageing", ageingView(), []string{"5"}},
		{"ageing, next", ageingView(), []string{"5", "tab"}},
		{"ageing, third", ageingView(), []string{"5", "tab", "tab"}},
		{"ageing, fourth", ageingView(), []string{"5", "tab", "tab", "tab"}},
		{"ageing, fifth", ageingView(), []string{"5", "tab", "tab", "tab", "tab"}},
		{"services", handView(), []string{"6"}},
		{"racks", handView(), []string{"7"}},
		{"rack", handView(), []string{"7", "enter"}},
		{"racks, keys", handView(), []string{"7", "?"}},
		{"probes", handView(), []string{"8"}},
		{"probes, keys", handView(), []string{"8", "?"}},
		{"maintenance", handView(), []string{"9"}},
		{"settings", handView(), []string{"0"}},
		{"palette", handView(), []string{":"}},
	}
}

// TestVietnameseScreensSpeakNoEnglish walks through the console in Vietnamese
// and looks for words that only English has. What devices, people and the
// configuration said is kept as it is, and no leak.
func TestVietnameseScreensSpeakNoEnglish(t *testing.T) {
	leaks := langtest.NewLeaks(tongueOf(t))
	for _, w := range walks(t) {
		for _, s := range [][2]int{{80, 24}, {200, 60}} {
			t.Run(fmt.Sprintf("%s %dx%d", w.name, s[0], s[1]), func(t *testing.T) {
				known := append(slices.Clone(saidByOthers), deviceTexts(w.view)...)
				c := newConsole(t, s[0], s[1], w.view, inVietnamese).press(w.keys...)
				checkFits(t, w.name, c.app.View().Content, s[0], s[1])
				for _, line := range leaks.Find(c.screen(), known...) {
					if !strings.Contains(line, "health, kind, name, ") { // the fields of the filter language
						t.Error(line)
					}
				}
			})
		}
	}
}

func tongueOf(t testing.TB) *lang.Tongue {
	t.Helper()
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	return vi
}

// saidByOthers are texts that stay as they are: names of keys, and what the hand-written fleets say in the
// place of devices and people without its standing in a view.
var saidByOthers = []string{
	"Space", "national reporting", "planned portal", "nobody yet",
	"1 further failure is survived", "2 in Store 1, shelf 4", "cage 2, shelf B", "Virtual Disk 0 degraded (37 %)",
}

// deviceTexts are all texts in a view, except the sentences that ironage made:
// names, places, models, what a device called its state.
func deviceTexts(v *ops.View) []string {
	if v == nil {
		return nil
	}
	var out []string
	for e := range v.Fleet.All() {
		out = gather(out, reflect.ValueOf(e.Server))
		out = gather(out, reflect.ValueOf(e.State.Components))
		out = gather(out, reflect.ValueOf(e.State.Device))
		out = gather(out, reflect.ValueOf(e.State.Endpoints))
		for _, f := range e.State.Findings { // written by hand here: Text knows those of the program alone
			out = append(out, f.Text)
		}
	}
	for _, e := range v.Events {
		out = append(out, e.Text)
		if e.Ack != nil {
			out = append(out, e.Ack.Note)
		}
	}
	for _, n := range v.Notices {
		out = append(out, n.Text)
	}
	out = gather(out, reflect.ValueOf(v.Orders))
	return slices.DeleteFunc(out, func(s string) bool { return len(s) < 3 || common[strings.ToLower(s)] })
}

// common are texts of views that screens must translate all the same.
var common = map[string]bool{"disk": true, "memory": true, "fan": true, "battery": true, "critical": true, "warning": true, "unknown": true,
	"absent": true, "failed": true, "proposed": true, "approved": true, "ordered": true, "ready": true, "in_progress": true, "replaced": true,
	"verified": true, "closed": true, "deferred": true, "rejected": true, "cancelled": true, "normal": true, "high": true, "low": true, "front": true}

// gather adds every text in a value.
func gather(out []string, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return append(out, v.String())
	case reflect.Uint8: // a word kept as a number
		if word, ok := v.Interface().(fmt.Stringer); ok {
			return append(out, word.String())
		}
	case reflect.Struct:
		if kept, ok := v.Interface().(fleet.Seen); ok {
			return gather(out, reflect.ValueOf(kept.Evidence()))
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = gather(out, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = gather(out, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			out = gather(gather(out, it.Key()), it.Value())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out = gather(out, v.Elem())
		}
	}
	return out
}
