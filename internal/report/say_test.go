package report

import (
	"bytes"
	"strings"
	"testing"

	"ironage/internal/lang"
	"ironage/internal/lang/langtest"
)

func vietnamese(t *testing.T) *lang.Tongue {
	t.Helper()
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	return vi
}

func handReport(t *testing.T) *Report {
	t.Helper()
	f, orders := handmade(t)
	return Make(f, orders, Options{Top: 20})
}

// TestReportInVietnamese is the report as a Vietnamese manager gets it; what
// programs read stays the same.
func TestReportInVietnamese(t *testing.T) {
	vi, english := vietnamese(t), handReport(t)
	said := english.In(vi)
	var md, page, csv1, csv2, json1, json2 bytes.Buffer
	for _, err := range []error{Markdown(&md, said), HTML(&page, said), CSV(&csv1, english, ""), CSV(&csv2, said, ""), JSON(&json1, english), JSON(&json2, said)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(json1.Bytes(), json2.Bytes()) {
		t.Error("the JSON of a Vietnamese report differs")
	}
	for _, want := range []string{"# Tuổi và kế hoạch thay thế máy chủ", "## Tóm tắt", "| Máy chủ |", "## Cách đọc báo cáo", "quá tuổi thọ"} {
		if !strings.Contains(md.String(), want) {
			t.Errorf("Markdown: no %q", want)
		}
	}
	for _, want := range []string{`<html lang="vi">`, "<h2>Cách đọc báo cáo</h2>", "Máy chủ theo năm đưa vào sử dụng"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("page: no %q", want)
		}
	}
	if !bytes.Equal(csv1.Bytes(), csv2.Bytes()) {
		t.Error("the CSV of a Vietnamese report differs")
	}
}

// TestReportHasNoEnglishHeadings looks at what stands around the data.
func TestReportHasNoEnglishHeadings(t *testing.T) {
	vi := vietnamese(t)
	leaks := langtest.NewLeaks(vi)
	said := handReport(t).In(vi)
	texts := []string{said.Title(), said.Headline()}
	for _, s := range said.sections() {
		texts = append(texts, s.Title, s.Empty, s.Intro)
		for _, c := range s.Columns {
			texts = append(texts, c.Head)
		}
		if s.Chart != nil {
			texts = append(texts, s.Chart.Title)
		}
	}
	for _, c := range said.cards() {
		texts = append(texts, c.Label, c.Note)
	}
	for _, n := range said.Notes {
		texts = append(texts, vi.Text(n))
	}
	for _, text := range texts {
		for _, line := range leaks.Find(text) {
			t.Error(line)
		}
	}
}
