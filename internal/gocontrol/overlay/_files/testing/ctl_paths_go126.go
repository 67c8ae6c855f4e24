package testing

func ctlPaths(t, of *T) { t.modulePath, t.importPath = of.modulePath, of.importPath }
