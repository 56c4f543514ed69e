package config

import (
	"fmt"
	"io"
	"strings"
)

// Show writes the effective configuration as YAML: every key with the value in
// force, secrets only as the places where they are found, and all servers.
func (c *Config) Show(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# effective configuration; files: %s\n", strings.Join(c.Files, ", "))
	printEntries(&b, entries(mainKeys(""), c, false), "")
	servers := entry{name: "servers", list: true}
	keys := serverKeys()
	for _, s := range c.Servers {
		e := entry{}
		for _, f := range entries(keys, draftOf(s), false) {
			if f.value != "" || len(f.below) > 0 {
				e.below = append(e.below, f)
			}
		}
		servers.below = append(servers.below, e)
	}
	printEntries(&b, []entry{servers}, "")
	_, err := io.WriteString(w, b.String())
	return err
}

func printEntries(b *strings.Builder, es []entry, indent string) {
	for _, e := range es {
		switch {
		case e.list && len(e.below) == 0:
			fmt.Fprintf(b, "%s%s: []\n", indent, scalarYAML(e.name))
		case e.list:
			fmt.Fprintf(b, "%s%s:\n", indent, scalarYAML(e.name))
			for _, item := range e.below {
				printItem(b, item, indent+"  ")
			}
		case len(e.below) > 0:
			fmt.Fprintf(b, "%s%s:\n", indent, scalarYAML(e.name))
			printEntries(b, e.below, indent+"  ")
		case e.value == "" && e.form != "" && strings.HasPrefix(e.form, "a mapping"):
			fmt.Fprintf(b, "%s%s: {}\n", indent, scalarYAML(e.name))
		default:
			fmt.Fprintf(b, "%s%s: %s\n", indent, scalarYAML(e.name), scalarYAML(e.value))
		}
	}
}

// printItem writes one element of a list behind its hyphen.
func printItem(b *strings.Builder, e entry, indent string) {
	if len(e.below) == 0 {
		fmt.Fprintf(b, "%s- %s\n", indent, scalarYAML(e.value))
		return
	}
	var inner strings.Builder
	printEntries(&inner, e.below, indent+"  ")
	b.WriteString(indent + "- " + strings.TrimPrefix(inner.String(), indent+"  "))
}

// scalarYAML quotes a text where YAML would read it as something else.
func scalarYAML(s string) string {
	plain := s != "" && !strings.ContainsAny(s[:1], "-?:,[]{}#&*!|>'\"%@`~ ") &&
		!strings.ContainsAny(s, "\n\t\"\\") && !strings.Contains(s, ": ") && !strings.Contains(s, " #") &&
		!strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ") && !strings.ContainsFunc(s, func(r rune) bool { return printable(r) != r })
	switch strings.ToLower(s) {
	case "null", "yes", "no", "on", "off":
		plain = false
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case printable(r) != r:
			fmt.Fprintf(&b, `\u%04x`, r&0xffff)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
