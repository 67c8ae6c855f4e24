package testing

func ctlPaths(t, of *T) {}
