package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ironage/probes/snmp"
)

// SecretRef says where a secret is found: "env:NAME", "file:PATH" or
// "exec:COMMAND". It never holds the secret. The zero SecretRef is "none".
type SecretRef struct {
	scheme, rest string
	words        []string // of an exec command
	dir          string   // relative file paths start here
}

const (
	maxSecretBytes = 4 << 10
	execTimeout    = 10 * time.Second
)

// ErrNotAReference means that a text names no place to find a secret: it may
// be the secret itself and must not be printed.
var ErrNotAReference = errors.New("expected env:NAME, file:PATH or exec:COMMAND, not the secret itself")

// ParseSecretRef reads a reference. Relative file paths are taken from dir.
// No error quotes the text.
func ParseSecretRef(text, dir string) (SecretRef, error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(text), ":")
	r := SecretRef{scheme: scheme, rest: strings.TrimSpace(rest), dir: dir}
	switch {
	case !ok || scheme != "env" && scheme != "file" && scheme != "exec":
		return SecretRef{}, ErrNotAReference
	case r.rest == "":
		return SecretRef{}, fmt.Errorf("nothing stands behind %q", scheme+":")
	case scheme == "exec":
		var err error
		if r.words, err = splitCommand(r.rest); err != nil {
			return SecretRef{}, err
		}
	}
	return r, nil
}

// IsZero reports whether no secret is referred to.
func (r SecretRef) IsZero() bool { return r.scheme == "" }

// String is the reference as messages may show it: of a command only its
// program, because people do put secrets into arguments.
func (r SecretRef) String() string {
	switch r.scheme {
	case "":
		return ""
	case "exec":
		if len(r.words) > 1 {
			return "exec:" + r.words[0] + " …"
		}
	}
	return r.scheme + ":" + r.rest
}

// splitCommand cuts a command into words: blanks separate, quotes hold
// together, a backslash takes the next letter as it is. No shell ever sees it,
// so what only a shell understands is refused rather than passed on.
func splitCommand(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	started, quoted := false, rune(0)
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quoted != '\'':
			escaped, started = true, true
		case quoted != 0:
			if r == quoted {
				quoted = 0
			} else {
				word.WriteRune(r)
			}
		case r == '"' || r == '\'':
			quoted, started = r, true
		case r == ' ' || r == '\t' || r == '\n':
			if started {
				words = append(words, word.String())
				word.Reset()
				started = false
			}
		case strings.ContainsRune("|&;<>$`*?(){}", r):
			return nil, fmt.Errorf("exec: runs one program without a shell, so %q means nothing; put it in quotes, or the command into a script", r)
		default:
			word.WriteRune(r)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	switch {
	case quoted != 0 || escaped:
		return nil, errors.New("exec: a quote or backslash is left open")
	case len(words) == 0 || !filepath.IsAbs(words[0]):
		return nil, errors.New("exec: expected the absolute path of a program, so that $PATH cannot change which one runs")
	}
	return words, nil
}

// Resolve fetches the secret. Errors say where it was looked for and never
// hold any of it.
func (r SecretRef) Resolve(ctx context.Context, getenv func(string) string) (snmp.Secret, error) {
	var raw []byte
	var err error
	switch r.scheme {
	case "":
		return "", nil
	case "env":
		raw = []byte(getenv(r.rest))
		if len(raw) == 0 {
			return "", fmt.Errorf("the environment variable %s is not set", r.rest)
		}
	case "file":
		raw, err = readSecretFile(r.path())
	case "exec":
		raw, err = runSecretCommand(ctx, r.words)
	}
	if err != nil {
		return "", err
	}
	secret := strings.TrimRight(string(raw), "\r\n")
	switch {
	case secret == "":
		return "", fmt.Errorf("%s gave an empty secret", r)
	case strings.ContainsAny(secret, "\n\x00"):
		return "", fmt.Errorf("%s gave more than one line; expected the secret alone", r)
	}
	return snmp.Secret(secret), nil
}

func (r SecretRef) path() string {
	path := r.rest
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path, "~/") {
		path = filepath.Join(home, path[2:])
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	return path
}

// readSecretFile reads a file that only its owner can read. The permissions
// are those of the opened file, so that it cannot be exchanged in between.
func readSecretFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path) // opening a pipe would wait for its writer
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o), so its secret is refused; run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	return readBounded(f, path)
}

func readBounded(f io.Reader, what string) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(f, maxSecretBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("secret: %w", err)
	case len(raw) > maxSecretBytes:
		return nil, fmt.Errorf("%s is over %d bytes; expected one secret", what, maxSecretBytes)
	}
	return raw, nil
}

// runSecretCommand runs a program for its standard output. What it says on
// standard error is dropped: it may repeat the secret.
func runSecretCommand(ctx context.Context, words []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, execTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.WaitDelay = time.Second // a grandchild may keep the pipe open
	var out capped
	cmd.Stdout = &out
	err := cmd.Run()
	var exited *exec.ExitError
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return nil, fmt.Errorf("exec:%s gave no answer in %s", words[0], execTimeout)
	case errors.As(err, &exited):
		return nil, fmt.Errorf("exec:%s ended with exit code %d", words[0], exited.ExitCode())
	case err != nil:
		return nil, fmt.Errorf("exec:%s could not be run: %w", words[0], err)
	case out.Len() > maxSecretBytes:
		return nil, fmt.Errorf("exec:%s wrote over %d bytes; expected one secret", words[0], maxSecretBytes)
	}
	return out.Bytes(), nil
}

// capped keeps a little more than a secret may have and takes the rest
// without keeping it, so that the program does not block.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxSecretBytes + 1 - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
