package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/ravelgo/ravel/examples/flight" // the tests run it, and the test cache is to know
	_ "github.com/ravelgo/ravel/live/observe"
)

// TestObserve has the monitors of examples/flight listen to recorded logs: one that is right, one that is wrong, and one that
// has lost its beginning.
func TestObserve(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs tests with the go command")
	}
	dir, err := filepath.Abs("../../examples/flight")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range []struct {
		log  string
		code int
	}{{"holds", 0}, {"violated", 1}, {"middle", 3}} {
		r := ravel(t, dir, nil, "observe", "testdata/"+c.log+".jsonl")
		if r.code != c.code || r.err != "" {
			t.Errorf("%s: exit %d, %s", c.log, r.code, r.err)
		}
		b.WriteString("$ ravel observe testdata/" + c.log + ".jsonl\n" + strings.ReplaceAll(r.out, dir+string(filepath.Separator), "") + "\n")
	}
	golden(t, "observe.txt", b.String())
}

// What stands in the way is said, with what to do about it.
func TestObserveSaysWhatIsWrong(t *testing.T) {
	dir := sharedFixture(t)
	log, err := filepath.Abs("../../examples/flight/testdata/holds.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	plain, cut := filepath.Join(tmp, "plain.jsonl"), filepath.Join(tmp, "cut.jsonl")
	write(t, plain, strings.Replace(string(text), `,"encoded":true`, "", 1))
	write(t, cut, string(text[:len(text)/2]))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{log, "./plain"}, `no test of ./plain that matches \^TestObserve has observed`},
		{[]string{log, "./nocompile"}, `the tests of ./nocompile that observe have failed`},
		{[]string{plain, "./plain"}, `set\s+live.Options.Notifications`},
		{[]string{cut, "./plain"}, `read trace: line`},
		{[]string{tmp, "./plain"}, `is a directory`},
	} {
		r := ravel(t, dir, alone, append([]string{"observe"}, c.args...)...)
		has(t, strings.Join(c.args, " "), r.err, c.want)
		if r.code != 2 || r.out != "" {
			t.Errorf("%v: exit %d, %s", c.args, r.code, r.out)
		}
	}
}
