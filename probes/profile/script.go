package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Script is an output of Net-SNMP's "extend": a program that the agent runs
// when it is asked, and whose text holds a table.
type Script struct {
	Pos
	// Extend is the name in the agent's configuration.
	Extend string `yaml:"extend"`
	// Rows is where in a JSON output the rows are, as in "data.disks": a mapping
	// of names to rows, or a list of rows. Without it (and without Lines) the
	// output is a text, and its first line the member "text" of its only row.
	Rows string `yaml:"rows"`
	// Key is the member of a row in a list that names the row.
	Key string `yaml:"key"`
	// Lines are the fields of an output that is no JSON but lines of values
	// with commas between them. The first names the row.
	Lines []string `yaml:"lines"`
	// Live scripts are cheap enough to be run at every status read.
	Live bool `yaml:"live"`

	output snmp.OID // the object that runs the script and holds its output
}

// NET-SNMP-EXTEND-MIB. Reading the configuration of a script runs nothing;
// reading any object of its output runs it. The outputs follow the configuration
// so closely that walking the last column, even with GetNext, runs scripts at
// its end: what a device has is asked by name.
const (
	extendStorage snmp.OID = "1.3.6.1.4.1.8072.1.3.2.2.1.21"
	extendOutput  snmp.OID = "1.3.6.1.4.1.8072.1.3.2.3.1.2"
)

// scriptPatience is how long an agent may take for one script; the agent does
// nothing else meanwhile.
const scriptPatience = 20 * time.Second

// memberMark begins the last part of a column that is no object but a member
// of a script's output: "1.3.….116.@serial".
const memberMark = "@"

// rowMember stands in every row, so that one of which nothing that the rules
// read is said is still a row.
const rowMember = "_row"

// extendIndex is a name as the agent's tables are indexed by it.
func extendIndex(name string) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(len(name)))
	for i := range len(name) {
		b.WriteString("." + strconv.Itoa(int(name[i])))
	}
	return b.String()
}

// listed is the object that the agent has if it has a script of that name.
func listed(name string) cellAt { return cellAt{extendStorage, extendIndex(name)} }

// member splits a column of a script into the output's object and the member's
// name.
func member(col snmp.OID) (output snmp.OID, name string, ok bool) {
	i := strings.LastIndex(string(col), "."+memberMark)
	if i < 0 {
		return "", "", false
	}
	return col[:i], string(col[i+1+len(memberMark):]), true
}

// patient is a Source that can wait for a script.
type patient interface {
	GetSlowly(ctx context.Context, oid snmp.OID, patience time.Duration) (snmp.Variable, error)
}

// readScripts runs the scripts that the agent says it has, last of all, because
// a slow one keeps the agent from answering anything else.
func (m Match) readScripts(ctx context.Context, src Source, v *Vars, tables []*tableNeed) []fleet.ReadError {
	var errs []fleet.ReadError
	for _, t := range tables {
		if !v.get(listed(t.script.Extend)).ok {
			continue
		}
		if err := readScript(ctx, src, v, t); err != nil {
			errs = append(errs, fleet.ReadError{What: "script " + t.script.Extend, Text: err.Error(), Kinds: t.kinds})
		}
	}
	return errs
}

// readScript runs one script and files its rows; with an error the rows are
// unknown, which is not "gone".
func readScript(ctx context.Context, src Source, v *Vars, t *tableNeed) error {
	v.partial[t.entry] = true
	var got snmp.Variable
	var err error
	if slow, ok := src.(patient); ok {
		got, err = slow.GetSlowly(ctx, t.entry, scriptPatience)
	} else {
		var all []snmp.Variable
		if all, err = src.Get(ctx, []snmp.OID{t.entry}); err == nil && len(all) > 0 {
			got = all[0]
		}
	}
	switch {
	case errors.Is(err, snmp.ErrTimeout):
		return fmt.Errorf("its output did not come within %v: run it from cron into a file, and let the agent print the file; "+
			"outputs above 64 kB never fit into an answer: %w", scriptPatience, err)
	case err != nil:
		return err
	case !got.Value.Exists() && t.script.plain():
		delete(v.partial, t.entry)
		return nil
	case !got.Value.Exists():
		return errors.New("the agent lists it, but gives no output of it")
	}
	rows, err := t.script.parse(got.Value.Octets)
	if err != nil {
		return err
	}
	delete(v.partial, t.entry)
	v.fileScript(t, rows)
	return nil
}

// fileScript puts the members that the rules read in place of those of an
// earlier output.
func (v *Vars) fileScript(t *tableNeed, rows []scriptRow) {
	for _, col := range t.columns {
		v.drop(col)
	}
	for _, row := range rows {
		for _, col := range t.columns {
			_, name, _ := member(col)
			text, ok := row.members[name]
			if name == rowMember {
				text, ok = row.key, true
			}
			if ok {
				v.put(v.column(col, t.entry), row.key, store(textValue(text)))
			}
		}
	}
}

// isScript reports whether the table is a script's output.
func (t *tableNeed) isScript() bool { return t.script != nil }

// apart splits tables into those of the agent and those of scripts.
func apart(tables []*tableNeed) (agent, scripts []*tableNeed) {
	for _, t := range tables {
		if t.isScript() {
			scripts = append(scripts, t)
		} else {
			agent = append(agent, t)
		}
	}
	return agent, scripts
}

// scripts compiles the profile's scripts: their names stand for entries, like
// those of bases.
func (c *compiler) scripts() {
	for _, name := range sortedKeys(c.p.Scripts) {
		s := c.p.Scripts[name]
		if _, taken := c.bases[name]; taken {
			c.complain(s.Pos, "the script's name %q is taken by a base", name)
		}
		if s.Extend == "" || len(s.Extend) > 64 {
			c.complain(s.Pos, "a script needs \"extend:\", its name in the agent's configuration")
			continue
		}
		s.output = extendOutput.Append(extendIndex(s.Extend))
		c.bases[name] = s.output
		c.p.needs.cell(listed(s.Extend))
	}
}

// scriptOf is the script that a table is the output of, or nil.
func (p *Profile) scriptOf(entry snmp.OID) *Script {
	for _, s := range p.Scripts {
		if s.output == entry {
			return s
		}
	}
	return nil
}

// scriptVariables fold encoded members back into outputs.
func (e *encoder) scriptVariables() []snmp.Variable {
	rows := map[snmp.OID]map[string]map[string]string{}
	for at, val := range e.vars {
		output, name, ok := member(at.col)
		if !ok {
			continue
		}
		if rows[output] == nil {
			rows[output] = map[string]map[string]string{}
		}
		if rows[output][at.idx] == nil {
			rows[output][at.idx] = map[string]string{}
		}
		rows[output][at.idx][name] = val.Text()
	}
	var out []snmp.Variable
	for _, output := range sortedKeys(rows) {
		s := e.p.scriptOf(output)
		out = append(out,
			snmp.Variable{OID: extendStorage.Append(extendIndex(s.Extend)), Value: numberValue(1)},
			snmp.Variable{OID: output, Value: textValue(s.print(rows[output]))})
	}
	slices.SortFunc(out, func(a, b snmp.Variable) int { return a.OID.Compare(b.OID) })
	return out
}
