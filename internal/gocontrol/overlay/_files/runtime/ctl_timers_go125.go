package runtime

// ctlAsyncTimers reports whether GODEBUG=asynctimerchan=1 is in force; fake timers do not support it.
func ctlAsyncTimers() bool { return debug.asynctimerchan.Load() != 0 }
