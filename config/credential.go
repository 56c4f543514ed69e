package config

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/probes/snmp"
)

// Credential is a named way to log in to an agent, as it is configured: the
// secrets are only referred to.
type Credential struct {
	Name       string
	Version    string // "1", "2c" or "3"
	Community  SecretRef
	User       string
	Auth       string // "", md5, sha, sha224, sha256, sha384, sha512
	AuthSecret SecretRef
	Priv       string // "", des, aes128, aes192, aes256, aes192c, aes256c
	PrivSecret SecretRef
	Context    string

	at     place
	places map[string]place
}

// SNMP's versions and algorithms as the configuration and the flags name them.
var (
	Versions = []string{"1", "2c", "3"}
	Auths    = []string{"md5", "sha", "sha224", "sha256", "sha384", "sha512"}
	Privs    = []string{"des", "aes128", "aes192", "aes256", "aes192c", "aes256c"}
)

func credentialKeys(dir string) []key[Credential] {
	return []key[Credential]{
		choice("snmp", "SNMP version. 3 with auth and priv is the one to use; 1 and 2c send the community readable over the network.", Versions,
			func(c *Credential) *string { return &c.Version }),
		secretKey("community", "Community of version 1 and 2c.", dir, func(c *Credential) *SecretRef { return &c.Community }),
		text("user", "User name of version 3.", func(c *Credential) *string { return &c.User }),
		choice("auth", "Authentication of version 3; left out: none (noAuthNoPriv).", Auths, func(c *Credential) *string { return &c.Auth }),
		secretKey("auth_secret", "Authentication passphrase, at least 8 characters.", dir, func(c *Credential) *SecretRef { return &c.AuthSecret }),
		choice("priv", "Encryption of version 3; left out: none. aes192 and aes256 extend the key as Blumenthal's draft says, "+
			"aes192c and aes256c as Reeder's does (Cisco and some BMCs): if one is refused with the right passphrase, try the other.", Privs,
			func(c *Credential) *string { return &c.Priv }),
		secretKey("priv_secret", "Encryption passphrase, at least 8 characters.", dir, func(c *Credential) *SecretRef { return &c.PrivSecret }),
		text("context", "Context name of version 3; hardly any BMC needs one.", func(c *Credential) *string { return &c.Context }),
	}
}

// secretKey makes a key that refers to a secret. Whatever stands there is
// never quoted: it may be the secret itself.
func secretKey[T any](name, doc, dir string, at func(*T) *SecretRef) key[T] {
	return key[T]{name: name, form: "a secret (env:NAME, file:PATH or exec:COMMAND)", doc: doc,
		set: func(d *decoder, s string, where place, c *T) {
			ref, err := ParseSecretRef(s, dir)
			if err != nil {
				d.errorf(where, "%s: %v", name, err)
				return
			}
			*at(c) = ref
		},
		show: func(c *T, _ bool) entry { return entry{value: at(c).String()} },
	}
}

// credentialsKey is the mapping of credentials by name.
func credentialsKey(dir string) key[Config] {
	keys := credentialKeys(dir)
	return key[Config]{name: "credentials", form: "a mapping by name",
		doc: "Ways to log in, by the name that servers refer to. Secrets never stand here, only where to find them: env:NAME (environment), " +
			"file:PATH (refused when others can read it; relative to this file) or exec:COMMAND (run without a shell, 10 s).",
		tree: func(d *decoder, n ast.Node, c *Config) {
			d.secrets = true
			defer func() { d.secrets = false }()
			for _, p := range d.pairs(n, "credentials by name") {
				cred := Credential{Name: p.key, Version: "3", at: p.at}
				cred.places = fill(d, p.value, "the credential", keys, &cred)
				checkCredential(d.report, &cred)
				if c.Credentials == nil {
					c.Credentials = map[string]*Credential{}
				}
				c.Credentials[p.key] = &cred
			}
		},
		show: func(c *Config, doc bool) entry {
			if doc {
				return entry{below: []entry{{name: "NAME", form: "a mapping", doc: "One credential.", below: entries(keys, &Credential{Version: "3"}, true)}}}
			}
			var e entry
			for _, name := range c.CredentialNames() {
				e.below = append(e.below, entry{name: name, below: entries(keys, c.Credentials[name], false)})
			}
			return e
		},
	}
}

// checkCredential says what a credential lacks and what makes it weak.
func checkCredential(r *report, c *Credential) {
	where := func(key string) place {
		if p, ok := c.places[key]; ok {
			return p
		}
		return c.at
	}
	if c.Version != "3" {
		if _, set := c.places["community"]; !set {
			r.errorf(c.at, "credential %s: SNMP %s needs a community, e.g. community: env:IRONAGE_COMMUNITY", quote(c.Name), c.Version)
		}
		for _, key := range []string{"user", "auth", "auth_secret", "priv", "priv_secret", "context"} {
			if p, set := c.places[key]; set {
				r.errorf(p, "%s belongs to SNMP 3, and credential %s is of version %s", key, quote(c.Name), c.Version)
			}
		}
		r.warnf(where("snmp"), "credential %s: SNMP %s is insecure: the community and all values travel readable; use version 3 with auth and priv where the device can", quote(c.Name), c.Version)
		return
	}
	if p, set := c.places["community"]; set {
		r.errorf(p, "community belongs to SNMP 1 and 2c; credential %s is of version 3 (add snmp: 2c, or use user, auth and priv)", quote(c.Name))
	} else if c.User == "" && c.places["user"].line == 0 {
		r.errorf(c.at, "credential %s: SNMP 3 needs a user", quote(c.Name))
	}
	pairUp(r, c, "auth", "auth_secret", c.Auth != "", !c.AuthSecret.IsZero(), "sha256")
	pairUp(r, c, "priv", "priv_secret", c.Priv != "", !c.PrivSecret.IsZero(), "aes128")
	_, priv := c.places["priv"]
	_, auth := c.places["auth"]
	if priv && !auth {
		r.errorf(c.places["priv"], "priv needs auth: SNMP 3 cannot encrypt without authentication; add e.g. auth: sha256")
	}
	switch {
	case c.Auth == "md5" || c.Priv == "des":
		r.warnf(where(map[bool]string{true: "auth", false: "priv"}[c.Auth == "md5"]), "credential %s uses md5 or des, which are weak; prefer sha256 and aes128 where the device can", quote(c.Name))
	case !priv:
		r.warnf(c.at, "credential %s sends values unencrypted; add priv where the device can", quote(c.Name))
	}
}

// pairUp says which half of an algorithm and its secret is missing.
func pairUp(r *report, c *Credential, algorithm, secret string, has, hasSecret bool, suggestion string) {
	_, wrote := c.places[algorithm]
	_, wroteSecret := c.places[secret]
	switch {
	case has && !wroteSecret:
		r.errorf(c.places[algorithm], "%s needs %s, e.g. %s: env:IRONAGE_%s", algorithm, secret, secret, strings.ToUpper(secret))
	case hasSecret && !wrote:
		r.errorf(c.places[secret], "%s needs %s, e.g. %s: %s", secret, algorithm, algorithm, suggestion)
	}
}

// CredentialNames are the names of all credentials, sorted.
func (c *Config) CredentialNames() []string {
	names := make([]string, 0, len(c.Credentials))
	for name := range c.Credentials {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// bare is the credential without its secrets, as the probes take it.
func (c *Credential) bare() snmp.Credential {
	return snmp.Credential{Name: c.Name, Version: c.Version, User: c.User, Auth: c.Auth, Priv: c.Priv, Context: c.Context}
}
