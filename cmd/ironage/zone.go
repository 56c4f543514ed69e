package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// localNow is the time by the clock of this machine, in a zone that has a name
// other machines know too: a recurring window is kept in it.
func (env *cli) localNow() time.Time { return env.clock()() }

// clock tells the time in that zone, which it looks up once.
func (env *cli) clock() func() time.Time {
	zone := zoneOf(env.getenv)
	return func() time.Time { return env.now().In(zone) }
}

// zoneOf is the time zone that this machine was told to be in.
func zoneOf(getenv func(string) string) *time.Location {
	name := strings.TrimPrefix(getenv("TZ"), ":")
	if name == "" {
		if to, err := os.Readlink("/etc/localtime"); err == nil {
			_, name, _ = strings.Cut(to, "zoneinfo/")
		}
	}
	if name != "" && name != "Local" {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	return steady(time.Local, time.Now())
}

// steady is a zone by a name that means the same on every machine, where its
// clock is never put forward or back, and the zone itself elsewhere.
func steady(loc *time.Location, now time.Time) *time.Location {
	_, offset := now.In(loc).Zone()
	for month := range 12 {
		if _, then := now.AddDate(0, month, 0).In(loc).Zone(); then != offset {
			return loc
		}
	}
	name := "UTC"
	if offset != 0 {
		name = fmt.Sprintf("Etc/GMT%+d", -offset/3600) // their signs are the other way round
	}
	if named, err := time.LoadLocation(name); err == nil && offset%3600 == 0 {
		return named
	}
	return loc
}
