package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/schedule"
)

const aToken = "rv1-IodfOfGbdzN8kE6IJwABBWNyYXNoAgcDRwABAAEACwAACwA4mHqD"

// mistakes are command lines that cannot do what they ask for, and what is said about them on the standard error, line by
// line. The words are in @ where the command runs: @fixture is the module of the tests, @nomod a folder without a module,
// @files one with broken schedules. White space matches any, as texts are wrapped. What else is wrong with the arguments
// alone is in testdata/commandline.txt.
var mistakes = []struct {
	where, command string
	env            []string
	out, err       string // patterns; "" is nothing at all
}{
	// What does not build: the compiler's words as they are, and none of ours.
	{"@fixture", "test ./broken", nil, `FAIL\sexample.com/fixture/broken \[build failed\]\n`,
		`# example.com/fixture/broken \[example.com/fixture/broken.test\]\nbroken/broken_test.go:5:33: undefined: undefinedName\n`},
	{"@fixture", "test ./nocompile", nil, `FAIL\sexample.com/fixture/nocompile \[build failed\]\n`,
		`# example.com/fixture/nocompile.*\nnocompile/nocompile.go:4:9: undefined: undefinedName\n`},
	{"@fixture", "test ./vet", nil, `FAIL\sexample.com/fixture/vet \[build failed\]\n`,
		`# example.com/fixture/vet\n# \[example.com/fixture/vet\]\nvet/vet_test.go:8:42: fmt.Printf format %d .*\n`},
	{"@fixture", "test ./import", nil, `FAIL\sexample.com/fixture/import \[setup failed\]\n`,
		`# .*\nimport/import_test.go:3:8: no required module provides package example.com/nowhere/else; to add it:\n\tgo get .*\n`},
	{"@fixture", "replay --run TestX " + aToken + " ./nocompile", nil, `FAIL\s.* \[build failed\]\n`, `# .*\n.*undefinedName\n`},

	// What is not there.
	{"@fixture", "test ./nowhere", nil, `FAIL\s./nowhere \[setup failed\]\n`, `# ./nowhere\nstat .*\nravel: no package ./nowhere: 'go list ./...' lists .*\n`},
	{"@fixture", "test ./empty", nil, `FAIL\s./empty \[setup failed\]\n`, `# ./empty\nno Go files in .*\nravel: no package ./empty: 'go list ./...' lists .*\n`},
	{"@fixture", "test plain", nil, `FAIL\splain \[setup failed\]\n`, `# plain\npackage plain is not in std .*\nravel: did you mean ./plain\?\n`},
	{"@fixture", "test ./empty/...", nil, ``, `.*matched no packages\nno packages to test\nravel: go test did not start: see its message above\nRun 'ravel test --help' for usage.\n`},
	{"@fixture", "replay --run TestX " + aToken + " ./nowhere", nil, `FAIL\s.*\n`, `# ./nowhere\nstat .*\nravel: no package ./nowhere: .*\n`},
	{"@fixture", "replay --run TestX " + aToken + " ./plain", nil, `.*warning: no tests to run\nok .*\n`, `ravel: no test ran: no Ravel test of ./plain matches TestX\n`},
	{"@fixture", "replay --run TestPlain " + aToken + " ./plain", nil, `--- FAIL: TestPlain .* replay token is the schedule of another test: .*\nFAIL .*\n`, ``},
	{"@fixture", "replay --ordinary=off --run TestPlain " + aToken + " ./plain", nil, `ok .*\n`, `ravel: no test ran: no Ravel test of ./plain matches TestPlain\n`},
	{"@nomod", "test", nil, ``, `go: go.mod file not found.*\nravel: go test did not start: see its message above; there is no go.mod .*'go mod init'\nRun 'ravel test --help' for usage.\n`},
	{"@nomod", "test ./...", nil, `FAIL\s./... \[setup failed\]\n`, `# ./...\npattern .*\nravel: no package ./...; there is no go.mod .*'go mod init'\n`},
	{"@nomod", "replay --run TestX " + aToken, nil, ``, `go: go.mod file not found.*\nravel: go test did not start: .*'go mod init'\nRun 'ravel replay --help' for usage.\n`},

	// What ends before its tests.
	{"@fixture", "test ./exits", nil, `.* no database\nFAIL\s.*\n`, `ravel: example.com/fixture/exits ended before its first test: .*TestMain.*\n`},
	{"@fixture", "test ./plain -- -nosuchflag", nil, `flag provided but not defined: -nosuchflag\n(?s:.*)FAIL\s.*\n`, `ravel: example.com/fixture/plain ended before its first test: .* flag behind -- .*\n`},
	{"@fixture", "test ./plain -- -race=maybe", nil, ``, `invalid boolean value "maybe" for -race.*\n(?s:.*)ravel: go test did not start: .*\nRun 'ravel test --help' for usage.\n`},
	{"@fixture", "test ./option", nil, `--- FAIL: TestOption .*\n.* ravel: option Schedules\(0\): it must be at least 1\nFAIL\s.*\n`, ``},
	{"@fixture", "test ./option", []string{"RAVEL_STUCK=never"}, `--- FAIL: TestOption .*\n.* ravel: RAVEL_STUCK="never": want a positive duration .*\nFAIL\s.*\n`, ``},

	// Schedules.
	{"@files", "replay none.ravel", nil, ``, `ravel: "none.ravel" is neither a token, which begins with "rv1-", nor the name of a file\nRun 'ravel replay --help' for usage.\n`},
	{"@files", "replay truncated.ravel", nil, ``, `ravel: truncated.ravel:\d+: file is cut off: .* restore it from version control, or delete it .*\nRun .*\n`},
	{"@files", "replay newer.ravel", nil, ``, `ravel: newer.ravel:1: file is of a newer format: .* upgrade github.com/ravelgo/ravel .*\nRun .*\n`},
	{"@files", "replay empty.ravel", nil, ``, `ravel: empty.ravel:1: file is not a schedule of Ravel: .*\nRun .*\n`},
	{"@files", "replay damaged.ravel", nil, ``, `ravel: damaged.ravel:\d+: file is damaged: .*\nRun .*\n`},
	{"@files", "replay .", nil, ``, `ravel: "." is a folder: name one file; failing tests save them as testdata/ravel/TEST/\*.ravel\nRun .*\n`},
	{"@files", "replay --run X " + aToken[:20], nil, ``, `ravel: replay token is cut off: .*copy the whole word .*\nRun .*\n`},
	{"@files", "replay --run X " + strings.Replace(aToken, "z", "y", 1), nil, ``, `ravel: replay token is damaged: .*copy the whole word .*\nRun .*\n`},
	{"@files", "replay " + aToken, nil, ``, `ravel: a token does not name its test: add --run TEST, .*\nRun .*\n`},

	// No go command.
	{"@fixture", "test ./plain", []string{"PATH="}, ``, `ravel: the go command was not found: install Go 1.25 or newer and put it on the PATH\n`},
	{"@fixture", "replay --run X " + aToken, []string{"PATH="}, ``, `ravel: the go command was not found: install .*\n`},
	{"@fixture", "env", []string{"PATH="}, ``, `ravel: the go command was not found: install .*\n`},
	{"@fixture", "hunt", []string{"PATH="}, ``, `ravel: the go command was not found: install .*\n`},
	{"@fixture", "bench", []string{"PATH="}, ``, `ravel: the go command was not found: install .*\n`},
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	folders := map[string]string{"@fixture": sharedFixture(t), "@nomod": t.TempDir(), "@files": brokenFiles(t)}
	for _, m := range mistakes {
		t.Run(m.where+" "+m.command, func(t *testing.T) {
			t.Parallel()
			env := append([]string{"GOWORK=off", "GOFLAGS=", "GOENV=off", "GOCACHE=" + goCache(t)}, m.env...)
			r := ravel(t, folders[m.where], env, strings.Fields(m.command)...)
			if r.code != cli.Usage {
				t.Errorf("exit %d", r.code)
			}
			matchesAll(t, "standard output", r.out, m.out)
			matchesAll(t, "standard error", r.err, m.err)
			for l := range strings.Lines(r.err) {
				if strings.HasPrefix(l, "ravel: ") && len(l) > cli.Columns+1 {
					t.Errorf("a line of %d columns: %s", len(l)-1, l)
				}
			}
		})
	}
}

