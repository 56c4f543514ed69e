//go:build !unix

package bench

// used is unknown here.
func used() usage { return usage{} }
