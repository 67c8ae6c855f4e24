// Package inject makes the explorer a part of the standard library, for tests of projects that do not require Ravel: an
// overlay can add packages there, and nowhere else without a change of somebody's go.mod.
//
// The explorer is package check with everything below it, which import nothing but the standard library. Their source is
// embedded in the command. In the standard library their import paths begin with internal/ravel, so that they are neither
// confused with those of a Ravel module that the tests require, of whatever version, nor within reach of anybody's
// imports.
package inject

import (
	"path"
	"strings"
)

// What the import paths of the module's packages begin with, and what they begin with in the standard library.
const (
	module = "github.com/ravelgo/ravel"
	within = "internal/ravel"
)

// Explorer is the package that package testing/internal/testdeps has to import.
const Explorer = within + "/check"

// Files returns the files of the explorer, by their path below GOROOT/src.
func Files() (map[string]string, error) {
	files := map[string]string{}
	for dir, source := range packages {
		entries, err := source.ReadDir(".")
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name := e.Name()
			if strings.HasSuffix(name, "_test.go") || name == "embed.go" {
				continue
			}
			text, err := source.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files[path.Join(within, dir, name)] = strings.ReplaceAll(string(text), module, within)
		}
	}
	return files, nil
}
