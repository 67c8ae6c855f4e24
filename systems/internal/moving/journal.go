package moving

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ravelgo/ravel/systems/internal/filelock"
)

// version is what a writer has made of a row: a number that it uses once, or no row.
type version struct {
	number int64
	there  bool
}

func (v version) String() string {
	if !v.there {
		return fmt.Sprintf("deleted by %d", v.number)
	}
	return fmt.Sprint(v.number)
}

// record is what a journal knows of a row. After a write of which it is not known whether it took place there are two
// versions that the row may have.
type record struct {
	last    version
	pending *version
}

// may reports whether the row may be as it was found: with a number, or not there.
func (r record) may(number int64, there bool) bool {
	matches := func(v version) bool { return v.there == there && (!there || v.number == number) }
	return matches(r.last) || r.pending != nil && matches(*r.pending)
}

// journal is a file with the writes of one writer: a line before each, and one when it is known to have taken place.
//
//	try ROW NUMBER put|delete
//	did ROW NUMBER put|delete
//
// The lines are with the operating system before the writer goes on, so they outlive a process that is killed.
type journal struct {
	file   *os.File
	unlock func()
	rows   map[string]*record
	next   int64 // number that was not used yet
}

// openJournal reads a journal. A last line that is not whole was being written when the process was killed, and is cut off: no
// write had begun for which it speaks.
func openJournal(path string) (*journal, error) {
	unlock, err := filelock.TryLock(path)
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("%s is in use: another process is this client; end it first", path)
	}
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		unlock()
		return nil, err
	}
	j := &journal{file: f, unlock: unlock, rows: make(map[string]*record), next: 1}
	if err := j.read(); err != nil {
		j.close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return j, nil
}

func (j *journal) close() {
	_ = j.file.Close()
	j.unlock()
}

func (j *journal) read() error {
	r := bufio.NewReader(j.file)
	size := int64(0)
	for n := 1; ; n++ {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := j.apply(strings.TrimSuffix(line, "\n")); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		size += int64(len(line))
	}
	if err := j.file.Truncate(size); err != nil {
		return err
	}
	_, err := j.file.Seek(size, io.SeekStart)
	return err
}

// apply notes what a line says.
func (j *journal) apply(line string) error {
	var verb, row, what string
	var v version
	if n, _ := fmt.Sscanf(line, "%s %s %d %s", &verb, &row, &v.number, &what); n != 4 || what != "put" && what != "delete" {
		return fmt.Errorf("%q is no line of a journal", line)
	}
	v.there = what == "put"
	r := j.row(row)
	switch verb {
	case "try":
		r.pending = &v
	case "did":
		r.last, r.pending = v, nil
	default:
		return fmt.Errorf("%q is no line of a journal", line)
	}
	j.next = max(j.next, v.number+1)
	return nil
}

func (j *journal) row(row string) *record {
	r, ok := j.rows[row]
	if !ok {
		r = &record{}
		j.rows[row] = r
	}
	return r
}

// add writes a line.
func (j *journal) add(verb, row string, v version) error {
	what := "delete"
	if v.there {
		what = "put"
	}
	line := fmt.Sprintf("%s %s %d %s", verb, row, v.number, what)
	if _, err := j.file.WriteString(line + "\n"); err != nil {
		return err
	}
	return j.apply(line)
}
