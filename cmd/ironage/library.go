package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ironage/config"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// shelf is the profiles in force and where they come from.
type shelf struct {
	all, builtIn, own *profile.Library // own is nil when there is no folder of the user's
	dir               string           // of the user's own; "" without a configuration
}

// shelfOf loads the built-in profiles and the user's own beside the
// configuration, which win.
func shelfOf(c *config.Config) (shelf, error) {
	builtIn, err := profile.BuiltIn()
	if err != nil {
		return shelf{}, err
	}
	s := shelf{all: builtIn, builtIn: builtIn}
	s.dir = profilesDir(c)
	if ownProfiles(c) == "" {
		return s, nil
	}
	own, err := profile.Load(os.DirFS(s.dir))
	if err != nil {
		return shelf{}, fmt.Errorf("profiles in %s: %w\nmore with: ironage profile lint", s.dir, err)
	}
	s.own, s.all = own, builtIn.With(own)
	return s, nil
}

// profilesDir is where the user's own profiles belong; "" without a
// configuration.
func profilesDir(c *config.Config) string {
	if c.Path == "" || c.Profiles == "" {
		return ""
	}
	if filepath.IsAbs(c.Profiles) {
		return c.Profiles
	}
	return filepath.Join(filepath.Dir(c.Path), c.Profiles)
}

// ownProfiles is where the user's own profiles are; "" when there are none.
func ownProfiles(c *config.Config) string {
	dir := profilesDir(c)
	if dir == "" {
		return ""
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return dir
}

// library is the profiles that a configuration puts in force.
func library(c *config.Config) (*profile.Library, error) {
	s, err := shelfOf(c)
	return s.all, err
}

// shelf is the profiles in force where a configuration is no necessity. One
// that is broken is told, and its profiles are not used.
func (env *cli) shelf() (shelf, error) {
	c, err := env.config()
	switch {
	case errors.Is(err, config.ErrNone):
		c = config.Default()
	case err != nil:
		env.warnf("the configuration cannot be used, nor the profiles beside it: %s", firstMistake(err))
		c = config.Default()
	}
	return shelfOf(c)
}

// library is the profiles in force; see shelf.
func (env *cli) library() (*profile.Library, error) {
	s, err := env.shelf()
	return s.all, err
}

// readRecording reads a .snmprec file.
func readRecording(path string) (*profile.Recording, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	rec, err := profile.ReadRecording(file)
	if err != nil {
		return nil, fmt.Errorf("%s is no recording: %w", path, err)
	}
	return rec, nil
}

// openSource is what a command reads a device from: the host of args, or a
// recording. The function returned closes it.
func (env *cli) openSource(ctx context.Context, t *targetFlags, recording string, args []string) (profile.Source, func(), error) {
	if recording != "" {
		rec, err := readRecording(recording)
		return rec, func() {}, err
	}
	s, _, err := env.dial(ctx, t, args[0], t.options())
	if err != nil {
		return nil, nil, err
	}
	return s, func() { _ = s.Close() }, nil // nothing is lost with a socket
}

// dial opens a session with the host that a person named, and says with what.
func (env *cli) dial(ctx context.Context, t *targetFlags, host string, o snmp.Options) (*snmp.Session, snmp.Credential, error) {
	address, err := t.address(host)
	if err != nil {
		return nil, snmp.Credential{}, err
	}
	credential, err := t.credential(ctx, env)
	if err != nil {
		return nil, credential, err
	}
	s, err := snmp.Dial(ctx, address, credential, o, snmp.Limits{})
	return s, credential, err
}

// hostOrRecording checks that there is one thing to read, behind the first n
// arguments.
func hostOrRecording(recording string, args []string, n int) error {
	switch {
	case len(args) < n:
		return usage("give the profile's FILE, then a HOST or --recording FILE")
	case recording != "" && len(args) > n:
		return usage("give a HOST or --recording FILE, not both")
	case recording == "" && len(args) != n+1:
		return usage("give one HOST or --recording FILE")
	}
	return nil
}

// unreached is an error of asking in words that help.
func unreached(host string, err error) error {
	if _, text := snmp.Reach(err); text != "" {
		return fmt.Errorf("%s: %s", host, text)
	}
	return err
}
