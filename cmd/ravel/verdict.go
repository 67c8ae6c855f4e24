package main

import (
	"strings"

	"github.com/ravelgo/ravel/internal/cli"
)

// verdict is what a run of go test came to.
type verdict struct {
	goFailed      bool // go test ended with an exit code other than 0
	ravel         bool // a Ravel test ran
	build         bool // a package did not get as far as its tests
	misused       bool // a test could not replay what it was given
	found         bool // a test failed
	notReproduced bool // a test failed, and its schedule did not lead there again

	said map[string]string // what the running tests said about their failures
	ran  map[string]bool   // the packages of which a test has started
}

// What the tester says at the beginning of its reports. TestVerdictWords runs tests that say them.
const (
	sayRavel         = "ravel: "
	sayNotReproduced = "ravel: not reproducible found by "
	sayLeft          = "ravel: the replay left its schedule"
	sayReplay        = "ravel: replay: "
)

func (v *verdict) note(e *event) {
	switch e.Action {
	case "build-fail":
		v.build = true
	case "run":
		if v.ran == nil {
			v.ran = map[string]bool{}
		}
		v.ran[e.Package] = true
	case "output":
		v.listen(e)
	case "fail":
		v.failed(e)
	}
}

func (v *verdict) listen(e *event) {
	i := strings.Index(e.Output, sayRavel)
	switch {
	case i < 0:
	case strings.HasPrefix(e.Output[i:], sayNotReproduced), strings.HasPrefix(e.Output[i:], sayLeft):
		v.ravel = true
		v.say(e, sayNotReproduced)
	case strings.HasPrefix(e.Output[i:], sayReplay):
		v.ravel = true
		v.say(e, sayReplay)
	default:
		v.ravel = true
	}
}

// say keeps what a test, and all that it is a part of, will have failed for.
func (v *verdict) say(e *event, what string) {
	if v.said == nil {
		v.said = map[string]string{}
	}
	for test := e.Test; ; {
		v.said[e.Package+" "+test] = what
		if test == "" {
			return
		}
		test = test[:max(strings.LastIndexByte(test, '/'), 0)]
	}
}

func (v *verdict) failed(e *event) {
	if e.Test == "" && !v.ran[e.Package] {
		v.build = true // it does not compile, or its test binary does not get as far as the tests
		return
	}
	switch v.said[e.Package+" "+e.Test] {
	case sayNotReproduced:
		v.notReproduced = true
	case sayReplay:
		v.misused = true
	default:
		v.found = true
	}
}

// code is the exit code. A bug found counts for more than whatever else went wrong.
func (v *verdict) code() int {
	switch {
	case v.found:
		return cli.Found
	case v.notReproduced:
		return cli.NotReproduced
	case v.build, v.misused, v.goFailed:
		return cli.Usage
	}
	return cli.Clean
}
