package inject

import (
	"go/parser"
	"go/token"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// The files are those of package check and everything of this module that it depends on, and nothing else from outside of
// the standard library.
func TestFilesAreComplete(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for name, text := range files {
		have[path.Dir(name)] = true
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, i := range f.Imports {
			switch p := strings.Trim(i.Path.Value, `"`); {
			case strings.HasPrefix(p, within):
				if _, ok := packages[strings.TrimPrefix(strings.TrimPrefix(p, within), "/")]; !ok {
					t.Errorf("%s imports %s, which is not in the list of packages", name, p)
				}
			case strings.Contains(p, "."):
				t.Errorf("%s imports %s, which is not of the standard library", name, p)
			}
		}
	}
	out, err := exec.Command("go", "list", "-deps", module+"/check").Output()
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.FieldsSeq(string(out)) {
		if rest, ours := strings.CutPrefix(p, module); ours && !have[within+rest] {
			t.Errorf("package check depends on %s, of which there is no file", p)
		}
	}
	if !have[Explorer] {
		t.Errorf("no file of %s", Explorer)
	}
}
