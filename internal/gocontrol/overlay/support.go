package overlay

import (
	"fmt"
	"os"
	"path/filepath"
)

// Supported names the releases that the splices are tried on.
var Supported = fmt.Sprintf("Go 1.%d to 1.%d", minMinor, maxMinor)

// Newer reports whether the toolchain is of a later release than those of [Supported]. An overlay is made for it all the
// same, if every anchor is there. Whether the runtime behind the anchors is still the one that was meant, only a test of
// the binary can tell: gocontrol.SelfTest.
func (tc Toolchain) Newer() bool {
	n, err := tc.minor()
	return err == nil && n > maxMinor
}

// Changes reports whether the overlay changes the package of the standard library.
func (o Overlay) Changes(importPath string) bool {
	info, err := os.Stat(filepath.Join(o.Dir, filepath.FromSlash(importPath)))
	return err == nil && importPath != "" && info.IsDir()
}
