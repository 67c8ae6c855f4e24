package schedule_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	. "github.com/ravelgo/ravel/schedule"
)

func text(t testing.TB, r *Record) string {
	t.Helper()
	b, err := r.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFileGolden(t *testing.T) {
	golden(t, "sample.ravel", []byte(text(t, sample())))
	golden(t, "odd.ravel", []byte(text(t, odd())))
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text(t, sample())) {
		if line != "\n" && line[0] != '#' && !strings.Contains(string(doc), "//\t"+line) {
			t.Errorf("the package comment does not show %q", line)
		}
	}
}

func TestFileNames(t *testing.T) {
	golden(t, "names.txt", fmt.Appendf(nil, "%s\n%s\n", sample().FileName(), odd().FileName()))
	seen := map[string]bool{sample().FileName(): true}
	for name, change := range map[string]func(*Record){
		"package": func(r *Record) { r.Package = "x" }, "test": func(r *Record) { r.Test = "x" },
		"steps": func(r *Record) { r.MaxSteps++ }, "threshold": func(r *Record) { r.Threshold++ },
		"clock": func(r *Record) { r.Clock = Ordered }, "budgets": func(r *Record) { r.Budgets[0].Units++ },
		"failure": func(r *Record) { r.Failure = "panic" }, "value": func(r *Record) { r.Choices[3].Value = 2 },
		"op": func(r *Record) { r.Choices[3].Op = "0" }, "nth": func(r *Record) { r.Choices[4].Nth++ },
		"missing": func(r *Record) { r.Choices = r.Choices[:6] },
	} {
		r := sample()
		if change(r); seen[r.FileName()] {
			t.Errorf("another %s does not change the name", name)
		}
		seen[r.FileName()] = true
	}
	r := sample()
	r.Seed, r.Execution, r.Strategy, r.Code, r.Message = 1, 2, "random", "other", "other"
	if r.FileName() != sample().FileName() {
		t.Error("how the failure was found changes the name")
	}
}

func TestFileRoundTrip(t *testing.T) {
	records := []*Record{{Header: Header{Test: "T"}}, sample(), odd()}
	for seed := range uint64(100) {
		records = append(records, random(int(seed)*3, 1+int(seed%20), seed))
	}
	for _, r := range records {
		s := text(t, r)
		var back Record
		if err := back.UnmarshalText([]byte(s)); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
		if text(t, &back) != s || len(back.Choices) != len(r.Choices) || len(r.Choices) > 0 && !reflect.DeepEqual(&back, r) {
			t.Fatalf("%+v\ncame back as\n%+v\n%s", r, back, s)
		}
	}
}

func TestFileToleratesEditors(t *testing.T) {
	s := text(t, sample())
	for name, edited := range map[string]string{
		"windows":       strings.ReplaceAll(s, "\n", "\r\n"),
		"no line break": strings.TrimSuffix(s, "\n"),
		"comments":      strings.ReplaceAll(s, "\n", "\n# note\n\n"),
		"unfolded":      strings.Replace(s, "int 4/5 0.2 #1 x2", "int 4/5 0.2 #1\n  int 4/5 0.2 #2  ", 1),
		"reordered":     strings.Replace(s, "seed 42\nexecution 1234", "execution 1234\nseed 42", 1),
	} {
		var back Record
		if err := back.UnmarshalText([]byte(edited)); err != nil || !reflect.DeepEqual(&back, sample()) {
			t.Errorf("%s: %v\n%s", name, err, edited)
		}
	}
}

