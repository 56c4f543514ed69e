// Package config reads the configuration file and the inventory files, fills
// in defaults, and says about every mistake in one run where it stands (file,
// line, column), what was expected and which known word is nearest. It resolves
// secrets late, from the environment, a file or a command. It must never print
// a secret, write to anything but the example it was asked for, or decide what a
// value means to the rest of the product.
package config
