package config

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ironage/probes/snmp"
)

// Keyring resolves the secrets of a configuration when they are needed, and
// keeps them. It is safe for concurrent use.
type Keyring struct {
	getenv func(string) string
	now    func() time.Time
	creds  map[string]*Credential

	mu    sync.Mutex
	known map[string]*resolved
}

// resolved is one credential's outcome; only one caller fetches it at a time.
type resolved struct {
	mu    sync.Mutex
	cred  snmp.Credential
	err   error
	until time.Time // a failure is tried again after this
	done  bool
}

// retrySecret is how long a secret that could not be fetched is not asked for
// again: a password manager that is down must not be started once per poll.
const retrySecret = 30 * time.Second

// Keyring makes the keyring of a configuration.
func (c *Config) Keyring(getenv func(string) string, now func() time.Time) *Keyring {
	return &Keyring{getenv: getenv, now: now, creds: c.Credentials, known: map[string]*resolved{}}
}

// Credential is the credential of that name with its secrets. The error says
// which secret is missing and never holds one.
func (k *Keyring) Credential(ctx context.Context, name string) (snmp.Credential, error) {
	conf, ok := k.creds[name]
	if !ok {
		return snmp.Credential{}, fmt.Errorf("no credential is named %s", quote(name))
	}
	k.mu.Lock()
	r := k.known[name]
	if r == nil {
		r = &resolved{}
		k.known[name] = r
	}
	k.mu.Unlock()

	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done && (r.err == nil || k.now().Before(r.until)) {
		return r.cred, r.err
	}
	cred, err := conf.Resolve(ctx, k.getenv)
	if ctx.Err() != nil {
		return cred, err // the caller gave up: that says nothing about the secret
	}
	r.cred, r.err, r.done, r.until = cred, err, true, k.now().Add(retrySecret)
	return cred, err
}

// minPassphrase is the shortest passphrase that SNMPv3 can make a key of
// (RFC 3414 §11.2).
const minPassphrase = 8

// Resolve fetches the secrets of one credential. The error names every one
// that is missing.
func (c *Credential) Resolve(ctx context.Context, getenv func(string) string) (snmp.Credential, error) {
	out := c.bare()
	var missing []error
	for _, s := range []struct {
		key      string
		ref      SecretRef
		into     *snmp.Secret
		shortest int
	}{
		{"community", c.Community, &out.Community, 1},
		{"auth_secret", c.AuthSecret, &out.AuthSecret, minPassphrase},
		{"priv_secret", c.PrivSecret, &out.PrivSecret, minPassphrase},
	} {
		if s.ref.IsZero() {
			continue
		}
		secret, err := s.ref.Resolve(ctx, getenv)
		switch {
		case err != nil:
			missing = append(missing, fmt.Errorf("credential %s, %s: %w", quote(c.Name), s.key, err))
		case len(secret.Reveal()) < s.shortest:
			missing = append(missing, fmt.Errorf("credential %s, %s: %s holds fewer than %d characters, which SNMPv3 does not allow", quote(c.Name), s.key, s.ref, s.shortest))
		default:
			*s.into = secret
		}
	}
	if len(missing) > 0 {
		return snmp.Credential{}, errors.Join(missing...)
	}
	return out, nil
}
