package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec/linear"
)

func init() {
	children["TestChildAttached"] = func(t *testing.T) { // fails with a history that is not linearizable
		check.Test(t, func(t *check.T) {
			h := linear.NewHistory(t, linear.Sequential(0, func(last, next int) (int, int) { return next, last }))
			h.Call("<b>client</b>", 7).Return(3)
		})
	}
}

// TestAttached: what a monitor attaches to a failure is beside the saved schedule, and the report says so.
func TestAttached(t *testing.T) {
	dir := t.TempDir()
	r := runChild(t, dir, "TestChildAttached")
	var found []string
	for _, pattern := range []string{"*.ravel", "*.history.json", "*.history.html"} {
		names, err := filepath.Glob(filepath.Join(dir, "testdata/ravel/TestChildAttached", pattern))
		if err != nil || len(names) != 1 {
			t.Fatalf("%s: %v, %v\n%s", pattern, names, err, r.out)
		}
		text, err := os.ReadFile(names[0])
		if err != nil || len(text) == 0 {
			t.Errorf("%s: %d bytes, %v", names[0], len(text), err)
		}
		if strings.Contains(string(text), "<b>client") && strings.HasSuffix(names[0], "html") {
			t.Errorf("%s takes words of the program for HTML", names[0])
		}
		found = append(found, filepath.Base(names[0]))
	}
	if r.code != 1 || !strings.Contains(r.out, "beside: testdata/ravel/TestChildAttached/"+found[1]) || !strings.Contains(r.out, found[2]) {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
	// The next run tries the schedule, and minds the files beside it no more than this one did.
	if r := runChild(t, dir, "TestChildAttached"); r.code != 1 || !strings.Contains(r.out, "a saved failure fails again") {
		t.Errorf("again: exit %d\n%s", r.code, r.out)
	}
}
