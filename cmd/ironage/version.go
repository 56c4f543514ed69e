package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the linker: -ldflags "-X main.release=1.2.3".
var release = "" //nolint:gochecknoglobals // the linker can only set a variable

// version is the release, or the revision that the binary was built from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			rev = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	if rev != "" {
		return "development " + rev + dirty
	}
	return "development"
}

func newVersionCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which ironage this is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			as, err := env.format("table", "json")
			if err != nil {
				return err
			}
			if as == "json" {
				return json.NewEncoder(env.out).Encode(map[string]string{
					"version": version(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
			}
			_, err = fmt.Fprintf(env.out, "ironage %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
