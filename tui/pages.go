package tui

// pageOrder are the top-level screens in the order of their number keys; 0, the
// settings, is the last one.
func pageOrder() []page {
	return []page{pageOverview, pageServers, pageQueue, pageEvents, pageAgeing, pageServices,
		pageRacks, pageProbes, pageMaintenance, pageSettings}
}

// pageMakers make each top-level screen. Keys, palette and help offer just those
// that stand here.
func pageMakers() map[page]func(sh *shared, filter string) screen {
	return map[page]func(*shared, string) screen{
		pageOverview:    func(sh *shared, _ string) screen { return newOverview(sh) },
		pageServers:     newServers,
		pageQueue:       newQueue,
		pageEvents:      newEvents,
		pageAgeing:      newAgeing,
		pageSettings:    func(sh *shared, _ string) screen { return newSettings(sh) },
		pageServices:    newServices,
		pageRacks:       newRacks,
		pageProbes:      newProbes,
		pageMaintenance: newMaintenance,
	}
}

// makePage makes a top-level screen; nil when there is none of that name.
func makePage(sh *shared, p page, filter string) screen {
	if page := pageMakers()[p]; page != nil {
		return page(sh, filter)
	}
	return nil
}
