// Command ironage is the terminal operations console for data-centre hardware.
// This package parses flags, wires the other packages and prints. It has no
// rules of its own: what a verdict, a state or a role means is decided elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"charm.land/fang/v2"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes of every command but check, which has those of a Nagios plugin.
const (
	exitOK     = 0
	exitFailed = 1 // the command could not do what was asked
	exitUsage  = 2 // it was not asked properly
)

// exitError carries an exit code other than exitFailed. A nil Err means that
// everything worth saying was already printed.
type exitError struct {
	Code int
	Err  error
}

func (e *exitError) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

func (e *exitError) Unwrap() error { return e.Err }

// exit ends the command with an exit code, and a message unless err is nil.
func exit(code int, err error) error {
	if code == exitOK && err == nil {
		return nil
	}
	return &exitError{Code: code, Err: err}
}

// usage is the error of a command that was not asked properly.
func usage(format string, args ...any) error {
	return exit(exitUsage, fmt.Errorf(format, args...))
}

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	env := &cli{in: stdin, out: stdout, err: stderr, now: time.Now, getenv: os.Getenv}
	root := newRootCommand(env)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	env.speakHelp(root, args)
	err := fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithErrorHandler(env.printError))
	return codeOf(err)
}

// codeOf is the exit code that err asks for.
func codeOf(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.Code
	case asksWrongly(err):
		return exitUsage
	}
	return exitFailed
}

// printError writes one error the way every command does: "ironage: " and what
// happened, each further line indented.
func (env *cli) printError(w io.Writer, _ fang.Styles, err error) {
	text := sayLines(env.tongue(), strings.TrimRight(err.Error(), "\n"))
	var said *saidError
	if errors.As(err, &said) {
		text = said.text
	}
	if text == "" {
		return
	}
	// A writer that is gone leaves nobody to tell.
	_, _ = fmt.Fprintf(w, "ironage: %s\n", strings.ReplaceAll(text, "\n", "\n  "))
	if asksWrongly(err) {
		_, _ = fmt.Fprintln(w, "  "+env.tongue().Say("Try --help for usage."))
	}
}

// saidError is an error that was said in the reader's language already: it
// shows what was typed, of which no word may be translated.
type saidError struct {
	error
	text string
}

func (e *saidError) Unwrap() error { return e.error }

// asksWrongly reports whether err is cobra's word for a bad command line;
// cobra has no type for it.
func asksWrongly(err error) bool {
	var e *exitError
	if errors.As(err, &e) {
		return e.Code == exitUsage
	}
	for _, start := range []string{"unknown flag", "unknown shorthand", "unknown command", "flag needs", "invalid argument", "accepts ", "requires ", "required flag", "bad flag"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}