func TestFileErrors(t *testing.T) {
	replace := func(old, new string) string {
		s := text(t, sample())
		if strings.Count(s, old) != 1 {
			t.Fatalf("%q is not once in\n%s", old, s)
		}
		return strings.Replace(s, old, new, 1)
	}
	tests := []struct {
		name, text string
		line       int
		err        error
		message    string
	}{
		{"empty", "", 1, ErrForeign, "move this file out of testdata/ravel"},
		{"foreign", "go test fuzz v1\nint(0)\n", 1, ErrForeign, "its first line is another"},
		{"version", replace("schedule 1\n", "schedule x\n"), 1, ErrCorrupt, `"x" is not a format version`},
		{"no version", replace("schedule 1\n", "schedule \n"), 1, ErrCorrupt, `"" is not a format version`},
		{"newer", replace("schedule 1\n", "schedule 2\n"), 1, ErrNewer, "its format version is 2, this one reads up to 1; upgrade"},
		{"cut", replace("end 7\n", ""), 20, ErrTruncated, "its last line"},
		{"cut and more", replace("end 7", "end 8"), 21, ErrCorrupt, "it holds 7 choices, but its last line says 8"},
		{"end", replace("end 7", "end x"), 21, ErrCorrupt, "says x"},
		{"after end", text(t, sample()) + "seed 1\n", 22, ErrCorrupt, "text follows"},
		{"conflict", replace("seed 42\n", "<<<<<<< HEAD\nseed 42\n"), 7, ErrCorrupt, "merge left conflict markers"},
		{"unknown", replace("seed 42", "sead 42"), 7, ErrCorrupt, `"sead" is not a line`},
		{"missing", replace("seed 42\n", ""), 20, ErrCorrupt, `no line "seed"`},
		{"twice", replace("seed 42", "execution 42"), 8, ErrCorrupt, `two lines "execution"`},
		{"number", replace("seed 42", "seed -1"), 7, ErrCorrupt, "seed: "},
		{"steps", replace("steps 10000", "steps many"), 9, ErrCorrupt, `steps: "many" is not a number`},
		{"clock", replace("clock asynchronous", "clock broken"), 11, ErrCorrupt, `unknown clock "broken"`},
		{"lasso", replace("lasso false", "lasso maybe"), 12, ErrCorrupt, `lasso is "maybe"`},
		{"quote", replace("strategy pct:3", `strategy "pct`), 6, ErrCorrupt, "not a quoted string"},
		{"budget", replace("budget crash 2", "budget crash"), 15, ErrCorrupt, "budget crash"},
		{"budget quote", replace("budget crash 2", `budget "crash 2`), 15, ErrCorrupt, "no closing quote"},
		{"budget order", replace("budget crash 2", "budget crash 2\nbudget a 1"), 16, ErrCorrupt, "sort budgets"},
		{"no test", replace("test TestWrites/crash", "test"), 21, ErrCorrupt, "names no test"},
		{"kind", replace("bool 1/2", "boole 1/2"), 19, ErrCorrupt, `"boole" is not a kind of choice`},
		{"value", replace("bool 1/2", "bool 2/2"), 19, ErrCorrupt, "value 2 is outside [0, 2)"},
		{"no slash", replace("bool 1/2", "bool 1"), 19, ErrCorrupt, "is not a value, a slash"},
		{"no op", replace("bool 1/2 0.2 #0", "bool 1/2"), 19, ErrCorrupt, "names no operation"},
		{"op quote", replace("bool 1/2 0.2 #0", `bool 1/2 "0.2 #0`), 19, ErrCorrupt, "no closing quote"},
		{"nth", replace("0.2 #0", "0.2 #-1"), 19, ErrCorrupt, "#-1 is not"},
		{"times", replace("x3", "x0"), 17, ErrCorrupt, "x0 is not"},
		{"too many", replace("x3", "x1048577"), 17, ErrCorrupt, "more than 1048576 choices"},
		{"rest", replace("x3", "x3 y"), 17, ErrCorrupt, `"y" at the end`},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "a.ravel")
		if err := os.WriteFile(path, []byte(test.text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		var fe *FileError
		if !errors.As(err, &fe) || !errors.Is(err, test.err) || fe.Line != test.line || fe.Path != path || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s: got error %q at line %d, want %v at line %d with %q", test.name, err, fe.Line, test.err, test.line, test.message)
			continue
		}
		if !strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d: ", path, test.line)) || fe.Advice == "" {
			t.Errorf("%s: %q does not begin with file and line, or gives no advice", test.name, err)
		}
	}
}

func TestRecordOfOtherTest(t *testing.T) {
	r := sample()
	if err := r.Matches("example.com/kv.TestWrites/crash"); err != nil {
		t.Error(err)
	}
	err := r.Matches("example.com/kv.TestReads")
	if !errors.Is(err, ErrOtherTest) || !strings.Contains(err.Error(), "it belongs to example.com/kv.TestWrites/crash, not to example.com/kv.TestReads; replay it") {
		t.Error(err)
	}
}

func TestSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), Dir("TestWrites/crash"))
	if paths, err := List(dir); err != nil || paths != nil {
		t.Fatalf("List of no folder: %v, %v", paths, err)
	}
	r := sample()
	path, err := Save(dir, r)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Load(path); err != nil || !reflect.DeepEqual(back, r) {
		t.Fatalf("%+v, %v", back, err)
	}
	again := sample()
	again.Seed = 7
	if p, err := Save(dir, again); err != nil || p != path {
		t.Fatal(p, err)
	}
	if back, err := Load(path); err != nil || back.Seed != r.Seed {
		t.Errorf("a failure found again replaced its file: %+v, %v", back, err)
	}
	again.Code = "other"
	if _, err := Save(dir, again); err != nil {
		t.Fatal(err)
	}
	if back, err := Load(path); err != nil || back.Code != "other" {
		t.Errorf("a failure of newer code did not replace its file: %+v, %v", back, err)
	}
	other := sample()
	other.Choices[3].Value = 2
	if p, err := Save(dir, other); err != nil || p == path {
		t.Fatal(p, err)
	}
	entries, _ := os.ReadDir(dir)
	paths, err := List(dir)
	if err != nil || len(paths) != 2 || len(entries) != 2 || paths[0] >= paths[1] {
		t.Errorf("List = %v, %v; folder holds %v", paths, err, entries)
	}
}

