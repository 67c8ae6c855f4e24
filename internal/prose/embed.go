package prose

import (
	"embed"
	_ "unsafe" // for go:linkname
)

// ownSource is the source of this package, for the command: see package inject. A program that is not the command holds none
// of it, as nothing there refers to it.
//
//go:embed *.go
//go:linkname ownSource
var ownSource embed.FS
