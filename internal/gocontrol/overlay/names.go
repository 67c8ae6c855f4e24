package overlay

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// names returns the source of a table for the runtime: what counts as an operation of package sync, and the packages of
// the standard library. It tells who called an operation by these.
func names(tc Toolchain) (string, error) {
	packages, err := standardPackages(tc)
	if err != nil {
		return "", fmt.Errorf("overlay: listing the standard library: %w", err)
	}
	var b bytes.Buffer
	b.WriteString("package runtime\n\n")
	list := func(comment, name string, values []string) {
		fmt.Fprintf(&b, "// %s\nvar %s = [...]string{\n", comment, name)
		for _, v := range values {
			fmt.Fprintf(&b, "%q,\n", v)
		}
		b.WriteString("}\n\n")
	}
	list("ctlOperations are the functions of package sync that have a scheduling point of their own.", "ctlOperations", operations())
	list("ctlStandard are the packages of the standard library, sorted.", "ctlStandard", packages)
	text, err := format.Source(b.Bytes())
	return string(text), err
}

// operations returns the names of the operations of package sync, as the runtime knows them.
func operations() []string {
	var list []string
	for _, s := range splices {
		if !s.op {
			continue
		}
		// func (m *Mutex) Lock( is sync.(*Mutex).Lock.
		_, receiver, _ := strings.Cut(s.in, " *")
		kind, method, _ := strings.Cut(receiver, ") ")
		list = append(list, fmt.Sprintf("%s.(*%s).%s", path.Dir(s.file), kind, strings.TrimSuffix(method, "(")))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// standardPackages returns the import paths of the standard library, sorted, with the packages vendored in it.
func standardPackages(tc Toolchain) ([]string, error) {
	root := filepath.Join(tc.GOROOT, "src")
	var list []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name == "cmd" || d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if dir := path.Dir(name); dir != "." && strings.HasSuffix(name, ".go") && (len(list) == 0 || list[len(list)-1] != dir) {
			list = append(list, dir)
		}
		return nil
	})
	slices.Sort(list)
	return slices.Compact(list), err
}