func TestSaveErrors(t *testing.T) {
	if _, err := Save(t.TempDir(), &Record{}); err == nil || !strings.Contains(err.Error(), "names no test") {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Save(file, sample()); err == nil {
		t.Error("saved below a file")
	}
	if _, err := List(file); err == nil {
		t.Error("listed a file")
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestSaveConcurrently(t *testing.T) {
	dir := t.TempDir()
	path, _ := Save(dir, sample())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				r := sample()
				r.Code = fmt.Sprint(i, j)
				if _, err := Save(dir, r); err != nil {
					t.Error(err)
				}
				if _, err := Load(path); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestDirName(t *testing.T) {
	safe := regexp.MustCompile(`^[A-Za-z0-9_%=+,~-]([A-Za-z0-9_%=+,.~-]*[A-Za-z0-9_%=+,~-])?$`)
	long := strings.Repeat("TestLong/", 30)
	tests := []struct{ test, dir string }{
		{"TestWrites", "TestWrites"},
		{"TestWrites/crash", "TestWrites%2Fcrash"},
		{"TestWrites/a b", "TestWrites%2Fa%20b"},
		{"Test/x=1,y=2+3#01", "Test%2Fx=1,y=2+3%2301"},
		{"", "%"}, {".", "%2E"}, {"..", "%2E%2E"}, {"../../etc", "%2E.%2F..%2Fetc"}, {"a.b.", "a.b%2E"},
		{"100%", "100%25"}, {"a\\b:c*?\"<>|\x00\n", "a%5Cb%3Ac%2A%3F%22%3C%3E%7C%00%0A"}, {"é\xff", "%C3%A9%FF"},
		{"con", "%63on"}, {"NUL.x", "%4EUL.x"}, {"com1", "%63om1"}, {"command", "command"}, {"a~b", "a%7Eb"},
		{long, ""}, {long + "x", ""},
	}
	seen := map[string]string{}
	for _, test := range tests {
		dir := DirName(test.test)
		if test.dir != "" && dir != test.dir {
			t.Errorf("DirName(%q) = %q, want %q", test.test, dir, test.dir)
		}
		if !safe.MatchString(dir) || len(dir) > 120 {
			t.Errorf("DirName(%q) = %q is not safe", test.test, dir)
		}
		if other, ok := seen[dir]; ok {
			t.Errorf("%q and %q share %q", test.test, other, dir)
		}
		seen[dir] = test.test
		if back, ok := TestName(dir); ok != (test.dir != "") || ok && back != test.test {
			t.Errorf("TestName(%q) = %q, %v", dir, back, ok)
		}
	}
	for _, foreign := range []string{"a b", "%2", "%zz", "%2f", "con", "", ".git"} {
		if name, ok := TestName(foreign); ok {
			t.Errorf("TestName(%q) = %q", foreign, name)
		}
	}
	if Dir("T/a") != filepath.Join("testdata", "ravel", "T%2Fa") {
		t.Error(Dir("T/a"))
	}
}

func FuzzUnmarshalText(f *testing.F) {
	for _, r := range []*Record{sample(), odd(), random(30, 3, 1)} {
		f.Add([]byte(text(f, r)))
	}
	f.Add([]byte("ravel schedule 2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Record
		if err := r.UnmarshalText(data); err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || !reflect.DeepEqual(r, Record{}) {
				t.Fatalf("error %v of type %T, record %v", err, err, r)
			}
			return
		}
		s := text(t, &r)
		var back Record
		if err := back.UnmarshalText([]byte(s)); err != nil || !reflect.DeepEqual(r, back) {
			t.Fatalf("%+v\ncame back as\n%+v, %v\n%s", r, back, err, s)
		}
	})
}

func FuzzDirName(f *testing.F) {
	f.Add("TestA/b c")
	f.Add("..")
	f.Fuzz(func(t *testing.T, test string) {
		dir := DirName(test)
		if back, ok := TestName(dir); ok && back != test || !ok && !strings.Contains(dir, "~") {
			t.Errorf("%q -> %q -> %q, %v", test, dir, back, ok)
		}
	})
}
