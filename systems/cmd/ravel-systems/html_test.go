package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// --html writes what hunts and replays find as a page.
func TestHTML(t *testing.T) {
	dir := t.TempDir()
	hunt := func(want int, args ...string) (page, errors string) {
		t.Helper()
		file := filepath.Join(dir, "page.html")
		os.Remove(file)
		out, errors, code := run(append([]string{"hunt", "--html=" + file}, args...)...)
		if code != want {
			t.Fatalf("%v: exit code %d, want %d:\n%s%s", args, code, want, out, errors)
		}
		text, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return string(text), errors
	}
	page, _ := hunt(cli.Found, "coin/C1", "--seed=3")
	if !strings.Contains(page, "<title>coin/C1</title>") || !strings.Contains(page, `"command":"ravel hunt coin/C1 --replay=`) {
		t.Errorf("a hunt: %.400s", page)
	}
	_, token, _ := strings.Cut(page, "--replay=")
	token, _, _ = strings.Cut(token, `"`)
	if again, _ := hunt(cli.Found, "coin/C1", "--replay="+token); !strings.Contains(again, "<title>coin/C1</title>") {
		t.Errorf("a replay: %.400s", again)
	}
	if all, _ := hunt(cli.Found, "coin", "--all", "--seed=3"); !strings.Contains(all, "<title>2 failures</title>") && !strings.Contains(all, "<title>coin/C") {
		t.Errorf("all: %.400s", all)
	}
	if none, errors := hunt(cli.Clean, "coin/C1", "--correct", "--schedules=20"); none != "" || !strings.Contains(errors, "was not written") {
		t.Errorf("nothing found: %s%.400s", errors, none)
	}
	for file, want := range map[string]string{dir: "is a folder", filepath.Join(dir, "none", "page.html"): "there is no folder"} {
		if _, errors, code := run("hunt", "coin/C1", "--html="+file); code != cli.Usage || !strings.Contains(strings.Join(strings.Fields(errors), " "), want) {
			t.Errorf("--html=%s: exit code %d, %s", file, code, errors)
		}
	}
}
