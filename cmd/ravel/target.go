package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/schedule"
)

// target is the test that a schedule belongs to.
type target struct {
	schedule string // token, or absolute path
	pattern  string // of the test
	pkg      string
	dir      string // where go test runs; "" is here
	race     bool   // its failure is seen with the race detector only
}

func (c *replayCommand) target() (t target, err error) {
	if c.Schedule == "" {
		return t, errors.New("replay what? Name a token or a file: a failing test prints them behind \"replay:\" and \"saved:\"")
	}
	if schedule.LooksLikeToken(c.Schedule) {
		return c.tokenTarget()
	}
	r, err := schedule.Load(c.Schedule)
	if errors.Is(err, fs.ErrNotExist) {
		return t, fmt.Errorf("%q is neither a token, which begins with \"rv1-\", nor the name of a file", c.Schedule)
	}
	if info, statErr := os.Stat(c.Schedule); statErr == nil && info.IsDir() {
		return t, fmt.Errorf("%q is a folder: name one file; failing tests save them as %s/TEST/*%s", c.Schedule, schedule.Root, schedule.Ext)
	}
	if err != nil {
		return t, err
	}
	if t.schedule, err = filepath.Abs(c.Schedule); err != nil {
		return t, err
	}
	t.pkg, t.pattern, t.race = c.Package, c.Run_, hasRace(r.Settings)
	if t.pattern == "" {
		t.pattern = exactly(r.Test)
	}
	if t.pkg == "" {
		t.dir, t.pkg = packageOf(t.schedule, r.Package)
	}
	return t, nil
}

func (c *replayCommand) tokenTarget() (target, error) {
	token, err := schedule.ParseToken(c.Schedule)
	if err != nil {
		return target{}, err
	}
	if c.Run_ == "" {
		return target{}, errors.New("a token does not name its test: add --run TEST, and the package if it is not this directory's")
	}
	t := target{schedule: c.Schedule, pattern: c.Run_, pkg: c.Package, race: hasRace(token.Settings)}
	if t.pkg == "" {
		t.pkg = "."
	}
	return t, nil
}

// packageOf finds the package whose test saved the file: the one whose testdata it lies in, else the one that it names.
func packageOf(file, importPath string) (dir, pkg string) {
	folder := filepath.ToSlash(filepath.Dir(filepath.Dir(file)))
	if d, ok := strings.CutSuffix(folder, "/"+schedule.Root); ok {
		return filepath.FromSlash(d), "."
	}
	return "", strings.TrimSuffix(importPath, "_test")
}

// exactly is the -run pattern of one test or subtest.
func exactly(test string) string {
	parts := strings.Split(test, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}

// hasRace reports whether a schedule ends with a data race: package check says so among its budgets.
func hasRace(s schedule.Settings) bool {
	return slices.ContainsFunc(s.Budgets, func(b schedule.Budget) bool { return b.Name == "race detector" && b.Units > 0 })
}
