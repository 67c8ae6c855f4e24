package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// head is the first line of a file of results: the settings under which they
// were made. Zero values are settings that were not given.
type head struct {
	Bench     string `json:"bench"`
	Strategy  string `json:"strategy,omitempty"`
	Cap       uint64 `json:"cap,omitempty"`
	Schedules uint64 `json:"schedules,omitempty"`
	States    uint64 `json:"states,omitempty"`
	Memory    string `json:"memory,omitempty"`
	Seed      string `json:"seed,omitempty"` // "" is a hash of each test's name
	Steps     int    `json:"steps"`          // 0 is the step bound of each test
}

// results is a file of results, a line of JSON for each. It is a memory of what
// was found when there is no file.
type results[R any] struct {
	head head
	rows []R

	path string // "" if there is no file
	size int64  // of what is whole in the file
	file *os.File
}

// readResults reads the file of --out, which may not exist yet. Settings that were
// not given are taken from its head, or else from defaults; those that were must
// be the same.
func readResults[R any](path string, given, defaults head) (*results[R], error) {
	r, err := readFile[R](path, given, defaults)
	if err != nil {
		return nil, fmt.Errorf("--out: %w", err)
	}
	return r, nil
}

func readFile[R any](path string, given, defaults head) (*results[R], error) {
	r := &results[R]{path: path}
	var data []byte
	if path != "" {
		var err error
		if data, err = os.ReadFile(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if len(data) == 0 {
		r.head = given.or(defaults)
		return r, nil
	}
	// A last line that is not whole is what an interrupt left of a result.
	lines := strings.SplitAfter(string(data), "\n")
	lines = lines[:len(lines)-1]
	if len(lines) == 0 || strict(lines[0], &r.head) != nil || r.head.Bench != given.Bench {
		return nil, fmt.Errorf("%s is there and has no results of ravel bench %s: name another file", path, given.Bench)
	}
	if err := given.differs(r.head); err != nil {
		return nil, fmt.Errorf("the results in %s were made %w: leave that out to go on with them, or name another file", path, err)
	}
	r.size = int64(len(lines[0]))
	for i, line := range lines[1:] {
		var row R
		if strict(line, &row) != nil {
			return nil, fmt.Errorf("line %d of %s is no result of ravel bench %s: remove that line to go on, or name another file", i+2, path, given.Bench)
		}
		r.rows = append(r.rows, row)
		r.size += int64(len(line))
	}
	return r, nil
}

// strict reads a line of JSON without anything else.
func strict(line string, v any) error {
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is more on it")
	}
	return nil
}

// or fills in what was not given.
func (h head) or(d head) head {
	return head{
		h.Bench, cmp.Or(h.Strategy, d.Strategy), cmp.Or(h.Cap, d.Cap), cmp.Or(h.Schedules, d.Schedules),
		cmp.Or(h.States, d.States), cmp.Or(h.Memory, d.Memory), cmp.Or(h.Seed, d.Seed), cmp.Or(h.Steps, d.Steps),
	}
}

// differs returns the first setting that was given and is another one in a file.
func (h head) differs(file head) error {
	for _, s := range []struct {
		given       bool
		flag        string
		here, there any
		none        string // what it means that the file has none
	}{
		{h.Strategy != "", "strategy", h.Strategy, file.Strategy, ""},
		{h.Cap != 0, "cap", h.Cap, file.Cap, ""},
		{h.Schedules != 0, "schedules", h.Schedules, file.Schedules, ""},
		{h.States != 0, "states", h.States, file.States, ""},
		{h.Memory != "", "memory", h.Memory, file.Memory, ""},
		{h.Seed != "", "seed", h.Seed, file.Seed, "with the seeds of the tests' names"},
		{h.Steps != 0, "steps", h.Steps, file.Steps, "with the step bound of each test"},
	} {
		here, there := fmt.Sprint(s.here), fmt.Sprint(s.there)
		if !s.given || here == there {
			continue
		}
		made := fmt.Sprintf("with --%s=%s", s.flag, there)
		if s.none != "" && (there == "" || there == "0") {
			made = s.none
		}
		return fmt.Errorf("%s, not with --%s=%s", made, s.flag, here)
	}
	return nil
}

// open prepares the file for more results.
func (r *results[R]) open() (err error) {
	if r.path == "" || r.file != nil {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("--out: %w", err)
		}
	}()
	if r.file, err = os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666); err != nil {
		return err
	}
	if r.size == 0 {
		return r.write(r.head)
	}
	return r.file.Truncate(r.size)
}

// keep adds a result. It is in the file when keep returns.
func (r *results[R]) keep(row R) error {
	r.rows = append(r.rows, row)
	if r.file == nil {
		return nil
	}
	if err := r.write(row); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return nil
}

func (r *results[R]) write(v any) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return err
	}
	_, err := r.file.Write(b.Bytes()) // at once: a line is whole or the last one
	return err
}

func (r *results[R]) close() {
	if r.file != nil {
		r.file.Close()
	}
}
