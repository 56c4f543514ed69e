package report

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report with tables as GitHub and most wikis draw them.
func Markdown(w io.Writer, r *Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", r.Title(), escape(r.Headline()))
	for _, t := range r.Tables() {
		fmt.Fprintf(&b, "## %s\n\n", escape(t.Title))
		if len(t.Rows) == 0 {
			fmt.Fprintf(&b, "%s\n\n", escape(t.Empty))
			continue
		}
		t.markdown(&b)
		if t.More > 0 {
			fmt.Fprintf(&b, "%s\n\n", r.more(&t))
		}
	}
	fmt.Fprintf(&b, "## %s\n\n", escape(r.say("How to read this")))
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "- %s\n", escape(clean(r.say(n))))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) markdown(b *strings.Builder) {
	for _, c := range t.Columns {
		if c.Head != "" {
			fmt.Fprintf(b, "| %s ", escape(c.Head))
		}
	}
	b.WriteString("|\n")
	for _, c := range t.Columns {
		switch {
		case c.Head == "":
		case c.Number:
			b.WriteString("| ---: ")
		default:
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, cells := range t.Rows {
		for i, c := range cells {
			if t.Columns[i].Head == "" {
				continue
			}
			fmt.Fprintf(b, "| %s ", escape(c.Text))
		}
		b.WriteString("|\n")
	}
	b.WriteString("\n")
}

// more says that the list goes on.
func (r *Report) more(t *Table) string {
	return r.t.Say("The first %s of %s.", r.count(len(t.Rows)), r.count(len(t.Rows)+t.More))
}

// escape keeps Markdown from reading text as markup: names come from devices.
var escape = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;").Replace
