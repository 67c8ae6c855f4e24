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

// Every mistake in writing ends the staging, with a clear error and no trace.
func TestStagingMistakes(t *testing.T) {
	const text = "0123456789"
	sum := func(p string) uint32 { return Checksum([]byte(p)) }
	write := func(off int64, p string, crc uint32) func(StagedExtent) error {
		return func(st StagedExtent) error { return st.WriteBlock(off, []byte(p), crc) }
	}
	good := write(0, text[:4], sum(text[:4]))
	commit := func(st StagedExtent) error { _, err := st.Commit(); return err }
	wrong := infoOf(extentX, 2, "another text"[:10])
	for name, c := range map[string]struct {
		want  extmgr.ExtentInfo
		steps []func(StagedExtent) error // the last one fails
		err   string
	}{
		"wrong checksum": {want: infoOf(extentX, 2, text), err: "checksum mismatch",
			steps: []func(StagedExtent) error{good, write(4, text[4:], 1)}},
		"gap": {want: infoOf(extentX, 2, text), err: "want them at 4",
			steps: []func(StagedExtent) error{good, write(8, text[8:], sum(text[8:]))}},
		"twice": {want: infoOf(extentX, 2, text), err: "want them at 4",
			steps: []func(StagedExtent) error{good, good}},
		"part of a block": {want: infoOf(extentX, 2, text), err: "want whole blocks of 4",
			steps: []func(StagedExtent) error{write(0, text[:5], sum(text[:5]))}},
		"too much": {want: infoOf(extentX, 2, text), err: "the extent has 10",
			steps: []func(StagedExtent) error{write(0, text+"!", sum(text+"!"))}},
		"too little": {want: infoOf(extentX, 2, text), err: "4 of 10 bytes",
			steps: []func(StagedExtent) error{good, commit}},
		"wrong whole": {want: wrong, err: "the whole extent: checksum mismatch",
			steps: []func(StagedExtent) error{write(0, text, sum(text)), commit}},
	} {
		t.Run(name, func(t *testing.T) {
			onEachFS(t, func(t *testing.T, files FS) {
				s := open(t, files, small)
				old := mustPut(t, s, extentX, 1, "old")
				used := s.Used()
				st, err := s.Stage(c.want)
				if err != nil {
					t.Fatal(err)
				}
				for i, step := range c.steps {
					err := step(st)
					if last := i == len(c.steps)-1; last != (err != nil) {
						t.Fatalf("step %d: %v", i, err)
					}
					if err != nil && !strings.Contains(err.Error(), c.err) {
						t.Errorf("error is %q, want %q", err, c.err)
					}
				}
				if err := commit(st); err == nil || !strings.Contains(err.Error(), "committed or aborted") {
					t.Errorf("commit afterwards: %v", err)
				}
				if err := st.Abort(); err != nil {
					t.Errorf("abort afterwards: %v", err)
				}
				wantHeld(t, s, files, old)
				if s.Used() != used {
					t.Errorf("%d bytes are used instead of %d", s.Used(), used)
				}
				mustPut(t, s, extentX, 2, text)
			})
		})
	}
}

