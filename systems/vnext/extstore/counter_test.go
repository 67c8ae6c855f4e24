package extstore_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

var counters = []string{"incarnation-1", "incarnation-2"}

func TestIncarnations(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		for _, c := range []struct{ floor, want extmgr.Incarnation }{
			{0, 1}, {0, 2}, {3, 3}, {3, 4}, {10, 10}, {0, 11}, {1, 12},
		} {
			got, err := open(t, files, small).NextIncarnation(c.floor)
			if err != nil || got != c.want {
				t.Fatalf("NextIncarnation(%d): %d, %v; want %d", c.floor, got, err, c.want)
			}
		}
	})
}

// badCounters are all ways to cut the file of a counter off or to flip a bit.
func badCounters(file []byte) (bad [][]byte) {
	for n := range file {
		bad = append(bad, file[:n])
	}
	for bit := range 8 * len(file) {
		flipped := slices.Clone(file)
		flipped[bit/8] ^= 1 << (bit % 8)
		bad = append(bad, flipped)
	}
	return bad
}

// If one file of the counter is damaged the other one counts, and the counter is
// whole again afterwards.
func TestDamagedCounter(t *testing.T) {
	files := newMemFS()
	log := &journal{}
	s := open(t, files, Config{Log: log})
	want, err := s.NextIncarnation(77)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range counters {
		for _, bad := range badCounters(readFile(t, files, name)) {
			writeFile(t, files, name, bad)
			log.warnings = nil
			want++
			if n, err := s.NextIncarnation(0); err != nil || n != want || !log.said(name) {
				t.Fatalf("%s is %x: %d, %v, want %d; logged: %q", name, bad, n, err, want, log.warnings)
			}
			if a, b := readFile(t, files, counters[0]), readFile(t, files, counters[1]); !slices.Equal(a, b) {
				t.Fatalf("the files are %x and %x", a, b)
			}
		}
	}
}

// If both are damaged there has to be a floor.
func TestLostCounter(t *testing.T) {
	files := newMemFS()
	log := &journal{}
	s := open(t, files, Config{Log: log})
	if _, err := s.NextIncarnation(77); err != nil {
		t.Fatal(err)
	}
	for _, bad := range badCounters(readFile(t, files, counters[0])) {
		for _, name := range counters {
			writeFile(t, files, name, bad)
		}
		if n, err := s.NextIncarnation(0); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "floor") {
			t.Fatalf("%x: without a floor: %d, %v", bad, n, err)
		}
		log.warnings = nil
		if n, err := s.NextIncarnation(5); err != nil || n != 5 || !log.said("starts again") {
			t.Fatalf("%x: with a floor: %d, %v; logged: %q", bad, n, err, log.warnings)
		}
		if n, err := s.NextIncarnation(0); err != nil || n != 6 {
			t.Fatalf("%x: repaired: %d, %v", bad, n, err)
		}
	}
}

// No incarnation is given out twice, wherever a crash falls, the first time and
// later.
func TestCounterCrash(t *testing.T) {
	for _, floor := range []extmgr.Incarnation{0, 4} { // 0 is a new store
		for at := range 6 {
			for torn := range 17 {
				for _, power := range []bool{false, true} {
					name := fmt.Sprintf("after %d, before %d, %d torn, power %v", floor, at, torn, power)
					t.Run(name, func(t *testing.T) { counterCrash(t, floor, at, torn, power) })
				}
			}
		}
	}
}

func counterCrash(t *testing.T, last extmgr.Incarnation, at, torn int, power bool) {
	files := newMemFS()
	if last > 0 {
		if _, err := open(t, files, small).NextIncarnation(last); err != nil {
			t.Fatal(err)
		}
	}
	f := &faultFS{FS: files, at: at, err: errCrashed, crash: true, torn: torn}
	given, err := open(t, f, small).NextIncarnation(0)
	if err == nil {
		last = given
	} else if !errors.Is(err, errCrashed) {
		t.Fatal(err)
	}
	if power {
		files.powerFails()
	}
	n, err := open(t, files, small).NextIncarnation(0)
	if err != nil || n <= last || n > last+2 {
		t.Errorf("after %d and a crash comes %d, %v", last, n, err)
	}
}

// The counter needs no more room than it has.
func TestCounterOnFullDisk(t *testing.T) {
	f := &faultFS{FS: newMemFS()}
	s := open(t, f, small)
	if _, err := s.NextIncarnation(0); err != nil {
		t.Fatal(err)
	}
	f.ops = nil
	if _, err := s.NextIncarnation(0); err != nil {
		t.Fatal(err)
	}
	if want := []string{"write .", "sync .", "write .", "sync ."}; !slices.Equal(f.ops, want) {
		t.Errorf("operations: %q, want %q", f.ops, want)
	}
	if names := list(t, f, "tmp"); len(names) > 0 {
		t.Errorf("files created: %q", names)
	}
}

// Whatever fails, no incarnation is given out.
func TestCounterFails(t *testing.T) {
	files := &badFS{FS: newMemFS(), read: syscall.EMFILE}
	if n, err := open(t, files, small).NextIncarnation(9); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("unreadable: %d, %v", n, err)
	}
	for at := range 5 {
		f := &faultFS{FS: newMemFS(), at: at + 1, err: syscall.ENOSPC}
		if n, err := open(t, f, small).NextIncarnation(9); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("operation %d fails: %d, %v", at+1, n, err)
		}
	}
}
