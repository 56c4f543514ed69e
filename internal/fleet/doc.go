// Package fleet is the domain's vocabulary: servers, endpoints, components,
// health, evidence, observations, events and the immutable Snapshot that every
// face of the product draws from. It holds data and the questions one can ask
// of it. It must never do I/O, read a clock or import another package of ours.
package fleet
