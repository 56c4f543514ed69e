package report

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"ironage/internal/lang"
)

// In is the report as whoever speaks that language reads it: its Markdown and
// its page. JSON and CSV stay as they are for everybody.
func (r *Report) In(t *lang.Tongue) *Report {
	said := *r
	said.t = t
	return &said
}

// say is a text of ours that was made in English below.
func (r *Report) say(english string) string { return r.t.Text(english) }

// number is an English figure with the marks of the reader's language; words
// behind it are said too.
func (r *Report) number(english string) string {
	if r.t.Code() == lang.English || english == "" {
		return english
	}
	if strings.Trim(english, "0123456789,.- %") == "" {
		return swap.Replace(english)
	}
	if n, unit, ok := strings.Cut(english, " "); ok && slices.Contains(units, unit) {
		return r.t.Say("%s "+unit, swap.Replace(n))
	}
	return r.say(english)
}

// decimalPoint stands in figures of a chain of reasons: 25.939 read as a
// Vietnamese number would be a thousand times as much.
var decimalPoint = regexp.MustCompile(`(\d)\.(\d)`)

// units are the words behind short numbers: thousands, millions and more.
var units = []string{"k", "M", "bn", "T"}

var swap = strings.NewReplacer(".", ",", ",", ".")

// wordColumns are the columns whose cells are words of ours; in all others
// stand names and numbers.
var wordColumns = []string{"name", "kind", "band", "warranty", "health", "worst_health", "criticality", "source", "precision", "confidence",
	"renew", "reasons", "explanation", "notes", "state", "stage", "oldest_age", "quarter", "reason"}

// ownWords stand in columns of names for what has none.
var ownWords = []string{"no date", "(none)", "(not told)", "no price", "unknown"}

// spoken is a table in the reader's language. What programs read of it stays.
func (r *Report) spoken(t Table) Table {
	if r.t.Code() == lang.English {
		return t
	}
	t.Title, t.Empty = r.say(t.Title), r.say(t.Empty)
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		t.Columns[i].Head = r.say(t.Columns[i].Head)
	}
	rows := make([][]Cell, len(t.Rows))
	for i, cells := range t.Rows {
		rows[i] = slices.Clone(cells)
		for n := range cells {
			rows[i][n].Text = r.cell(&t.Columns[n], &cells[n])
		}
	}
	t.Rows = rows
	return t
}

// cell is the text of one cell.
func (r *Report) cell(col *Column, c *Cell) string {
	switch {
	case col.Name == "id":
		return c.Text
	case c.Number, col.Number && !slices.Contains(ownWords, c.Text):
		return r.number(c.Text)
	case col.Name == "explanation":
		return r.chain(c.Text)
	case slices.Contains(wordColumns, col.Name), slices.Contains(ownWords, c.Text):
		return r.say(c.Text)
	case col.Name == "place" && c.Raw != "" && strings.HasSuffix(c.Text, " "+c.Raw):
		return r.say(strings.TrimSuffix(c.Text, " "+c.Raw)) + " " + c.Raw
	}
	return r.date(c.Text)
}

// chain is why a part is at risk, link by link: a link is known as a whole.
func (r *Report) chain(english string) string {
	links := strings.Split(english, "; ")
	for i, link := range links {
		links[i] = decimalPoint.ReplaceAllString(r.say(link), "$1,$2")
	}
	return strings.Join(links, "; ")
}

// date is a day, a month, a year or a week as the language writes it.
func (r *Report) date(text string) string {
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return r.t.Date(at)
	}
	if at, err := time.Parse("2006-01", text); err == nil {
		return r.t.Month(at)
	}
	return text
}

// count is a whole number, and its noun.
func (r *Report) count(n int) string { return r.t.Int(int64(n)) }

// decimal is a number with one decimal.
func (r *Report) decimal(v float64) string { return r.t.Number(v, 1) }

// short is a number with three digits and a word.
func (r *Report) short(v float64) string { return r.number(shortNumber(v)) }

// Lang is the language's code, for programs that read the page aloud.
func (r *Report) Lang() string { return string(r.t.Code()) }

// Say is a text of the page's own.
func (r *Report) Say(english string) string { return r.say(english) }

// moment is when something was made.
func (r *Report) moment(at time.Time) string {
	if r.t.Code() == lang.English {
		return at.Format("2 January 2006, 15:04 UTC")
	}
	return r.t.Date(at) + ", " + at.Format("15:04") + " UTC"
}
