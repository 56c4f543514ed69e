//go:build !race

package sim_test

// slowed is how much longer things may take: not at all, this is the product.
const slowed = 1
