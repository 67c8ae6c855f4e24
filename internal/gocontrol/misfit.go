package gocontrol

import "fmt"

// misfit is the error of a program that was built with an overlay of another interface. The overlay comes with the ravel
// command, this package with the module that go.mod requires. The command looks for this itself before it builds
// anything, unless the build hides the package from it (-mod=mod, or files instead of packages).
func misfit(overlay uint64) error {
	age, update := "an older", ""
	if overlay > abi {
		age, update = "a newer", ", or update the library (go get github.com/ravelgo/ravel@latest)"
	}
	return fmt.Errorf("gocontrol: the program was built with the overlay of another version of Ravel: the ravel command is of %s "+
		"one (interface %d) than the library (interface %d): use the library's command (go install "+
		"github.com/ravelgo/ravel/cmd/ravel@VERSION, with the version that go.mod requires)%s; or leave goroutines alone "+
		"with ravel test --control=off", age, overlay, abi, update)
}
