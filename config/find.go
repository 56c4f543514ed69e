package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNone means that no configuration file was found where one is looked for.
var ErrNone = errors.New("no configuration found")

// FileName is the name of the configuration file in its folder.
const FileName = "ironage.yaml"

// SystemPath is where the configuration of a whole machine lies.
const SystemPath = "/etc/ironage/" + FileName

// UserPath is where a user's own configuration lies:
// $XDG_CONFIG_HOME/ironage/ironage.yaml, by default below ~/.config.
func UserPath(getenv func(string) string) string {
	dir := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // the XDG specification: relative paths are invalid
		home := getenv("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "ironage", FileName)
}

// Find is the path of the configuration file: the one asked for (flag), else
// $IRONAGE_CONFIG, else the user's, else the machine's. A file that was named
// must exist; when none was named and none is found, the error is ErrNone.
func Find(flag string, getenv func(string) string) (string, error) {
	for _, named := range []struct{ by, path string }{{"--config", flag}, {"$IRONAGE_CONFIG", getenv("IRONAGE_CONFIG")}} {
		if named.path == "" {
			continue
		}
		if _, err := os.Stat(named.path); err != nil {
			return "", fmt.Errorf("the configuration that %s names: %w", named.by, err)
		}
		return named.path, nil
	}
	for _, path := range []string{UserPath(getenv), SystemPath} {
		if path == "" {
			continue
		}
		switch _, err := os.Stat(path); {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("configuration: %w", err)
		}
	}
	return "", ErrNone
}
