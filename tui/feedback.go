package tui

import (
	"time"

	"ironage/internal/fleet"
)

func (a *App) say(h fleet.Health, text string) {
	a.said, a.saidAt = sayMsg{h, text}, a.now()
}

// leaveFeedback leaves a line of feedback behind with the screen that it was
// about; one that has just come was the reason to go and comes along.
func (a *App) leaveFeedback() {
	if a.now().Sub(a.saidAt) > 3*time.Second {
		a.said = sayMsg{}
	}
}

// fadeFeedback takes an old line of feedback away; bad news stays longer.
func (a *App) fadeFeedback() {
	const short, long = 15 * time.Second, time.Minute
	keep := short
	if a.said.health.Severity() >= fleet.Warning.Severity() {
		keep = long
	}
	if a.said.text != "" && a.now().Sub(a.saidAt) > keep {
		a.said = sayMsg{}
	}
}
