package main

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/cli"
)

// verdict is what a run of go test came to.
type verdict struct {
	goFailed      bool // go test ended with an exit code other than 0
	interrupted   bool
	started       bool // go test came as far as a package
	ravel         bool // a Ravel test ran
	build         bool // a package did not get as far as its tests
	misused       bool // a test could not run as it was asked to
	found         bool // a Ravel test found a bug
	failing       bool // a test failed and did not say for what
	notReproduced bool // a test failed, and its schedule did not lead there again

	explored, plain, unexplored int // explorations, and ordinary tests that were run as they are

	unbuilt []string                // what could not be built or found
	broken  []string                // packages that do not compile
	silent  []string                // packages that were built, and ended before their first test
	told    map[string]attr.Outcome // the worst of what the tests told, by package and test, for all that they are a part of
	ran     map[string]bool         // the packages of which a test has started
}

func (v *verdict) note(e *event) {
	v.started = v.started || e.Package != ""
	switch e.Action {
	case "build-fail":
		v.build, v.broken = true, append(v.broken, e.ImportPath)
	case "run":
		if v.ran == nil {
			v.ran = map[string]bool{}
		}
		v.ran[e.Package] = true
	case "attr":
		if e.Key == attr.OutcomeKey {
			switch attr.Outcome(e.Value) {
			case attr.Plain:
				v.plain++
			case attr.Unexplored:
				v.unexplored++
			default:
				v.ravel = true
				v.explored++
			}
			v.listen(e)
		}
	case "fail":
		v.failed(e)
	}
}

// ordinary says what became of ordinary tests that were not explored; "" if there is nothing to say.
func (v *verdict) ordinary() string {
	if v.plain == 0 && v.unexplored == 0 {
		return ""
	}
	text := fmt.Sprintf("%d tests explored", v.explored)
	if v.explored == 1 {
		text = "1 test explored"
	}
	if v.plain > 0 {
		text += fmt.Sprintf(", %d in which nothing can happen in another order", v.plain)
	}
	if v.unexplored > 0 {
		text += fmt.Sprintf(", %d run as they are, for the reason they say", v.unexplored)
	}
	return text
}

// listen keeps what a test, and all that it is a part of, will have failed for.
func (v *verdict) listen(e *event) {
	if v.told == nil {
		v.told = map[string]attr.Outcome{}
	}
	o := attr.Outcome(e.Value)
	for test := e.Test; ; {
		if key := e.Package + " " + test; o.Worse(v.told[key]) {
			v.told[key] = o
		}
		if test == "" {
			return
		}
		test = test[:max(strings.LastIndexByte(test, '/'), 0)]
	}
}

func (v *verdict) failed(e *event) {
	if e.Test == "" && !v.ran[e.Package] {
		v.build = true // it does not compile, or its test binary does not get as far as the tests
		if e.FailedBuild != "" {
			v.unbuilt = append(v.unbuilt, e.FailedBuild)
		} else {
			v.silent = append(v.silent, e.Package)
		}
		return
	}
	switch v.told[e.Package+" "+e.Test] {
	case attr.NotReproduced:
		v.notReproduced = true
	case attr.Misused:
		v.misused = true
	case attr.Found:
		v.found = true
	default:
		v.failing = true
	}
}

// code is the exit code. A bug found counts for more than whatever else went wrong.
func (v *verdict) code() int {
	switch {
	case v.found, v.failing && !v.interrupted:
		return cli.Found
	case v.notReproduced:
		return cli.NotReproduced
	case v.build, v.misused, v.goFailed:
		return cli.Usage
	}
	return cli.Clean
}
