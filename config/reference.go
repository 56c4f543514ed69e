package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// Reference is the full reference of the configuration in Markdown, made from
// the tables by which files are read. docs/configuration.md holds it, and a test
// that they agree.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	b.WriteString("\n## Keys of the main file\n\n")
	tableHead(&b)
	tableRows(&b, entries(mainKeys(""), Default(), true), "")
	fmt.Fprintf(&b, "| `servers` | a list of servers | | Servers of this file; see [Servers](#servers). |\n")
	b.WriteString(referenceServers)
	tableHead(&b)
	tableRows(&b, entries(serverKeys(), &draft{}, true), "")
	b.WriteString(referenceCSV)
	tableCSV(&b)
	b.WriteString(referenceTail)
	return b.String()
}

func tableHead(b *strings.Builder) {
	b.WriteString("| key | what stands there | default | meaning |\n| --- | --- | --- | --- |\n")
}

func tableRows(b *strings.Builder, es []entry, prefix string) {
	for _, e := range es {
		name := prefix + e.name
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, cell(e.form), codeOrNothing(e.value), cell(e.doc))
		tableRows(b, e.below, name+".")
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func codeOrNothing(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// tableCSV lists which column names mean which key.
func tableCSV(b *strings.Builder) {
	b.WriteString("| key | columns |\n| --- | --- |\n")
	byKey := map[string][]string{}
	for column, key := range columns {
		if key != "" {
			byKey[key] = append(byKey[key], column)
		}
	}
	for _, k := range names(serverKeys()) {
		if k == "expected" || k == "parts" {
			continue
		}
		all := append([]string{k, "cf_" + k}, slices.Sorted(slices.Values(byKey[k]))...)
		fmt.Fprintf(b, "| `%s` | `%s` |\n", k, strings.Join(all, "`, `"))
	}
	kinds := make([]string, 0, len(fleet.Kinds))
	for _, k := range fleet.Kinds {
		kinds = append(kinds, "`"+k.String()+"`")
	}
	fmt.Fprintf(b, "| `expected` | `expected_KIND` or `cf_expected_KIND` for each KIND of %s |\n", strings.Join(kinds, ", "))
	unread := slices.Clone(netboxOnly)
	for column := range maps.Keys(columns) {
		if columns[column] == "" {
			unread = append(unread, column)
		}
	}
	slices.Sort(unread)
	fmt.Fprintf(b, "\nRead for another purpose: `status` (rows that are %s are left out). Known and not read: `%s`. "+
		"Any other column gives a warning, or an error when it looks like a mistyped one.\n", strings.Join(skipStatus, ", "), strings.Join(unread, "`, `"))
}

const referenceHead = `# Configuration

One YAML file says how devices are polled, how to log in, who may do what, and which servers there are. It may name
inventory files with the servers. This page is made from the tables by which the files are read; do not edit it by
hand (` + "`go test ./config -update`" + `).

## Where it is found

The first of these that exists:

1. the file that ` + "`--config`" + ` names,
2. the file that ` + "`$IRONAGE_CONFIG`" + ` names,
3. ` + "`$XDG_CONFIG_HOME/ironage/ironage.yaml`" + `, by default ` + "`~/.config/ironage/ironage.yaml`" + `,
4. ` + "`/etc/ironage/ironage.yaml`" + `.

` + "`ironage config init`" + ` writes a commented example, ` + "`ironage config check`" + ` says everything that is wrong with its line and column,
` + "`ironage config show`" + ` prints the values in force with secrets masked, and ` + "`ironage config path`" + ` prints which file is used.

A running ironage reads the files again when they change and on SIGHUP. When the new files are broken it says so on
screen and goes on with the old ones. A new store takes effect at the next start.

## Secrets

A secret never stands in a file, only where it is found:

| form | meaning |
| --- | --- |
| ` + "`env:NAME`" + ` | the environment variable NAME |
| ` + "`file:PATH`" + ` | the content of a file, which is refused when its group or others have any right to it (` + "`chmod 600`" + `); relative paths start at the configuration's folder |
| ` + "`exec:/PATH ARG…`" + ` | the output of a program, run directly (no shell: no pipes, no variables) with 10 s of time; the path must be absolute |

They are fetched when first needed. SNMPv3 passphrases have at least 8 characters.

## YAML

Times are written 500ms, 60s, 5m, 6h or 7d. Anchors, aliases and ` + "`<<`" + ` merges work; keys that begin with ` + "`x-`" + ` are for your own
notes and anchors. A main file may have 1 MiB, a YAML inventory file 8 MiB, a CSV file 64 MiB.
`

const referenceServers = `
## Servers

Servers stand in the main file below ` + "`servers:`" + `, in YAML inventory files in the same form, or in CSV files. Each needs a name
and at least one address; each address needs a credential of its own, of the server, or of ` + "`defaults`" + `. Addresses are a host or
host:port with an IPv4 address, a DNS name, or an IPv6 address (` + "`2001:db8::7`" + `, with a port ` + "`[2001:db8::7]:161`" + `).
Two servers on one rack unit are a warning, unless they are mounted on different faces.

`

const referenceCSV = `
## CSV columns

The first line names the columns; NetBox's names work as they are exported, labels (` + "`Asset tag`" + `) too. Comma, semicolon or tab
separate; UTF-8 with or without byte-order mark. A mask behind an address (` + "`10.0.0.7/24`" + `) is dropped. Where NetBox has no field of its own
use a custom field: ` + "`cf_in_service`" + `, ` + "`cf_bmc_credential`" + `, …

`

const referenceTail = `
## Roles

A person is who the operating system says (under sudo, who called it). ` + "`people.roles`" + ` gives each their role, ` + "`people.groups`" + ` those in a group; each role includes those
before it: viewer (looks), technician (works the queue), engineer (approves, acknowledges, defers), lead (approves planned replacements).
While no person or group is listed and no default_role is set, everybody is lead. ` + "`--readonly`" + ` makes anybody a viewer.
`
