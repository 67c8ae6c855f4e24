// Command gobars measures one of the figures of package bars that need controlled goroutines. The command that prints the
// table builds it with the overlay.
package main

import (
	"fmt"
	"os"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gobars FIGURE")
		os.Exit(2)
	}
	if err := gocontrol.Available(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	v, err := bars.InControl(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(v)
}
