package overlay

// splicedFiles names the files of the toolchain that the overlay changes, for its own architecture and for arm64.
func splicedFiles(tc Toolchain) []string {
	names := append([]string{atomicAssembly, atomicPointers, atomicRace, raceAssembly(tc.GOARCH), raceAssembly("arm64")}, atomicDeclarations...)
	for name := range atomicTypes {
		names = append(names, name)
	}
	minor, _ := tc.minor()
	for _, s := range splices {
		if inRange(minor, s.from, s.to) {
			names = append(names, s.file)
		}
	}
	return names
}
