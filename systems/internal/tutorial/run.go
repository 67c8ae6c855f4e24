package tutorial

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/trace"
)

// output returns an output by its name.
func (p *Page) output(t *testing.T, name string) string {
	t.Helper()
	explore, ok := p.Explored[name]
	if !ok {
		return p.hunted(t, name)
	}
	r, err := explore()
	if err != nil {
		t.Fatal(err)
	}
	text := r.Summary() + "\n"
	if f := r.Failure; f != nil {
		text += cli.Wrap(f.Sentence(), cli.Columns) + "\n\n" + f.Trace.Text(trace.TextOptions{})
	}
	return stable(text)
}

// hunted returns what a command of the page prints. If that ends with a token,
// the replay of the token must end in the same failure.
func (p *Page) hunted(t *testing.T, name string) string {
	t.Helper()
	args, ok := p.Commands[name]
	if !ok {
		t.Fatalf("there is no output %q", name)
	}
	out := p.ravel(t, strings.Fields(args)...)
	if replay := regexp.MustCompile(`ravel (hunt \S+ --replay=\S+)`).FindStringSubmatch(out); replay != nil {
		again := p.ravel(t, strings.Fields(replay[1])...)
		_, want, _ := strings.Cut(out, "FAILURE: ")
		if _, got, _ := strings.Cut(again, "FAILURE: "); got != want {
			t.Errorf("the replay ends with\n%s\nwant\n%s", got, want)
		}
	}
	return stable(out)
}

func (p *Page) ravel(t *testing.T, args ...string) string {
	t.Helper()
	if p.binary == "" {
		path := filepath.Join(t.TempDir(), "ravel-systems.exe")
		build := exec.Command("go", "build", "-o", path, "./cmd/ravel-systems")
		build.Dir = filepath.Join(p.Root, "systems")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		p.binary = path
		t.Cleanup(func() { p.binary = "" })
	}
	cmd := exec.Command(p.binary, args...)
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code > cli.Found {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// What differs from run to run, from machine to machine, and with every change of
// a format.
var (
	elapsed = regexp.MustCompile(`; [0-9.]+(µs|ms|s)\n`)
	workers = regexp.MustCompile(`, [0-9]+ workers?\n`)
	tokens  = regexp.MustCompile(`rv1-[\w-]+`)
	place   = regexp.MustCompile(`line:\s+\S*?(systems/\S+:)\d+ in\n`)
	at      = regexp.MustCompile(`(\w+_?\w*\.go):\d+`)
)

func stable(text string) string {
	text = elapsed.ReplaceAllString(text, "\n")
	text = workers.ReplaceAllString(text, "\n")
	text = place.ReplaceAllString(text, "line: ${1} in\n")
	return tokens.ReplaceAllString(at.ReplaceAllString(text, "$1"), "rv1-...")
}
