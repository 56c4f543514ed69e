package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/lang"
	"ironage/internal/queue"
	"ironage/internal/settings"
)

// cli is what every command shares: the streams, the clock, the global flags
// and the configuration once it was read. Commands get it as "env".
type cli struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	getenv   func(string) string

	configPath string
	storeURL   string
	output     string
	readonly   bool
	ascii      bool
	language   string // --lang
	look       lookFlags
	kept       *settings.File // set by settings

	loaded *config.Config // set by config
	speaks sync.Once      // guards spoken
	spoken *lang.Tongue   // set by tongue
}

func newRootCommand(env *cli) *cobra.Command {
	var target targetFlags
	root := &cobra.Command{
		Use:   "ironage [HOST…]",
		Short: "See what is failing and ageing in the racks, and queue its replacement",
		Long: "ironage reads disks, memory and CPUs of servers through SNMP and ping, says what is failing and what\n" +
			"is growing too old, and keeps the queue of parts to replace until the new part is proven healthy.\n\n" +
			"Without a HOST it opens the console on the configured fleet; with HOSTs on just those, and keeps nothing.",
		Example: "ironage demo                      # a simulated fleet, nothing to configure\n" +
			"ironage config init               # write a commented configuration\n" +
			"ironage check 10.0.0.7            # one look at one server\n" +
			"ironage --community env:COMM h1   # the console on one host",
		Args:              refuseMistypedCommand,
		PersistentPreRunE: func(*cobra.Command, []string) error { return env.checkLanguage() },
		RunE:              func(cmd *cobra.Command, args []string) error { return openConsole(cmd, env, &target, args) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&env.configPath, "config", "", "configuration file (default $IRONAGE_CONFIG, ~/.config/ironage/ironage.yaml, /etc/ironage/ironage.yaml)")
	flags.StringVar(&env.storeURL, "store", "", "database, instead of the configuration's: sqlite:/PATH or a path")
	flags.StringVarP(&env.output, "output", "o", "table", "table, json or csv; report and check have others")
	flags.BoolVar(&env.readonly, "readonly", false, "look only: act as a viewer whatever the role")
	flags.StringVar(&env.language, "lang", "", "language of what people read: en or vi (default: as chosen in the console, then LC_ALL, LC_MESSAGES, LANG)")
	env.registerLook(root)
	target.register(root.Flags())
	root.AddCommand(
		newDemoCommand(env),
		newCheckCommand(env),
		newProfileCommand(env),
		newRecordCommand(env),
		newServersCommand(env),
		newServerCommand(env),
		newAgeingCommand(env),
		newForecastCommand(env),
		newServicesCommand(env),
		newRacksCommand(env),
		newProbesCommand(env),
		newReportCommand(env),
		newEventsCommand(env),
		newMaintenanceCommand(env),
		newQueueCommand(env),
		newSparesCommand(env),
		newAuditCommand(env),
		newWebhooksCommand(env),
		newCollectCommand(env),
		newDiscoverCommand(env),
		newImportCommand(env),
		newExportCommand(env),
		newConfigCommand(env),
		newDoctorCommand(env),
		newBenchCommand(env),
		newKeysCommand(env),
		newVersionCommand(env),
	)
	env.completeArguments(root)
	return root
}

// format is the chosen --output, which must be one of allowed; the first is
// what "table", the default, stands for.
func (env *cli) format(allowed ...string) (string, error) {
	if !slices.Contains(allowed, env.output) {
		return "", usage("--output %s: this command writes %s", env.output, strings.Join(allowed, ", "))
	}
	return env.output, nil
}

// onlyOneOf makes flags of which a command takes one at most. Cobra offers no
// second one for completion; the refusal is ours, and comes before cobra's.
func onlyOneOf(cmd *cobra.Command, names ...string) {
	cmd.MarkFlagsMutuallyExclusive(names...)
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var given []string
		for _, name := range names {
			if cmd.Flags().Changed(name) {
				given = append(given, "--"+name)
			}
		}
		if len(given) < 2 {
			return nil
		}
		last := len(given) - 1
		return usage("%s and %s do not go together; give one of them", strings.Join(given[:last], ", "), given[last])
	}
}

// config reads the configuration once. Without one it returns
// config.ErrNone; a broken one is an error that lists every mistake.
func (env *cli) config() (*config.Config, error) {
	if env.loaded != nil {
		return env.loaded, nil
	}
	path, err := config.Find(env.configPath, env.getenv)
	if err != nil {
		return nil, err
	}
	c, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	env.loaded = c
	return c, nil
}

// actor is the person at this terminal: the user of the operating system with
// the role that the configuration's people gives them or one of their groups. Without any
// configuration everyone is lead: whoever may write the database file may
// do everything to it anyway, and the log still says who it was.
func (env *cli) actor() queue.Actor {
	by := queue.Actor{Name: env.userName(), Origin: "local", Role: queue.Lead}
	if c := env.getenv("SSH_CONNECTION"); c != "" {
		by.Origin = "ssh " + strings.Fields(c)[0]
	}
	switch c, err := env.config(); {
	case err == nil:
		var groups []string
		if len(c.People.Groups) > 0 { // a directory service may take its time
			groups = groupsOf(by.Name)
		}
		by.Role = c.RoleOf(by.Name, groups...)
	case !errors.Is(err, config.ErrNone):
		by.Role = queue.Viewer // roles exist but cannot be read
	}
	if env.readonly {
		by.Role = queue.Viewer
	}
	return by
}

// userName is who sits at the terminal; under sudo the person, not root.
func (env *cli) userName() string {
	u, err := user.Current()
	if err != nil {
		return fmt.Sprintf("uid %d", os.Getuid())
	}
	if s := env.getenv("SUDO_USER"); s != "" && u.Uid == "0" {
		return s
	}
	return u.Username
}

// mostGroups is how many groups of a person are looked up.
const mostGroups = 256

// groupsOf are the groups of the operating system that a person is in. What
// the system does not tell gives nobody a role.
func groupsOf(name string) []string {
	u, err := user.Lookup(name)
	if err != nil {
		return nil
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil
	}
	var names []string
	for _, id := range ids[:min(len(ids), mostGroups)] {
		if g, err := user.LookupGroupId(id); err == nil {
			names = append(names, g.Name)
		}
	}
	return names
}

// refuseMistypedCommand tells "ironage servrs" from "ironage rack-a1-07".
func refuseMistypedCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || cmd.ArgsLenAtDash() == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	near := cmd.SuggestionsFor(args[0])
	if len(near) == 0 || strings.ContainsAny(args[0], ".:0123456789") {
		return nil
	}
	return usage("there is no command %q; did you mean %s?\nIf it is the name of a host: ironage -- %s", args[0], strings.Join(near, ", "), args[0])
}
