// Command scttrials does searches for package trials, which builds it with the overlay of the runtime.
package main

import (
	"fmt"
	"os"

	"github.com/ravelgo/ravel/systems/sct/trials"
)

func main() {
	if len(os.Args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: scttrials: ravel bench samplers starts it")
		os.Exit(2)
	}
	if err := trials.Serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
