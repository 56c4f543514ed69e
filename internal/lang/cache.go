package lang

import "sync"

// maxKnown bounds what Text remembers: the texts of some screens. Device texts
// come and go; a console that runs for months must not keep them all.
const maxKnown = 4096

// cache remembers texts and their translations in two generations: when the
// young one is full the old one is forgotten, so that what is drawn every
// frame stays and nothing grows.
type cache struct {
	mu         sync.Mutex
	size       int
	young, old map[string]string
}

func newCache(size int) *cache {
	return &cache{size: size / 2, young: map[string]string{}, old: map[string]string{}}
}

func (c *cache) get(key string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if text, ok := c.young[key]; ok {
		return text, true
	}
	text, ok := c.old[key]
	if ok {
		c.keep(key, text)
	}
	return text, ok
}

func (c *cache) put(key, text string) {
	if len(key) > maxLookup {
		return // not looked up either, and large
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(key, text)
}

func (c *cache) keep(key, text string) {
	if len(c.young) >= c.size {
		c.old, c.young = c.young, make(map[string]string, c.size)
	}
	c.young[key] = text
}

// len is how many texts are remembered.
func (c *cache) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.young) + len(c.old)
}
