package runtime

// ctlMemory is set while a region in which accesses of memory are points may run. The race detector's assembly tests it.
var ctlMemory uint8

func ctlSetMemory(on bool) {
	ctlMemory = 0
	if on {
		ctlMemory = 1
	}
}
