package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/probes/profile"
)

func newProfileCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "See, write and try device profiles",
		Long: "A profile is a YAML file that says how to recognise a family of devices and what to read from it. Files in profiles/ beside the\n" +
			"configuration add to the built-in ones; one of the same name replaces it. docs/profiles.md takes you from a recording to a profile.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List the profiles in force, and where each comes from", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return env.profileList() }},
		&cobra.Command{Use: "show NAME", Short: "Print a profile's YAML", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return env.profileShow(args[0]) }},
		&cobra.Command{Use: "lint [FILE…]", Short: "Say everything that is wrong with profile files",
			Long: "Say about every mistake in which file, line and column it stands, what was expected and the nearest word. Without FILE, the files in profiles/ beside the configuration.",
			RunE: func(_ *cobra.Command, args []string) error { return env.profileLint(args) }},
		newProfileTryCommand(env),
		newProfileWhichCommand(env),
		&cobra.Command{Use: "schema", Short: "Print a JSON Schema of profiles, for editors", Args: cobra.NoArgs,
			Example: "ironage profile schema > profile.schema.json\n" +
				"# then write as the first line of a profile: # yaml-language-server: $schema=profile.schema.json",
			RunE: func(*cobra.Command, []string) error { return printJSON(env.out, profile.JSONSchema()) }},
	)
	return cmd
}

// profileLine is one profile of the list. The JSON keys are stable.
type profileLine struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Role      string `json:"role"`
	Priority  int    `json:"priority"`
	Origin    string `json:"origin"` // "built-in", or the user's file
	Overrides string `json:"overrides,omitempty"`
}

func (env *cli) profileList() error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	s, err := env.shelf()
	if err != nil {
		return err
	}
	var lines []profileLine
	var rows [][]string
	for _, p := range s.all.Profiles() {
		if slices.ContainsFunc(lines, func(l profileLine) bool { return l.Name == p.Name }) {
			continue // another root of the same profile
		}
		l := profileLine{Name: p.Name, Title: p.Title, Role: p.Role.String(), Priority: p.Priority, Origin: "built-in"}
		if s.own != nil && s.own.Find(p.Name) != nil {
			l.Origin = filepath.Join(s.dir, p.File)
			if s.builtIn.Find(p.Name) != nil {
				l.Overrides = "the built-in " + p.Name
			}
		}
		lines = append(lines, l)
		rows = append(rows, []string{l.Name, l.Title, l.Role, fmt.Sprint(l.Priority), l.Origin, l.Overrides})
	}
	return env.printAs(as, []string{"name", "title", "role", "priority", "origin", "overrides"}, rows, lines)
}

func (env *cli) profileShow(name string) error {
	s, err := env.shelf()
	if err != nil {
		return err
	}
	data, found := profile.BuiltInSource(name)
	if s.own != nil {
		if p := s.own.Find(name); p != nil {
			found = true
			if data, err = os.ReadFile(filepath.Join(s.dir, p.File)); err != nil {
				return err
			}
		}
	}
	if !found {
		return usage("there is no profile %q; see ironage profile list", name)
	}
	_, err = env.out.Write(data)
	return err
}

// lintProblem is a problem as --output json tells it.
type lintProblem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Text   string `json:"text"`
}

func (env *cli) profileLint(files []string) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		if files, err = env.ownProfiles(); err != nil {
			return err
		}
	}
	problems, err := lint(files)
	if err != nil {
		return err
	}
	if as == "json" {
		out := make([]lintProblem, 0, len(problems))
		for _, p := range problems {
			out = append(out, lintProblem{p.File, p.Line, p.Column, p.Text})
		}
		if err := printJSON(env.out, out); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			if _, err := fmt.Fprintln(env.prose(), clean(p.String())); err != nil {
				return err
			}
		}
	}
	if len(problems) > 0 {
		return exit(exitFailed, fmt.Errorf("%s in %s", plural(len(problems), "problem"), plural(len(files), "profile")))
	}
	if as == "json" {
		return nil
	}
	_, err = fmt.Fprintf(env.prose(), "fine: %s\n", plural(len(files), "profile"))
	return err
}

// ownProfiles are the user's files beside the configuration.
func (env *cli) ownProfiles() ([]string, error) {
	c, err := env.config()
	if err != nil {
		return nil, usage("name the files to look at: ironage profile lint FILE… (without a configuration there is no folder of your own profiles)")
	}
	dir := c.Profiles
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(filepath.Dir(c.Path), dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, usage("there are no profiles in %s; name the files to look at: ironage profile lint FILE…", dir)
	}
	return files, nil
}

// lint is everything wrong with the files, each by itself and together.
func lint(files []string) (profile.Problems, error) {
	var out profile.Problems
	in := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		ps, problems := profile.Parse(f, data)
		for _, p := range problems {
			p.File = f
			out = append(out, p)
		}
		if len(ps) == 0 || ps[0].Name == "" {
			continue
		}
		if other, taken := in[ps[0].Name]; taken {
			out = append(out, profile.Problem{File: f, Pos: ps[0].Pos, Text: fmt.Sprintf("the profile %q stands in %s already; give it another name after \"profile:\"", ps[0].Name, other)})
		}
		in[ps[0].Name] = f
	}
	return out, nil
}

func newProfileWhichCommand(env *cli) *cobra.Command {
	var target targetFlags
	var recording string
	cmd := &cobra.Command{
		Use:   "which HOST[:PORT]",
		Short: "Say which profiles fit a device, and why",
		Long:  "Ask a device who it is, and say for every profile, highest priority first, how each of its clauses came out.",
		Args:  func(_ *cobra.Command, args []string) error { return hostOrRecording(recording, args, 0) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.profileWhich(cmd.Context(), &target, recording, args)
		},
	}
	target.register(cmd.Flags())
	cmd.Flags().StringVar(&recording, "recording", "", "read this .snmprec file instead of a host")
	return cmd
}

func (env *cli) profileWhich(ctx context.Context, t *targetFlags, recording string, args []string) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	s, err := env.shelf()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	src, done, err := env.openSource(ctx, t, recording, args)
	if err != nil {
		return err
	}
	defer done()
	m, all, err := s.all.Explain(ctx, src)
	if err != nil {
		return unreached(strings.Join(args, ""), err)
	}
	if as == "json" {
		return printJSON(env.out, whichReport(m, all))
	}
	_, err = fmt.Fprint(env.prose(), whichText(m, all))
	return err
}
