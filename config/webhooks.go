package config

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/queue"
)

// Webhook is a place that is told what happens to work orders.
type Webhook struct {
	Name string
	// URL is where it is, unless it is a secret itself: then URLRef says where to find it.
	URL     string
	URLRef  SecretRef
	Secret  SecretRef // signs what is sent; zero: unsigned
	Actions []string  // changes that are told; none: all
}

func webhookKeys(dir string) []key[Webhook] {
	actions := texts("actions", "Changes that are told ("+strings.Join(queue.Actions(), ", ")+"); left out: all.", func(w *Webhook) *[]string { return &w.Actions })
	actions.tree = func(d *decoder, n ast.Node, w *Webhook) {
		each(d, n, func(s string, at place) {
			if !slices.Contains(queue.Actions(), s) {
				d.errorf(at, "actions: there is no change %s%s", quote(s), orMeant(s, queue.Actions()))
				return
			}
			w.Actions = append(w.Actions, s)
		})
	}
	return []key[Webhook]{
		{name: "url", form: "an http or https URL, or where to find it (env:NAME, file:PATH or exec:COMMAND)",
			doc: "Where to send. A URL that holds a token is a secret: keep it elsewhere and name the place. Required.",
			set: func(d *decoder, s string, at place, w *Webhook) {
				if ref, err := ParseSecretRef(s, dir); err == nil {
					w.URLRef = ref
					return
				}
				u, err := url.Parse(strings.TrimSpace(s))
				switch {
				case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
					d.errorf(at, "url: expected an http or https URL, or env:NAME, file:PATH or exec:COMMAND")
				case u.User != nil || holdsToken(u):
					d.errorf(at, "url: it holds a password or token; name the place where the whole URL is found instead: env:NAME, file:PATH or exec:COMMAND")
				default:
					w.URL = u.String()
				}
			},
			show: func(w *Webhook, _ bool) entry {
				if !w.URLRef.IsZero() {
					return entry{value: w.URLRef.String()}
				}
				return entry{value: w.URL}
			}},
		secretKey("secret", "Key that signs what is sent (HMAC-SHA256); left out: unsigned.", dir, func(w *Webhook) *SecretRef { return &w.Secret }),
		actions,
	}
}

// holdsToken reports whether a URL looks as if whoever knows it may use it: a
// query with a key, or a long part of the path that no person made up.
func holdsToken(u *url.URL) bool {
	for name := range u.Query() {
		name = strings.ToLower(name)
		for _, word := range []string{"token", "key", "secret", "sig", "code", "auth", "pass"} {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return slices.ContainsFunc(strings.Split(u.Path, "/"), func(part string) bool {
		const long = 20
		made := strings.ContainsAny(part, "0123456789") && !strings.ContainsAny(part, "-_. ")
		return len(part) >= long && made
	})
}

func webhooksKey(dir string) key[Config] {
	keys := webhookKeys(dir)
	return key[Config]{name: "webhooks", form: "a mapping by name",
		doc: "Other systems that are told what happens to work orders, as JSON over HTTP; see webhooks.md.",
		tree: func(d *decoder, n ast.Node, c *Config) {
			c.Webhooks = map[string]*Webhook{}
			for _, p := range d.pairs(n, "webhooks by name") {
				w := &Webhook{Name: p.key}
				d.secrets = true
				fill(d, p.value, "a webhook", keys, w)
				d.secrets = false
				if w.URL == "" && w.URLRef.IsZero() {
					d.errorf(p.at, "webhook %s has no url", quote(p.key))
				}
				c.Webhooks[p.key] = w
			}
		},
		show: func(c *Config, doc bool) entry {
			if doc {
				return entry{below: []entry{{name: "NAME", form: "a mapping", doc: "One webhook.", below: entries(keys, &Webhook{}, true)}}}
			}
			var e entry
			for _, name := range slices.Sorted(maps.Keys(c.Webhooks)) {
				e.below = append(e.below, entry{name: name, below: entries(keys, c.Webhooks[name], false)})
			}
			return e
		},
	}
}
