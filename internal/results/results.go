package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/trace"
)

// Variable is the environment variable that names the folder. It exists and belongs to one run of go test.
const Variable = "RAVEL_RESULTS"

// Version is that of the files.
const Version = 1

// How the names of files end: those that hold an Exploration, and those of its traces.
const (
	ext        = ".result.json"
	traceExt   = ".trace.jsonl"
	passingExt = ".passing.jsonl"
)

// Exploration is what came of one exploration, or of one replay.
type Exploration struct {
	Version int `json:"ravel_results"`

	Package string       `json:"package"` // import path of the test's package
	Test    string       `json:"test"`    // as testing.T.Name returns it
	Nth     int          `json:"nth"`     // which exploration of the test, from 1
	Dir     string       `json:"dir"`     // where the test ran: the folder of its package
	Outcome attr.Outcome `json:"outcome"`

	Strategy   string `json:"strategy,omitempty"` // "" of a replay
	Seed       uint64 `json:"seed,string"`
	Executions uint64 `json:"executions"`
	Distinct   uint64 `json:"distinct"` // different schedules
	Steps      uint64 `json:"steps"`
	States     uint64 `json:"states,omitempty"`
	Elapsed    int64  `json:"elapsed_ms"`

	Summary  string             `json:"summary,omitempty"`  // what was explored, in words
	Coverage *coverage.Coverage `json:"coverage,omitempty"` // what was visited of machines; nil of a replay
	Failure  *Failure           `json:"failure,omitempty"`

	// The traces, if there are any: of the failing execution, or of the one that was replayed, and of the most similar one that
	// passes, with the index of the first event of the step in which the two part; -1 if there is no such step. They are kept in
	// files of their own.
	Trace    *trace.Trace `json:"-"`
	Passing  *trace.Trace `json:"-"`
	Deciding int          `json:"deciding"`
}

// Failure is the failure of an exploration.
type Failure struct {
	Kind    string `json:"kind"`    // a word of package failure
	Message string `json:"message"` // one sentence
	Detail  string `json:"detail,omitempty"`
	Text    string `json:"text"` // the whole report, as the test prints it

	Machine string `json:"machine,omitempty"`
	State   string `json:"state,omitempty"`
	Step    int    `json:"step,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Func    string `json:"func,omitempty"`

	Strategy   string `json:"strategy,omitempty"` // which found it
	Execution  uint64 `json:"execution"`
	Reproduced bool   `json:"reproduced"`
	Found      Size   `json:"found"`
	Shrunk     Size   `json:"shrunk"`
	Token      string `json:"token,omitempty"`
	Saved      string `json:"saved,omitempty"`  // file of the schedule, as seen from Dir
	Replay     string `json:"replay,omitempty"` // a command line
}

// Size is how long and how involved a schedule is.
type Size struct {
	Steps    int `json:"steps"`
	Choices  int `json:"choices"`
	Switches int `json:"switches"`
	Faults   int `json:"faults"`
}

// Dir returns the folder that wants the results; "" if there is none.
func Dir() string { return os.Getenv(Variable) }

// Save writes the results into the folder. Test processes may do so at the same time.
func (e *Exploration) Save(dir string) error {
	e.Version = Version
	base := filepath.Join(dir, e.name())
	for ext, t := range map[string]*trace.Trace{traceExt: e.Trace, passingExt: e.Passing} {
		if t == nil {
			continue
		}
		if err := write(base+ext, t.WriteJSON); err != nil {
			return err
		}
	}
	return write(base+ext, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(e)
	})
}

// name is that of the files: what can be read of the test's, and a hash that tells it from all others.
func (e *Exploration) name() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s\x00%d", e.Package, e.Test, e.Nth)
	short := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, e.Test)
	return fmt.Sprintf("%.40s-%016x", short, h.Sum64())
}

// write makes a file that other processes see whole or not at all.
func write(path string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := fill(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load reads what all tests have left in the folder, by package, test and number.
func Load(dir string) ([]Exploration, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"+ext))
	if err != nil {
		return nil, err
	}
	list := make([]Exploration, 0, len(names))
	for _, name := range names {
		e, err := read(name)
		if err != nil {
			return nil, fmt.Errorf("results of a test: %s: %w", name, err)
		}
		list = append(list, *e)
	}
	slices.SortFunc(list, func(a, b Exploration) int {
		if c := strings.Compare(a.Package, b.Package); c != 0 {
			return c
		}
		if c := strings.Compare(a.Test, b.Test); c != 0 {
			return c
		}
		return a.Nth - b.Nth
	})
	return list, nil
}

func read(name string) (*Exploration, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	e := &Exploration{}
	if err := json.Unmarshal(text, e); err != nil {
		return nil, err
	}
	if e.Version != Version {
		return nil, fmt.Errorf("version %d, where %d is known: the library that the tests use and this command are of different releases", e.Version, Version)
	}
	base := strings.TrimSuffix(name, ext)
	if e.Trace, err = readTrace(base + traceExt); err == nil {
		e.Passing, err = readTrace(base + passingExt)
	}
	return e, err
}

func readTrace(name string) (*trace.Trace, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return trace.ReadJSON(f)
}
