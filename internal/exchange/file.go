package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// BaseOf is the file beside an inventory file that remembers what a system
// said at its last import.
func (f *Format) BaseOf(into string) string { return into + "." + f.Family + ".imported" }

// ReadFile reads a regular file of bounded size; one that is not there is empty.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path) // a pipe would block
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return ReadAll(f, path)
}

// ReadAll reads a source of bounded size.
func ReadAll(r io.Reader, name string) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxFile {
		return nil, fmt.Errorf("%s is larger than %d MiB; import it in pieces", name, MaxFile>>20)
	}
	return text, nil
}

// ErrChanged means that somebody changed a file after it was looked at.
var ErrChanged = errors.New("was changed meanwhile; nothing was written, run the import again")

// Write puts a plan into force. The inventory file is replaced in one step,
// its former text stays beside it as .bak, and it must still be what the plan
// was made from.
func (p *Plan) Write(into string, was []byte, base string) error {
	now, err := ReadFile(into)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, was) {
		return fmt.Errorf("%s %w", into, ErrChanged)
	}
	if err := os.MkdirAll(filepath.Dir(into), 0o755); err != nil {
		return err
	}
	if !bytes.Equal(p.Content, was) {
		if len(was) > 0 {
			if err := replace(into+".bak", was); err != nil {
				return err
			}
		}
		if err := replace(into, p.Content); err != nil {
			return err
		}
	}
	// Second, and only then: a crash between the two leaves values that agree
	// with the source, which the next import takes for unchanged.
	return replace(base, p.Base)
}

// WriteFile writes a file so that there is always the old or the new text, whole.
func WriteFile(path string, text []byte) error { return replace(path, text) }

func replace(path string, text []byte) (err error) {
	mode := fs.FileMode(0o644)
	if info, statErr := os.Stat(path); statErr == nil {
		mode = info.Mode().Perm()
	}
	if target, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
		path = target // replace what a link leads to, not the link
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".ironage-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error that matters is already on its way
		}
	}()
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename survive a power cut, where the system can.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil //nolint:nilerr // the rename is done; some systems do not open folders
	}
	defer func() { _ = d.Close() }() // only read
	_ = d.Sync()                     // not every file system can
	return nil
}
