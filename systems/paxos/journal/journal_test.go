package journal_test

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/paxos/journal"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// memory is a File.
type memory struct {
	data  []byte
	syncs int
	fails string // the operation that fails
}

var errBroken = errors.New("the disk is broken")

func (m *memory) try(op string) error {
	if m.fails == op {
		return errBroken
	}
	return nil
}

func (m *memory) Read() ([]byte, error)   { return slices.Clone(m.data), m.try("read") }
func (m *memory) Append(p []byte) error   { m.data = append(m.data, p...); return m.try("append") }
func (m *memory) Truncate(size int) error { m.data = m.data[:size]; return m.try("truncate") }
func (m *memory) Sync() error             { m.syncs++; return m.try("sync") }

func state(round uint64, v synod.Value) synod.State {
	b := synod.Ballot{Round: round, Proposer: 3}
	return synod.State{Promised: b, Accepted: synod.Proposal{Ballot: b, Value: v}}
}

var saves = []struct {
	instance uint64
	state    synod.State
}{
	{0, synod.State{Promised: synod.Ballot{Round: 1, Proposer: 2}}},
	{1 << 63, state(1<<63, "a value\x00")},
	{0, state(2, "x")},
	{7, state(300, synod.Value(strings.Repeat("long ", 100)))},
}

// written returns a journal with all saves, and where each record ends.
func written(t *testing.T, f journal.File, size func() int) (ends []int) {
	t.Helper()
	j, err := journal.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range saves {
		if err := j.Save(s.instance, s.state); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, size())
	}
	return ends
}

// want is what is saved by the first n saves.
func want(n int) map[uint64]synod.State {
	m := map[uint64]synod.State{}
	for _, s := range saves[:n] {
		m[s.instance] = s.state
	}
	return m
}

// Wherever a crash cuts the file, or fills it with zeros, the whole records before
// are found, and what is saved then is found too.
func TestTorn(t *testing.T) {
	full := &memory{}
	ends := written(t, full, func() int { return len(full.data) })
	if full.syncs != len(saves) {
		t.Errorf("%d syncs for %d saves", full.syncs, len(saves))
	}
	for size := range len(full.data) + 1 {
		whole := 0
		for whole < len(ends) && ends[whole] <= size {
			whole++
		}
		for _, zeros := range []int{0, 1, 40} {
			if zeros > 0 && (whole == 0 || ends[whole-1] != size) && size != 0 {
				continue // zeros behind a part of a record are damage
			}
			m := &memory{data: append(slices.Clone(full.data[:size]), make([]byte, zeros)...)}
			j, err := journal.Open(m)
			if err != nil {
				t.Fatalf("cut at %d, %d zeros: %v", size, zeros, err)
			}
			if !maps.Equal(j.States(), want(whole)) {
				t.Fatalf("cut at %d, %d zeros: %v, want the first %d saves", size, zeros, j.States(), whole)
			}
			if err := j.Save(9, state(9, "new")); err != nil {
				t.Fatal(err)
			}
			if j, err = journal.Open(m); err != nil || j.States()[9] != state(9, "new") || len(j.States()) != len(want(whole))+1 {
				t.Fatalf("cut at %d, %d zeros, saved: %v, %v", size, zeros, j, err)
			}
		}
	}
}

// No flipped bit goes unnoticed, wherever it is: it is an error that names the
// record.
func TestRot(t *testing.T) {
	full := &memory{}
	ends := written(t, full, func() int { return len(full.data) })
	for bit := range 8 * len(full.data) {
		m := &memory{data: slices.Clone(full.data)}
		m.data[bit/8] ^= 1 << (bit % 8)
		at := 0
		for _, end := range ends {
			if end <= bit/8 {
				at = end
			}
		}
		_, err := journal.Open(m)
		if e := new(journal.CorruptError); !errors.As(err, &e) || e.Offset != at || !strings.Contains(err.Error(), "do not start") {
			t.Fatalf("bit %d: %v, want damage at %d", bit, err, at)
		}
	}
}

// A save that fails is not taken, and neither is any after it, even if the disk has
// recovered.
func TestFails(t *testing.T) {
	for _, op := range []string{"append", "sync"} {
		m := &memory{}
		j, err := journal.Open(m)
		if err != nil {
			t.Fatal(err)
		}
		r := j.Register(4)
		if err := r.Save(state(1, "x")); err != nil {
			t.Fatal(err)
		}
		m.fails = op
		if err := r.Save(state(2, "y")); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", op, err)
		}
		m.fails = ""
		if err := r.Save(state(3, "z")); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "open it again") {
			t.Errorf("after %s: %v", op, err)
		}
		if s, err := r.Load(); s != state(1, "x") || err != nil {
			t.Errorf("after %s: %v, %v", op, s, err)
		}
	}
	for _, op := range []string{"read", "truncate", "sync"} {
		if _, err := journal.Open(&memory{data: []byte{1}, fails: op}); !errors.Is(err, errBroken) {
			t.Errorf("opened although %s fails: %v", op, err)
		}
	}
	j, err := journal.Open(&memory{})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Save(0, synod.State{Promised: synod.Ballot{Round: 1, Proposer: -1}}); err == nil {
		t.Error("a negative number is taken")
	}
}

func TestOSFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	f := journal.OSFile(path)
	written(t, f, func() int { data, _ := f.Read(); return len(data) })
	if err := f.Append([]byte{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(f)
	if err != nil || !maps.Equal(j.States(), want(len(saves))) {
		t.Errorf("%v, %v", j, err)
	}
	if _, err := journal.Open(journal.OSFile(filepath.Dir(path))); err == nil {
		t.Error("a folder is taken for a journal")
	}
}

// FuzzOpen opens anything without a panic, and what it finds is found again.
func FuzzOpen(f *testing.F) {
	full := &memory{}
	j, _ := journal.Open(full)
	for _, s := range saves {
		_ = j.Save(s.instance, s.state)
	}
	f.Add(full.data)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		m := &memory{data: data}
		j, err := journal.Open(m)
		if err != nil {
			return
		}
		again, err := journal.Open(m)
		if err != nil || !maps.Equal(j.States(), again.States()) {
			t.Errorf("%v, and then %v, %v", j.States(), again, err)
		}
	})
}
