package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/cli"
)

// board shows how far the tests are that run: the one that has run longest, and how many others there are.
type board struct {
	line  *cli.Line
	tests []running // in the order of their first word
}

type running struct {
	pkg, test string
	now       attr.Progress
}

func (b *board) note(e *event) {
	switch e.Action {
	case "attr":
		if now, err := attr.ParseProgress(e.Value); err == nil && e.Key == attr.ProgressKey {
			b.put(running{e.Package, e.Test, now})
		}
	case "pass", "fail", "skip":
		left := slices.DeleteFunc(b.tests, func(t running) bool {
			return t.pkg == e.Package && (t.test == e.Test || e.Test == "")
		})
		if len(left) < len(b.tests) {
			b.tests = left
			b.show()
		}
	}
}

func (b *board) put(r running) {
	i := slices.IndexFunc(b.tests, func(t running) bool { return t.pkg == r.pkg && t.test == r.test })
	if i < 0 {
		b.tests = append(b.tests, r)
	} else {
		b.tests[i].now = r.now
	}
	b.show()
}

func (b *board) show() {
	if len(b.tests) == 0 {
		b.line.Clear()
		return
	}
	t, more := b.tests[0], ""
	if n := len(b.tests) - 1; n > 0 {
		more = fmt.Sprintf(" (+%d more)", n)
	}
	b.line.Show(cli.ProgressText(shortName(t.pkg)+" "+t.test, t.now, more))
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// shortName is what people call a package: the last part of its path that is not a version.
func shortName(pkg string) string {
	name := path.Base(pkg)
	if parent := path.Dir(pkg); majorVersion.MatchString(name) && strings.Contains(pkg, "/") {
		return path.Base(parent)
	}
	return name
}
