// Package tui is the console: one bubbletea model (App) that owns the window,
// the stack of screens and the keys that work everywhere, and one file per
// screen. Screens draw from the latest ops.View and ask the Desk for changes.
//
// It must never talk to a device or the store, read a clock of its own, or keep
// anything about a user or a terminal in a package variable: one process may
// serve many terminals. Device text passes through clean before it is drawn.
package tui
