package tui

// placeKeys are the keys of the Racks and Probes screens.
func placeKeys(k *keymap) {
	k.RackTint = keyOf("c", "colour by the next", "c")
	k.RackFace = keyOf("v", "front or rear", "v")
	k.RackRooms = keyOf("b", "map of the rooms", "b")
	k.RackLeft = keyOf("h/←", "rack before", "h", "left")
	k.RackRight = keyOf("l/→", "next rack", "l", "right")
	k.NextRoom = keyOf("Tab", "next room", "tab")
	k.PrevRoom = keyOf("Shift-Tab", "room before", "shift+tab")
}
