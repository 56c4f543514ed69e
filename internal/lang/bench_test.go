package lang

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

// large is a catalogue of 3,000 entries, as many as all screens have.
func large() string {
	var b strings.Builder
	nouns := []string{"disk", "fan", "server", "rack", "module", "battery", "order", "window", "probe", "slot"}
	for i := range 3000 {
		noun := nouns[i%len(nouns)]
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, "msgid \"%s number %d needs a look\"\nmsgstr \"%s số %d cần xem lại\"\n\n", noun, i, noun, i)
		case 1:
			fmt.Fprintf(&b, "msgid \"%s %%s did not answer for %%d minutes (case %d)\"\nmsgstr \"%s %%s không trả lời %%d phút (%d)\"\n\n", noun, i, noun, i)
		default:
			fmt.Fprintf(&b, "msgid \"%%s is %%.1f%%%% full on %s kind%d\"\nmsgstr \"%%s đầy %%.1f%%%% trên %s loại %d\"\n\n", noun, i, noun, i)
		}
	}
	return b.String()
}

// BenchmarkLoad is what the first Vietnamese screen waits for: at most 20 ms.
func BenchmarkLoad(b *testing.B) {
	po := large()
	for b.Loop() {
		entries, err := readPO("large.po", po)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := newCatalogue(language.Vietnamese, entries); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIndex is what the first Text waits for.
func BenchmarkIndex(b *testing.B) {
	c := tongue(b, large()).cat
	for b.Loop() {
		newBook(c)
	}
}

// BenchmarkOwn is the same with the catalogues as they are.
func BenchmarkOwn(b *testing.B) {
	for b.Loop() {
		entries, err := readAll()
		if err != nil {
			b.Fatal(err)
		}
		c, err := newCatalogue(language.Vietnamese, entries)
		if err != nil {
			b.Fatal(err)
		}
		newBook(c)
	}
}

func BenchmarkEnglish(b *testing.B) {
	for b.Loop() {
		t, err := New(English)
		if err != nil || t.Say("disk") != "disk" {
			b.Fatal(err)
		}
	}
}

func BenchmarkSay(b *testing.B) {
	t := tongue(b, large())
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			t.Say("disk number 0 needs a look")
		}
	})
	b.Run("arguments", func(b *testing.B) {
		for b.Loop() {
			t.Say("fan %s did not answer for %d minutes (case 1)", "7", 12)
		}
	})
}

// BenchmarkText: cells of a frame come from memory (200 ns), new sentences are
// looked up among 3,000 patterns (20 µs).
func BenchmarkText(b *testing.B) {
	t := tongue(b, large())
	for _, x := range []struct{ name, text string }{
		{"one", "fan 12 did not answer for 12 minutes (case 1)"},
		{"pieces", "fan 12 did not answer for 12 minutes (case 1); / is 93.4% full on server kind2"},
		{"hostile", strings.Repeat("is: a; b, did (c. — ", 90)},
		{"unknown", "this sentence of a device is none that anybody knows, whatever one tries with it"},
	} {
		b.Run("cached/"+x.name, func(b *testing.B) {
			for b.Loop() {
				t.Text(x.text)
			}
		})
		b.Run("new/"+x.name, func(b *testing.B) {
			book := t.cat.index()
			for b.Loop() {
				book.translate(x.text)
			}
		})
	}
}
