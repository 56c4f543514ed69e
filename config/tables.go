package config

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"

	"ironage/internal/ageing"
)

// readTables reads risk tables of the user's own over the built-in ones: the
// kinds that the file has replace theirs. Its version must be its own, because
// estimates are stored with it.
func readTables(file string, src []byte, r *report) (tables *ageing.Tables) {
	if parseDocument(file, src, r) == nil { // the bounds of all our YAML hold here too
		if !r.failed() {
			r.errorf(place{file: file}, "no tables in this file; expected version: and kinds:")
		}
		return nil
	}
	defer func() {
		// The parser is not ours and has been seen to panic on garbage.
		if recover() != nil {
			r.errorf(place{file: file}, "these are no tables that can be read")
			tables = nil
		}
	}()
	var own ageing.Tables
	if err := yaml.UnmarshalWithOptions(src, &own, yaml.Strict()); err != nil {
		at, text := place{file: file}, "these are no risk tables"
		var se yaml.Error
		if errors.As(err, &se) && se.GetToken() != nil {
			at, text = place{file, se.GetToken().Position.Line, se.GetToken().Position.Column}, se.GetMessage()
		}
		r.errorf(at, "%s", text)
		return nil
	}
	all := ageing.DefaultTables()
	if own.Version == all.Version {
		r.errorf(place{file: file}, "version %s is that of the built-in tables; give these one of their own", quote(own.Version))
		return nil
	}
	all.Version = own.Version
	for kind, row := range own.Kinds {
		all.Kinds[kind] = row
	}
	if err := all.Check(); err != nil {
		for line := range strings.Lines(err.Error()) {
			r.errorf(place{file: file}, "%s", strings.TrimSpace(line))
		}
		return nil
	}
	return all
}