func TestStageRefuses(t *testing.T) {
	s := open(t, newMemFS(), small)
	for _, length := range []int64{-1, MaxLength + 1} {
		if _, err := s.Stage(extmgr.ExtentInfo{ID: extentX, Length: length}); err == nil {
			t.Errorf("an extent of %d bytes is staged", length)
		}
	}
	st, err := s.Stage(infoOf(extentX, 1, "text"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stage(infoOf(extentX, 2, "text")); !errors.Is(err, ErrBusy) {
		t.Errorf("staged twice: %v", err)
	}
	if len(s.List()) > 0 {
		t.Error("what is being staged is listed")
	}
	if err := st.Abort(); err != nil {
		t.Error(err)
	}
	mustPut(t, s, extentX, 1, "text")
}

// Two extents may be staged at the same time.
func TestStageTwoExtents(t *testing.T) {
	files := newMemFS()
	s := open(t, files, small)
	var want []extmgr.ExtentInfo
	var staged []StagedExtent
	for _, name := range []string{"x", "y"} {
		want = append(want, infoOf(extent(name), 1, "text"))
		st, err := s.Stage(want[len(want)-1])
		if err != nil {
			t.Fatal(err)
		}
		staged = append(staged, st)
	}
	for _, st := range staged {
		if err := st.WriteBlock(0, []byte("text"), Checksum([]byte("text"))); err != nil {
			t.Error(err)
		}
	}
	for _, st := range slices.Backward(staged) {
		if _, err := st.Commit(); err != nil {
			t.Error(err)
		}
	}
	wantHeld(t, s, files, want...)
}

// replace puts a newer version in place of an older one on a file system with a
// fault, and returns what each is.
func replace(tb testing.TB, files FS, f *faultFS) (s *Store, old, newer extmgr.ExtentInfo, err error) {
	tb.Helper()
	old = mustPut(tb, open(tb, files, small), extentX, 1, "the old text")
	const text = "this is the newer text"
	newer = infoOf(extentX, 2, text)
	f.FS = files
	s = open(tb, f, small)
	return s, old, newer, put(s, newer, text)
}

// replaceOps is what replacing does to the file system, one operation each.
func replaceOps(tb testing.TB) []string {
	tb.Helper()
	f := &faultFS{}
	if _, _, _, err := replace(tb, newMemFS(), f); err != nil {
		tb.Fatal(err)
	}
	return f.ops
}

// The write path does what the documentation says, in this order.
func TestCommitOrder(t *testing.T) {
	want := []string{
		"remove tmp", "write tmp", "write tmp", "write tmp", "write tmp", // nothing, header, 8+8+6 bytes
		"sync tmp", "rename data/78", "syncdir data/78",
	}
	if got := replaceOps(t); !slices.Equal(got, want) {
		t.Errorf("operations: %q, want %q", got, want)
	}
}

// A crash before any operation leaves the old version or the newer one, whole;
// if the process alone dies, and if the power fails.
func TestCrash(t *testing.T) {
	for at := range len(replaceOps(t)) {
		for torn := range 12 {
			f := &faultFS{at: at + 1, err: errCrashed, crash: true, torn: torn}
			t.Run(fmt.Sprintf("process before %d, %d torn", f.at, torn), func(t *testing.T) {
				onEachFS(t, func(t *testing.T, files FS) { crash(t, files, *f, func() {}) })
			})
			t.Run(fmt.Sprintf("power before %d, %d torn", f.at, torn), func(t *testing.T) {
				files := newMemFS()
				crash(t, files, *f, files.powerFails)
			})
		}
	}
}

func crash(t *testing.T, files FS, f faultFS, lose func()) {
	_, old, newer, err := replace(t, files, &f)
	if !errors.Is(err, errCrashed) {
		t.Fatalf("no crash: %v", err)
	}
	lose()
	s := open(t, files, small)
	if held := s.List(); len(held) == 1 && held[0] == newer {
		old = newer
	}
	wantHeld(t, s, files, old)
	if damaged := list(t, files, "damaged"); len(damaged) > 0 {
		t.Errorf("damaged: %q", damaged)
	}
	mustPut(t, s, extentX, 3, "life goes on")
}

// What was committed survives a power failure right after, and what was deleted
// stays deleted.
func TestDurable(t *testing.T) {
	files := newMemFS()
	s := open(t, files, small)
	x := mustPut(t, s, extentX, 1, "text")
	mustPut(t, s, extent("y"), 1, "text")
	if err := s.Delete(extent("y"), 1); err != nil {
		t.Fatal(err)
	}
	files.powerFails()
	wantHeld(t, open(t, files, small), files, x)
	if err := s.Quarantine(extentX, errors.New("for the test")); err != nil {
		t.Fatal(err)
	}
	files.powerFails()
	wantHeld(t, open(t, files, small), files)
	if kept := list(t, files, "damaged"); len(kept) != 1 {
		t.Errorf("set aside: %q", kept)
	}
}

// An operation that fails, for lack of room or otherwise, leaves the old version
// or, once that has been replaced, none; never an unfinished file, and nothing
// that keeps the next attempt from succeeding.
func TestFailure(t *testing.T) {
	ops := replaceOps(t)
	for at, op := range ops {
		for torn := range 12 {
			if torn > 0 && op != "write tmp" {
				continue
			}
			t.Run(fmt.Sprintf("%d %s, %d torn", at+1, op, torn), func(t *testing.T) {
				onEachFS(t, func(t *testing.T, files FS) {
					f := &faultFS{at: at + 1, err: syscall.ENOSPC, torn: torn}
					s, old, newer, err := replace(t, files, f)
					if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), extentX.String()) {
						t.Errorf("error: %v", err)
					}
					if at < len(ops)-1 {
						wantHeld(t, s, files, old)
					} else {
						wantHeld(t, s, files) // neither, until the store is opened again
						wantHeld(t, open(t, files, small), files, newer)
					}
					mustPut(t, s, extentX, 3, "life goes on")
				})
			})
		}
	}
}

// An unfinished file that could not be removed does not spoil the next attempt.
func TestLitter(t *testing.T) {
	files := newMemFS()
	f := &faultFS{FS: files}
	s := open(t, f, small)
	st, err := s.Stage(infoOf(extentX, 1, "a long text"))
	if err != nil {
		t.Fatal(err)
	}
	if err := st.WriteBlock(0, []byte("a long text"), Checksum([]byte("a long text"))); err != nil {
		t.Fatal(err)
	}
	f.at, f.err = len(f.ops)+1, syscall.EIO
	if err := st.Abort(); !errors.Is(err, syscall.EIO) {
		t.Errorf("Abort: %v", err)
	}
	if len(list(t, files, "tmp")) != 1 {
		t.Fatal("the file was removed after all")
	}
	want := mustPut(t, s, extentX, 1, "short")
	wantHeld(t, s, files, want)
	wantHeld(t, open(t, files, small), files, want)
}

// A store with a capacity sets room aside and does not exceed it.
func TestCapacity(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		cfg := Config{BlockSize: 4, Capacity: 200}
		s := open(t, files, cfg)
		x := mustPut(t, s, extentX, 1, "0123456789") // 52+10+3*4
		if s.Used() != 74 || s.Free() != 126 {
			t.Errorf("%d used, %d free", s.Used(), s.Free())
		}
		st, err := s.Stage(infoOf(extent("y"), 1, "0123456789"))
		if err != nil {
			t.Fatal(err)
		}
		if s.Used() != 148 {
			t.Errorf("%d used", s.Used())
		}
		_, err = s.Stage(infoOf(extent("z"), 1, ""))
		if err != nil {
			t.Errorf("52 bytes of 52: %v", err)
		}
		if _, err := s.Stage(infoOf(extent("0"), 1, "")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("52 bytes of 0: %v", err)
		}
		if err := st.Abort(); err != nil {
			t.Error(err)
		}
		if s.Used() != 126 {
			t.Errorf("%d used", s.Used())
		}
		again := open(t, files, Config{Capacity: 70}) // smaller than what is there
		wantHeld(t, again, files, x)
		if again.Free() != 0 {
			t.Errorf("%d free", again.Free())
		}
	})
}
