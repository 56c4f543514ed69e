package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"ironage/config"
	"ironage/probes/snmp"
)

// targetFlags are the flags by which a HOST is asked without any
// configuration. They are the same wherever a HOST is taken.
type targetFlags struct {
	version    string
	community  string
	user       string
	auth       string
	authSecret string
	priv       string
	privSecret string
	context    string
	timeout    time.Duration
	retries    int
	port       int
	noPing     bool
}

func (t *targetFlags) register(f *pflag.FlagSet) {
	const secret = " (env:NAME, file:PATH, or with a warning the value)"
	f.StringVar(&t.version, "snmp", "2c", "version of SNMP: "+strings.Join(config.Versions, ", "))
	f.StringVar(&t.community, "community", "", "community of SNMP 1 and 2c"+secret+" (default public)")
	f.StringVar(&t.user, "user", "", "user of SNMP 3")
	f.StringVar(&t.auth, "auth", "", "authentication of SNMP 3: "+strings.Join(config.Auths, ", "))
	f.StringVar(&t.authSecret, "auth-secret", "", "authentication passphrase"+secret)
	f.StringVar(&t.priv, "priv", "", "encryption of SNMP 3: "+strings.Join(config.Privs, ", "))
	f.StringVar(&t.privSecret, "priv-secret", "", "encryption passphrase"+secret)
	f.StringVar(&t.context, "context", "", "context name of SNMP 3")
	f.DurationVar(&t.timeout, "timeout", 2*time.Second, "how long one request waits for its answer")
	f.IntVar(&t.retries, "retries", 1, "how often an unanswered request is sent again")
	f.IntVar(&t.port, "port", 161, "port of the agent (UDP), where HOST names none")
	f.BoolVar(&t.noPing, "no-ping", false, "do not ping")
}

// options translates the flags: to snmp.Options zero retries mean "the default".
func (t *targetFlags) options() snmp.Options {
	o := snmp.Options{Timeout: t.timeout, Retries: t.retries}
	if o.Retries == 0 {
		o.Retries = -1
	}
	return o
}

// address is the host with the port of --port unless it names its own.
func (t *targetFlags) address(host string) (string, error) {
	a, err := config.ParseAddress(host)
	if err != nil {
		return "", err
	}
	if _, _, err := net.SplitHostPort(a); err == nil || t.port == 161 {
		return a, nil
	}
	if t.port < 1 || t.port > 65535 {
		return "", fmt.Errorf("--port %d is not a number from 1 to 65535", t.port)
	}
	return net.JoinHostPort(strings.Trim(a, "[]"), fmt.Sprint(t.port)), nil
}

// credential checks the flags against each other and fetches the secrets.
func (t *targetFlags) credential(ctx context.Context, env *cli) (snmp.Credential, error) {
	c := snmp.Credential{Name: "command line", Version: t.version, User: t.user, Auth: t.auth, Priv: t.priv, Context: t.context}
	if err := t.check(); err != nil {
		return c, exit(exitUsage, err)
	}
	if t.version != "3" && t.community == "" {
		t.community = "public"
		c.Community = snmp.Secret(t.community)
		return c, nil
	}
	for _, s := range []struct {
		flag, value string
		into        *snmp.Secret
	}{{"--community", t.community, &c.Community}, {"--auth-secret", t.authSecret, &c.AuthSecret}, {"--priv-secret", t.privSecret, &c.PrivSecret}} {
		secret, err := env.secret(ctx, s.flag, s.value)
		if err != nil {
			return c, err
		}
		*s.into = secret
	}
	return c, nil
}

// check says which flags do not go together.
func (t *targetFlags) check() error {
	oneOf := func(flag, value string, words []string) error {
		if value == "" || slices.Contains(words, value) {
			return nil
		}
		return fmt.Errorf("%s %s is not known; expected one of %s", flag, value, strings.Join(words, ", "))
	}
	if err := errors.Join(oneOf("--snmp", t.version, config.Versions), oneOf("--auth", t.auth, config.Auths), oneOf("--priv", t.priv, config.Privs)); err != nil {
		return err
	}
	v3 := t.version == "3"
	switch {
	case !v3 && (t.user != "" || t.auth != "" || t.priv != "" || t.authSecret != "" || t.privSecret != "" || t.context != ""):
		return errors.New("--user, --auth, --auth-secret, --priv, --priv-secret and --context belong to SNMP 3; add --snmp 3")
	case v3 && t.community != "":
		return errors.New("--community belongs to SNMP 1 and 2c; with --snmp 3 use --user, --auth, --auth-secret, --priv, --priv-secret")
	case v3 && t.user == "":
		return errors.New("--snmp 3 needs --user")
	case (t.auth == "") != (t.authSecret == ""):
		return errors.New("--auth and --auth-secret go together")
	case (t.priv == "") != (t.privSecret == ""):
		return errors.New("--priv and --priv-secret go together")
	case t.priv != "" && t.auth == "":
		return errors.New("--priv needs --auth: SNMP 3 cannot encrypt without authentication")
	case t.timeout <= 0 || t.retries < 0:
		return errors.New("--timeout must be above 0 and --retries not below it")
	}
	return nil
}

// secret fetches what a secret flag refers to. A value typed as it is works
// too, with a warning: other users of the machine can read it.
func (env *cli) secret(ctx context.Context, flag, value string) (snmp.Secret, error) {
	if value == "" {
		return "", nil
	}
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	ref, err := config.ParseSecretRef(value, dir)
	if errors.Is(err, config.ErrNotAReference) {
		env.warnf("%s: everybody on this machine can read a secret on the command line, and the shell's history keeps it; use env:NAME or file:PATH", flag)
		return snmp.Secret(value), nil
	}
	if err != nil {
		return "", exit(exitUsage, fmt.Errorf("%s: %w", flag, err))
	}
	secret, err := ref.Resolve(ctx, env.getenv)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	return secret, nil
}

// warnf tells the person at the terminal something that does not stop the command.
func (env *cli) warnf(format string, args ...any) {
	// A warning that cannot be written leaves nobody to tell.
	_, _ = fmt.Fprintf(env.aside(), "ironage: warning: "+format+"\n", args...)
}
