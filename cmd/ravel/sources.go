package main

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// place is a line of code as programs want it that look at the repository.
type place struct {
	file     string // with slashes; relative to the root if it lies there, else as it is known
	line     int    // 0 is unknown
	function string // "" is unknown
	inside   bool   // the file lies below the root
}

// sources finds files in the repository under test.
type sources struct{ root string } // absolute; "" is unknown

// repository returns the sources of what lies in dir: the working copy of a continuous integration that says where it is, else
// the nearest folder above that has a .git, else the one of the module or workspace.
func repository(dir string) sources {
	for _, v := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		if root := os.Getenv(v); root != "" && within(root, dir) {
			return sources{filepath.Clean(root)}
		}
	}
	for _, names := range [][]string{{".git"}, {"go.work", "go.mod"}} {
		if root := above(dir, names); root != "" {
			return sources{root}
		}
	}
	return sources{dir}
}

// above is the nearest folder, from dir upwards, that has a file or folder of one of the names.
func above(dir string, names []string) string {
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		if slices.ContainsFunc(names, func(name string) bool {
			_, err := os.Stat(filepath.Join(dir, name))
			return err == nil
		}) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

func within(root, file string) bool {
	rel, err := filepath.Rel(root, file)
	return err == nil && filepath.IsLocal(rel)
}

// place finds a line of code that was seen in a test of a package that lies in dir. The name of the file is a full path, one
// that begins with an import path, as -trimpath leaves them, or one from dir.
func (s sources) place(pkg, dir, file string, line int, function string) place {
	if file == "" {
		return place{}
	}
	p := place{line: line, function: function}
	if !filepath.IsAbs(file) && !path.IsAbs(file) {
		if rest, ok := strings.CutPrefix(file, pkg+"/"); ok && pkg != "" {
			file = rest
		}
		if dir != "" {
			file = filepath.Join(dir, file)
		}
	}
	if s.root != "" && within(s.root, file) {
		if rel, err := filepath.Rel(s.root, file); err == nil {
			file, p.inside = rel, true
		}
	}
	p.file = filepath.ToSlash(file)
	return p
}

// uri is the place's file as a URI: a relative one if it lies below the root.
func (p place) uri() string {
	u := url.URL{Path: p.file}
	switch {
	case p.inside:
	case strings.HasPrefix(p.file, "/"):
		u.Scheme = "file"
	case len(p.file) > 1 && p.file[1] == ':': // a drive
		u.Scheme, u.Path = "file", "/"+p.file
	}
	return u.String()
}

// fileURI is the URI of a folder, with the slash that SARIF wants at its end.
func fileURI(dir string) string {
	p := filepath.ToSlash(dir)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	u := url.URL{Scheme: "file", Path: strings.TrimSuffix(p, "/") + "/"}
	return u.String()
}

// sources are those of the first test that says where it ran, else of where the command was started.
func (g *gathered) sources() sources {
	if g.source.root != "" {
		return g.source
	}
	dir := g.where
	if here, err := os.Getwd(); err == nil && !filepath.IsAbs(dir) {
		dir = filepath.Join(here, dir)
	}
	for i := range g.explored {
		if g.explored[i].Dir != "" {
			dir = g.explored[i].Dir
			break
		}
	}
	g.source = repository(dir)
	return g.source
}

// findDirs asks the go command where the packages lie of which a test failed that no exploration knows of.
func (g *gathered) findDirs() {
	g.dirs = map[string]string{}
	for i := range g.explored {
		g.dirs[g.explored[i].Package] = g.explored[i].Dir
	}
	var ask []string
	for _, t := range g.tests {
		if t.Action == "fail" && g.dirs[t.Package] == "" && !slices.Contains(ask, t.Package) {
			ask = append(ask, t.Package)
		}
	}
	if len(ask) == 0 {
		return
	}
	cmd := exec.Command("go", append([]string{"list", "-find", "-e", "-json=ImportPath,Dir", "--"}, ask...)...)
	cmd.Dir = g.where
	out, _ := cmd.Output() // files of packages that it does not know stay without a folder
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if d.Decode(&p) != nil {
			return
		}
		g.dirs[p.ImportPath] = p.Dir
	}
}
