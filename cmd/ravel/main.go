// Command ravel explores Ravel tests, replays failures, and hunts the seeded bugs of the built-in systems.
//
//	ravel test PACKAGES... [flags] [-- go test flags]
//	ravel replay TOKEN|FILE [PACKAGE] [-- go test flags]
//	ravel cover PACKAGES...|FILES... [flags] [-- go test flags]
//	ravel trace FILE --format FORMAT
//	ravel view FILE
//	ravel observe LOG [PACKAGE] [-- go test flags]
//	ravel env [flags]
//	ravel hunt [SYSTEM[/BUG]]
//	ravel bench
//	ravel strategies
//	ravel version
//
// Everything that it does with a test of machines can be done with go test as well: ravel test is go test with the
// settings in RAVEL_* variables, without the test cache, with a word about what each test explored, and with exit codes
// that tell a bug from a build error. On a terminal it shows how far the tests are. ravel env prints the variables.
//
// It also gives go test an overlay over the standard library (package internal/gocontrol/overlay), by which tests can put
// goroutines under control.
//
// # Exit codes
//
//	0  nothing found
//	1  a bug was found: a test failed
//	2  usage error, or the code does not build
//	3  a failure was found that did not happen again when its schedule was replayed
package main

import (
	"os"

	"github.com/ravelgo/ravel/internal/cli"
)

func main() {
	s := &shell{out: os.Stdout, err: os.Stderr}
	if cli.CanRewrite(os.Stderr) {
		s.line = cli.NewLine(os.Stderr)
	}
	os.Exit(s.main(os.Args[1:]))
}
