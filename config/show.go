package config

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Show writes the effective configuration as YAML: every key with the value in
// force, secrets only as the places where they are found, and all servers.
// Empty values are left out: what is printed reads as the same configuration.
func (c *Config) Show(w io.Writer, getenv func(string) string) error {
	effective := *c
	effective.Store.URL = c.StoreURL(getenv)
	c = &effective
	var b strings.Builder
	fmt.Fprintf(&b, "# effective configuration; files: %s\n", strings.Join(c.Files, ", "))
	printEntries(&b, entries(mainKeys(""), c, false), "")
	servers := entry{name: "servers", list: true}
	keys := serverKeys()
	for _, s := range c.Servers {
		servers.below = append(servers.below, entry{below: entries(keys, draftOf(s), false)})
	}
	printEntries(&b, []entry{servers}, "")
	_, err := io.WriteString(w, b.String())
	return err
}

func printEntries(b *strings.Builder, es []entry, indent string) {
	for _, e := range es {
		switch {
		case e.empty():
		case e.list:
			fmt.Fprintf(b, "%s%s:\n", indent, keyYAML(e.name))
			for _, item := range e.below {
				printItem(b, item, indent+"  ")
			}
		case len(e.below) > 0:
			fmt.Fprintf(b, "%s%s:\n", indent, keyYAML(e.name))
			printEntries(b, e.below, indent+"  ")
		default:
			fmt.Fprintf(b, "%s%s: %s\n", indent, keyYAML(e.name), scalarYAML(e.value))
		}
	}
}

// empty reports whether there is nothing to print.
func (e entry) empty() bool {
	return e.value == "" && !slices.ContainsFunc(e.below, func(b entry) bool { return !b.empty() })
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

// keyYAML is a key; the words that YAML 1.1 takes for booleans are texts here.
func keyYAML(s string) string {
	switch s {
	case "off", "on", "yes", "no":
		return s
	}
	return scalarYAML(s)
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
