package strategy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/schedule"
)

// someBranches are branches of every shape.
func someBranches() []*branch {
	p := func(ns ...int) (ps []point) {
		for i, n := range ns {
			ps = append(ps, pointOf([]schedule.Kind{schedule.Schedule, schedule.Bool, schedule.Int}[i%3], n, []price{linear, flat, free}[i%3]))
		}
		return ps
	}
	return []*branch{
		{points: p(2), reach: 1},
		{cost: 3, from: 8, prefix: 1<<63 + 5, level: 2, path: []deviation{{0, 3}, {7, 1}}, points: p(9, 2, 300, 4), reach: 8},
		{cost: 1, from: 1 << 20, level: 1, path: []deviation{{1<<20 - 1, 1}}, points: p(2, 2), reach: 1},
		{cost: 1, from: 5, level: 1, path: []deviation{{4, 1}}},
	}
}

// What a branch is encoded to does not change: files of the frontier live as long as a process, but what is measured of
// them should mean the same thing.
func TestBranchCodec(t *testing.T) {
	golden := []string{
		"\x00\x00\x00\x00\x01\x22",
		"\x03\x08\x85\x80\x80\x80\x80\x80\x80\x80\x80\x01\x02\x00\x03\x07\x01\x04\x92\x01\x25\xc8\x25\x42",
		"\x01\x80\x80\x40\x00\x01\xff\xff\x3f\x01\x02\x22\x25",
		"\x01\x05\x00\x01\x04\x01\x00",
	}
	for i, b := range someBranches() {
		code := b.encode(nil)
		if string(code) != golden[i] {
			t.Errorf("branch %d: %q, expected %q", i, code, golden[i])
		}
		got, err := decodeBranch(bytes.NewReader(code))
		if err != nil || !reflect.DeepEqual(got, b) {
			t.Errorf("branch %d: %+v %v, expected %+v", i, got, err, b)
		}
		for n := range code {
			if _, err := decodeBranch(bytes.NewReader(code[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("branch %d, cut at byte %d: error %v", i, n, err)
			}
		}
	}
}

func FuzzBranchCodec(f *testing.F) {
	for _, b := range someBranches() {
		f.Add(b.encode(nil))
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		b, err := decodeBranch(bytes.NewReader(code))
		if err != nil {
			return
		}
		again, err := decodeBranch(bufio.NewReader(bytes.NewReader(b.encode(nil))))
		if err != nil || !reflect.DeepEqual(b, again) {
			t.Fatalf("%+v became %+v, %v", b, again, err)
		}
	})
}

// A frontier gives back what was put in, whatever of it went to disk, and leaves no file behind.
func TestFrontier(t *testing.T) {
	for _, most := range []int{0, 1, 500, 1 << 20} {
		dir := t.TempDir()
		f := &frontier{most: most, dir: dir}
		var want []*branch
		for range 100 {
			want = append(want, someBranches()...)
		}
		for _, b := range want {
			if err := f.put(b); err != nil {
				t.Fatal(err)
			}
		}
		if f.len() != len(want) || most > 0 && f.memory > most {
			t.Errorf("most %d: %d branches in %d bytes", most, f.len(), f.memory)
		}
		if small := most == 1 || most == 500; (f.filed > 0) != small {
			t.Errorf("most %d: %d branches in the file", most, f.filed)
		}
		for i, b := range want {
			got, err := f.take()
			if err != nil || !reflect.DeepEqual(got, b) {
				t.Fatalf("most %d: branch %d is %+v, %v; expected %+v", most, i, got, err, b)
			}
		}
		if b, err := f.take(); b != nil || err != nil || f.len() != 0 || f.memory != 0 {
			t.Errorf("most %d: %v %v is left, length %d, %d bytes", most, b, err, f.len(), f.memory)
		}
		f.close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("most %d: %v is left behind", most, left)
		}
	}
}

// A disk that cannot be written to ends the search with an error that says what to do.
func TestFrontierWithoutDisk(t *testing.T) {
	f := &frontier{most: 1, dir: filepath.Join(t.TempDir(), "missing")}
	err := f.put(someBranches()[1])
	if err == nil || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "give the search more memory") {
		t.Errorf("error %v", err)
	}
}
