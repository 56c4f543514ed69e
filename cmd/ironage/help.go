package main

import (
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ironage/internal/lang"
)

// asksHelp reports whether a command line asks for help or for completion,
// which is the only time that somebody reads what commands say of themselves.
// The manual page is English for everybody.
func asksHelp(args []string) bool {
	if len(args) > 0 && (args[0] == "help" || args[0] == cobra.ShellCompRequestCmd) {
		return true
	}
	for _, a := range args {
		if a == "--" {
			return false
		}
		if a == "--help" || a == "-h" {
			return true
		}
	}
	return false
}

// langFlag is the value of --lang before cobra has parsed anything.
func langFlag(args []string) string {
	for i, a := range args {
		if a == "--" {
			break
		}
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return v
		}
		if a == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// speakHelp puts the help of every command into the reader's language, when
// help is what they ask for. It has to come before the command line is parsed,
// because fang prints the help by itself.
func (env *cli) speakHelp(root *cobra.Command, args []string) {
	if !asksHelp(args) {
		return
	}
	reader := cli{getenv: env.getenv, now: env.now, language: langFlag(args)}
	t := reader.tongue()
	if t.Code() == lang.English {
		return
	}
	root.InitDefaultHelpCmd()
	if args[0] == "help" {
		args = args[1:]
	}
	if asked, _, err := root.Find(args); err == nil {
		asked.InitDefaultHelpFlag()
	}
	sayHelp(t, root)
	root.SetOut(titled(t, root.OutOrStdout()))
}

// sayHelp translates what a command and those below it say of themselves.
func sayHelp(t *lang.Tongue, cmd *cobra.Command) {
	cmd.Short = sayWhole(t, cmd.Short)
	cmd.Long = sayParagraphs(t, cmd.Long)
	cmd.Example = sayComments(t, cmd.Example)
	say := func(f *pflag.Flag) { f.Usage = sayWhole(t, f.Usage) }
	cmd.PersistentFlags().VisitAll(say)
	cmd.Flags().VisitAll(say)
	for _, c := range cmd.Commands() {
		sayHelp(t, c)
	}
}

// listMarks are what stands before a list of words that are typed.
var listMarks = []string{"fields: ", "kinds: ", "reason: ", "help for ", "version for "}

// sayWhole is a text as a whole: half a sentence in each language would be
// worse than English.
func sayWhole(t *lang.Tongue, english string) string {
	if key := strings.ReplaceAll(english, "%", "%%"); t.Knows(key) {
		return t.Say(key)
	}
	if text, ok := sayHint(t, english); ok {
		return text
	}
	for _, mark := range listMarks {
		if at := strings.Index(english, mark); at >= 0 && t.Knows(english[:at]+mark+"%s") {
			return t.Say(english[:at]+mark+"%s", english[at+len(mark):])
		}
	}
	return english
}

// sayHint is what the queue's table says of an action or of a field, with what
// a flag adds: choices before it, an example or a default behind it.
func sayHint(t *lang.Tongue, english string) (string, bool) {
	hint, behind := english, ""
	if at := strings.LastIndex(hint, " ("); at > 0 && strings.HasSuffix(hint, ")") {
		hint, behind = hint[:at], " ("+t.Text(hint[at+2:len(hint)-1])+")"
		if strings.HasPrefix(behind, " (2") {
			behind = english[at:]
		}
	}
	before := ""
	if at := strings.LastIndex(hint, ": "); at > 0 && !t.Knows(hint) {
		before, hint = hint[:at+2], hint[at+2:]
	}
	for _, key := range []string{hint, lowerFirst(hint)} {
		switch {
		case !t.Knows(key):
		case key == hint:
			return before + t.Say(key) + behind, true
		default:
			return before + upperFirst(t.Say(key)) + behind, true
		}
	}
	if said := t.Text(hint); behind != "" && said != hint && strings.ContainsAny(hint, "0123456789") { // a number stands in it
		return before + said + behind, true
	}
	return "", false
}

func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// sayParagraphs is a long text; its lines are broken anew by who prints it.
func sayParagraphs(t *lang.Tongue, english string) string {
	parts := strings.Split(english, "\n\n")
	for i, p := range parts {
		bare := strings.ReplaceAll(p, "\n", " ")
		label, what, _ := strings.Cut(strings.TrimSuffix(bare, "."), ": ")
		switch said := sayWhole(t, bare); {
		case said != bare:
			parts[i] = said
		case strings.HasPrefix(bare, "From ") || t.Knows(label) && t.Knows(what): // of a step of the queue
			parts[i] = t.Text(bare)
		}
	}
	return strings.Join(parts, "\n\n")
}

// sayComments translates what stands behind the # of examples.
func sayComments(t *lang.Tongue, examples string) string {
	lines := strings.Split(examples, "\n")
	for i, line := range lines {
		if at := strings.LastIndex(line, "# "); at >= 0 {
			lines[i] = line[:at+2] + sayWhole(t, line[at+2:])
		}
	}
	return strings.Join(lines, "\n")
}

// titles are the headings that fang writes.
var titles = []string{"usage", "examples", "commands", "flags"}

// title writes fang's headings in the reader's language.
type title struct {
	t *lang.Tongue
	w io.Writer
}

// Write takes a heading as one write, as fang makes it.
func (h title) Write(p []byte) (int, error) {
	text := string(p)
	if word := strings.TrimSpace(ansi.Strip(text)); slices.Contains(titles, strings.ToLower(word)) {
		text = strings.Replace(text, word, strings.ToUpper(h.t.Say("help: "+strings.ToLower(word))), 1)
	}
	if _, err := io.WriteString(h.w, text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// titledFile is a title on a file, whose colours are found out by its terminal.
type titledFile struct {
	*os.File
	title
}

func (f titledFile) Write(p []byte) (int, error) { return f.title.Write(p) }

// WriteString keeps the file's own from going past the title.
func (f titledFile) WriteString(s string) (int, error) { return f.Write([]byte(s)) }

func titled(t *lang.Tongue, w io.Writer) io.Writer {
	if file, ok := w.(*os.File); ok {
		return titledFile{file, title{t, w}}
	}
	return title{t, w}
}
