package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Example is the commented configuration that WriteExample writes.
//
//go:embed example.yaml
var Example []byte

// WriteExample writes the commented example to path, making its folder, and
// never overwrites a file.
func WriteExample(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write the example: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already and is left as it is; name another file with --config", path)
	}
	if err != nil {
		return fmt.Errorf("write the example: %w", err)
	}
	_, err = f.Write(Example)
	return errors.Join(err, f.Close())
}
