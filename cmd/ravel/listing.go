package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
)

// listing is what the go command knows of the packages under test, without their dependencies.
type listing struct {
	tests   []listedPackage
	library *listedPackage // that is controlPackage; nil if the tests do without it, or if it is not known
}

// listedPackage is what go list prints.
type listedPackage struct {
	ImportPath, Dir                              string
	GoFiles, CgoFiles, TestGoFiles, XTestGoFiles []string
	Module                                       *listedModule
}

type listedModule struct {
	Version, Dir string
	Replace      *listedModule
}

// files are those of the package and of its tests.
func (p *listedPackage) files() []string {
	names := slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles)
	for i, n := range names {
		names[i] = filepath.Join(p.Dir, n)
	}
	return names
}

// list asks the go command. What is wrong with the packages is left to go test to say.
func (b *build) list() listing {
	args := []string{"-find", "-e", "-json=ImportPath,Dir,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Module"}
	choose := b.user.only("tags", "mod", "modfile", "modcacherw", "compiler", "installsuffix", "race", "msan", "asan")
	args = append(args, choose.words()...)
	if args = append(args, b.pkgs...); len(b.pkgs) == 0 {
		args = append(args, ".")
	}
	// Files stand alone, and with -mod=mod the go command would add the library to a go.mod that does without.
	files := slices.ContainsFunc(b.pkgs, func(p string) bool { return strings.HasSuffix(p, ".go") })
	if !files && b.flag("mod") != "mod" {
		args = append(args, controlPackage)
	}
	out, _ := b.command("list", args...).Output()
	var l listing
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if d.Decode(&p) != nil {
			return l
		}
		l.tests = append(l.tests, p)
		if p.ImportPath == controlPackage && p.Dir != "" {
			l.library = &p
		}
	}
}
