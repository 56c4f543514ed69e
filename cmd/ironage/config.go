package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ironage/config"
)

func newConfigCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Write, check and show the configuration",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{Use: "init [FILE]", Short: "Write a commented example", Args: cobra.MaximumNArgs(1),
			Long: "Write a commented example to FILE, --config, $IRONAGE_CONFIG or ~/.config/ironage/ironage.yaml. A file that exists is left as it is; FILE - is standard output.",
			RunE: func(_ *cobra.Command, args []string) error { return env.configInit(args) }},
		&cobra.Command{Use: "check [FILE]", Short: "Say everything that is wrong with the configuration", Args: cobra.MaximumNArgs(1),
			Long: "Read the configuration and all inventory files, and say about every mistake in which file, line and column it stands and what was expected. Secrets are looked for, and never printed.",
			RunE: func(cmd *cobra.Command, args []string) error { return env.configCheck(cmd.Context(), args) }},
		&cobra.Command{Use: "show", Short: "Print the values in force, secrets masked", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return env.configShow() }},
		&cobra.Command{Use: "path", Short: "Print which configuration file is used", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return env.configPathPrint() }},
	)
	return cmd
}

// configInit writes the example where the configuration would be looked for.
func (env *cli) configInit(args []string) error {
	path := config.UserPath(env.getenv)
	if p := env.getenv("IRONAGE_CONFIG"); p != "" {
		path = p
	}
	if env.configPath != "" {
		path = env.configPath
	}
	if len(args) == 1 {
		path = args[0]
	}
	switch path {
	case "":
		return usage("no home folder to write to; name a file: ironage config init FILE")
	case "-":
		_, err := env.out.Write(config.Example)
		return err
	}
	if err := config.WriteExample(path); err != nil {
		return err
	}
	_, err := fmt.Fprintf(env.prose(), "Wrote %s\nNext: put your servers and credentials into it, then run\n  ironage config check\n  ironage doctor\n  ironage\n", path)
	return err
}

// noConfiguration is config.ErrNone with what to do about it.
func (env *cli) noConfiguration(err error) error {
	if !errors.Is(err, config.ErrNone) {
		return err
	}
	return fmt.Errorf("%w (looked at $IRONAGE_CONFIG, %s and %s)\nWrite one with: ironage config init\nOr look without one: ironage check HOST, ironage demo",
		err, config.UserPath(env.getenv), config.SystemPath)
}

// configCheck lists what is wrong, warnings too, and which secrets are missing.
func (env *cli) configCheck(ctx context.Context, args []string) error {
	if len(args) == 1 {
		env.configPath = args[0]
	}
	path, err := config.Find(env.configPath, env.getenv)
	if err != nil {
		return env.noConfiguration(err)
	}
	c, err := config.Load(path)
	var mistakes config.Problems
	if errors.As(err, &mistakes) {
		_, _ = fmt.Fprintln(env.aside(), mistakes.Error()) // the exit code says it too
		return exit(exitFailed, fmt.Errorf("%s in %s", plural(len(mistakes), "problem"), path))
	}
	if err != nil {
		return err
	}
	for _, w := range c.Warnings {
		_, _ = fmt.Fprintln(env.aside(), w) // warnings do not change the outcome
	}
	missing := env.missingSecrets(ctx, c)
	for _, err := range missing {
		_, _ = fmt.Fprintln(env.aside(), err)
	}
	if len(missing) > 0 {
		return exit(exitFailed, fmt.Errorf("%s cannot be fetched; the servers that use them will not be read", plural(len(missing), "credential")))
	}
	_, err = fmt.Fprintf(env.prose(), "fine: %s, %s, %s in %s\n", plural(len(c.Servers), "server"),
		plural(len(c.Credentials), "credential"), plural(len(c.Services), "service"), strings.Join(c.Files, ", "))
	return err
}

// missingSecrets fetches every secret and returns what went wrong, one error
// for each credential.
func (env *cli) missingSecrets(ctx context.Context, c *config.Config) []error {
	var errs []error
	for _, name := range c.CredentialNames() {
		if _, err := c.Credentials[name].Resolve(ctx, env.getenv); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

func (env *cli) configShow() error {
	c, err := env.config()
	if err != nil {
		return env.noConfiguration(err)
	}
	return c.Show(env.out, env.getenv)
}

func (env *cli) configPathPrint() error {
	path, err := config.Find(env.configPath, env.getenv)
	if err != nil {
		return env.noConfiguration(err)
	}
	_, err = fmt.Fprintln(env.out, path)
	return err
}

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
