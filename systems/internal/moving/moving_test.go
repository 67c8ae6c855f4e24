package moving

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

var command = &Command{Name: "movetable"}

// Bad input gives an error that says what to do.
func TestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"":                        `expected "<dir>"`,
		"x --rows=0":              "--rows=0: want at least 1",
		"x --writers=0":           "--writers=0: want at least 1",
		"x --lease=1ms":           "--lease=1ms: want at least 100ms",
		"x --lease=never":         "--lease: expected duration",
		"x y":                     "unexpected argument y",
		"x --client=3":            "--client=3: want 0 to 2, as --writers=3",
		"x --client=0 --migrator": "--client and --migrator exclude each other",
	} {
		var out, messages bytes.Buffer
		if code := command.Run(strings.Fields(args), &out, &messages); code != 2 || !strings.Contains(messages.String(), want) {
			t.Errorf("%q: exit code %d, %s, want %q", args, code, &messages, want)
		}
	}
}

// What was moved can be moved again, with the same numbers.
func TestTwice(t *testing.T) {
	dir := t.TempDir()
	for i, want := range []string{"begins in UseOld", "begins in UseNew\n"} {
		var out, messages bytes.Buffer
		if code := command.Run([]string{dir, "--rows=20", "--quiet", "--lease=400ms"}, &out, &messages); code != 0 || !strings.HasPrefix(out.String(), want) {
			t.Fatalf("run %d: exit code %d, %s%s", i, code, &out, &messages)
		}
	}
	var out, messages bytes.Buffer
	if code := command.Run([]string{dir, "--rows=21"}, &out, &messages); code != 1 || !strings.Contains(messages.String(), "run it with these") {
		t.Errorf("exit code %d, %s", code, &messages)
	}
}

// A directory that cannot be made, and a journal that is in use, are errors that say so.
func TestNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	j, err := openJournal(file)
	if err != nil {
		t.Fatal(err)
	}
	defer j.close()
	dir := t.TempDir()
	held, err := openJournal(filepath.Join(dir, "writer1.journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.close()
	for where, want := range map[string]string{file: "not a directory", dir: "another process is this client"} {
		var out, messages bytes.Buffer
		if code := command.Run([]string{where}, &out, &messages); code != 1 || !strings.Contains(messages.String(), want) {
			t.Errorf("%s: exit code %d, %s%s", where, code, &out, &messages)
		}
	}
}

// The bar grows from nothing to all of it, and the line fits a terminal of 80 columns.
func TestProgress(t *testing.T) {
	p := &progress{rows: 4000}
	for _, test := range []struct {
		in      config.State
		scanned int
		removed int
		want    string
	}{
		{config.UseOld, 0, 0, "[------------------]   0%  UseOld, 0 copied, 0 removed, 99999 writes"},
		{config.PreferNew, 2000, 0, "[####--------------]  25%  PreferNew, 2000 copied, 0 removed, 99999 writes"},
		{config.PreferNew, 5000, 0, "[#########---------]  50%  PreferNew, 5000 copied, 0 removed, 99999 writes"},
		{config.UseNewWithTombstones, 4000, 0, "[#########---------]  50%  UseNewWithTombstones, 4000 copied, 0 removed, 999..."},
		{config.UseNew, 4000, 4000, "[##################] 100%  UseNew, 4000 copied, 4000 removed, 99999 writes"},
	} {
		var terminal bytes.Buffer
		p.line, p.shown = cli.NewLine(&terminal), time.Time{}
		p.show(test.in, mtable.Report{Scanned: test.scanned, Copied: test.scanned, Removed: test.removed}, 99999)
		got := strings.TrimPrefix(terminal.String(), "\r\x1b[K")
		if got != test.want || len(got) > cli.Columns-1 {
			t.Errorf("%v: %q (%d), want %q", test.in, got, len(got), test.want)
		}
	}
}

// A result that is wrong is noticed.
func TestVerify(t *testing.T) {
	ctx := context.Background()
	s := &settings{Dir: t.TempDir(), Rows: 3, Writers: 1}
	p, err := command.openPlace(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	j := p.journals[0]
	k := table.Key{Partition: writerPartition(0), Row: "row00"}
	for _, err := range []error{j.add("try", "row00", version{1, true}), j.add("did", "row00", version{1, true})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	do := func(to table.Table, op table.Op) {
		t.Helper()
		if _, err := table.Do(ctx, to, op); err != nil {
			t.Fatal(err)
		}
	}
	good := func() {
		for i := range s.Rows {
			do(p.new, table.InsertOrReplace(baseKey(i), numbered(int64(i))))
		}
		do(p.new, table.InsertOrReplace(k, numbered(1)))
	}
	good()
	if err := p.verify(ctx, s, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	other := table.Key{Partition: "writer0", Row: "row01"}
	for name, test := range map[string]struct {
		to         table.Table
		wrong, end table.Op
	}{
		"a write is lost":         {p.new, table.DeleteIfExists(k), table.DeleteIfExists(k)},
		"another version":         {p.new, table.InsertOrReplace(k, numbered(2)), table.DeleteIfExists(k)},
		"a row that nobody wrote": {p.new, table.Insert(other, numbered(2)), table.DeleteIfExists(other)},
		"a row of the first ones": {p.new, table.DeleteIfExists(baseKey(1)), table.DeleteIfExists(other)},
		"a property":              {p.new, table.InsertOrMerge(k, table.Properties{"x": table.Bool(true)}), table.DeleteIfExists(k)},
		"the old table":           {p.old, table.Insert(k, numbered(1)), table.DeleteIfExists(k)},
	} {
		do(test.to, test.wrong)
		if err := p.verify(ctx, s, &bytes.Buffer{}); !errors.Is(err, errWrong) {
			t.Errorf("%s: %v", name, err)
		}
		do(test.to, test.end)
		good()
	}
}

// A journal is what was written to it, without a last line that is not whole.
func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("try a 1 put\ndid a 1 put\ntry a 2 delete\ntry b 3 put\ndid b 3 put\ntry c 4 pu")
	j, err := openJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		row    string
		number int64
		there  bool
		want   bool
	}{
		{"a", 1, true, true}, {"a", 0, false, true}, {"a", 2, true, false},
		{"b", 3, true, true}, {"b", 0, false, false},
		{"c", 0, false, true}, {"c", 4, true, false},
	} {
		if got := j.row(test.row).may(test.number, test.there); got != test.want {
			t.Errorf("row %s with number %d (there: %v): %v", test.row, test.number, test.there, got)
		}
	}
	if err := j.add("try", "c", version{j.next, true}); err != nil || j.next != 5 {
		t.Errorf("%v, next number %d", err, j.next)
	}
	if _, err := openJournal(path); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("a journal that is in use: %v", err)
	}
	j.close()
	if text, err := os.ReadFile(path); err != nil || !strings.HasSuffix(string(text), "did b 3 put\ntry c 4 put\n") {
		t.Errorf("%v:\n%s", err, text)
	}
	write("try a 1 put\nnonsense\n")
	if _, err := openJournal(path); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
}
