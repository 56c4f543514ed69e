package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/lang"
	"ironage/internal/settings"
	"ironage/tui"
)

// lookFlags are the flags of the commands that open a console.
type lookFlags struct {
	theme string
	mouse bool
	plain bool
}

// registerLook adds the flags about how the console looks.
func (env *cli) registerLook(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&env.ascii, "ascii", false, "draw the console with ASCII characters only")
	flags.StringVar(&env.look.theme, "theme", "", strings.Join(tui.Themes(), ", ")+" (default: as chosen in the console)")
	flags.BoolVar(&env.look.mouse, "mouse", false, "let the mouse scroll and select; marking text then needs Shift")
	flags.BoolVar(&env.look.plain, "plain", false, "a console without redraws, line by line: for screen readers, dumb terminals and pipes")
	// Cannot fail: the flag was made just now.
	_ = cmd.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions(tui.Themes(), cobra.ShellCompDirectiveNoFileComp))
}

// checkLook refuses what the console could only ignore.
func (env *cli) checkLook() error {
	if t := env.look.theme; t != "" && !slices.Contains(tui.Themes(), t) {
		return usage("--theme %s: there are %s", t, strings.Join(tui.Themes(), ", "))
	}
	return nil
}

// plainConsole reports whether the console is to be one without redraws: it was
// asked for, or the terminal can do no more.
func (env *cli) plainConsole() bool {
	return env.look.plain || env.getenv("TERM") == "dumb" && env.needTerminal() == nil
}

// checkLanguage refuses a language that there is no catalogue for.
func (env *cli) checkLanguage() error {
	if env.language == "" || slices.Contains(lang.Codes(), lang.Code(env.language)) {
		return nil
	}
	return usage("--lang %s: there are en (English) and vi (Tiếng Việt)", env.language)
}

// languageChosen is the language of whoever reads: the flag's, else the one
// they chose in the console, else the environment's.
func (env *cli) languageChosen() lang.Code {
	for _, code := range []string{env.language, env.settings().Get(tui.LanguageSetting)} {
		if slices.Contains(lang.Codes(), lang.Code(code)) {
			return lang.Code(code)
		}
	}
	return lang.FromEnv(env.getenv)
}

// settings are what this person chose in the console, read once.
func (env *cli) settings() *settings.File {
	if env.kept == nil {
		path, err := settings.Path(env.getenv)
		if err != nil { // then Open says why nothing is kept
			path = ""
		}
		env.kept = settings.Open(path, env.now)
	}
	return env.kept
}