// matchesAll fails t unless the pattern matches the whole text; spaces in it match any white space.
func matchesAll(t *testing.T, what, text, pattern string) {
	t.Helper()
	if !regexp.MustCompile(`^` + strings.ReplaceAll(strings.ReplaceAll(pattern, ".*", `(?s:.*?)`), " ", `\s+`) + `$`).MatchString(text) {
		t.Errorf("the %s does not match %s:\n%s", what, pattern, text)
	}
}

// brokenFiles makes a folder of files that cannot be replayed.
func brokenFiles(t *testing.T) string {
	t.Helper()
	r := &schedule.Record{Header: schedule.Header{Package: "example.com/fixture/bad", Test: "TestOrder", Settings: schedule.Settings{MaxSteps: 10}}}
	for range 3 {
		r.Choices = append(r.Choices, schedule.Named{Choice: schedule.Choice{Kind: schedule.Schedule, N: 2}, Op: "root"})
	}
	text, err := r.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	dir, whole := t.TempDir(), string(text)
	for name, text := range map[string]string{
		"truncated.ravel": whole[:len(whole)/2],
		"newer.ravel":     strings.Replace(whole, "schedule 1", "schedule 9", 1),
		"empty.ravel":     "",
		"damaged.ravel":   strings.Replace(whole, "0/2", "5/2", 1),
	} {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}
