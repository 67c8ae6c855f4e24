package runtime

// ctlAsyncTimers: Go 1.27 has no asynctimerchan any more.
func ctlAsyncTimers() bool { return false }
