package txn

import (
	"bytes"
	"errors"
	"testing"
)

// file is a File in memory.
type file struct{ data []byte }

func (f *file) Read() ([]byte, error)   { return bytes.Clone(f.data), nil }
func (f *file) Append(p []byte) error   { f.data = append(f.data, p...); return nil }
func (f *file) Truncate(size int) error { f.data = f.data[:size]; return nil }
func (f *file) Sync() error             { return nil }

var history = []record{
	{kind: prepared, tx: 1, write: Write{"key", "value"}},
	{kind: committed, tx: 1},
	{kind: refused, tx: 300},
	{kind: aborted, tx: 300},
	{kind: prepared, tx: 1 << 40},
}

func encoded(records []record) []byte {
	var p []byte
	for _, r := range records {
		p = r.encode(p)
	}
	return p
}

func replayed(p []byte) ([]record, int, error) {
	f := &file{p}
	j := journal{file: f}
	var got []record
	err := j.replay(func(r record) { got = append(got, r) })
	return got, len(f.data), err
}

func same(a, b []record) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A log that is cut anywhere yields the records that are whole, and is cut off behind them.
func TestTorn(t *testing.T) {
	all := encoded(history)
	for cut := range len(all) + 1 {
		n := 0
		for n < len(history) && len(encoded(history[:n+1])) <= cut {
			n++
		}
		got, size, err := replayed(bytes.Clone(all[:cut]))
		if err != nil || !same(got, history[:n]) || size != len(encoded(history[:n])) {
			t.Errorf("cut at %d: %v, %d bytes, %v", cut, got, size, err)
		}
	}
}

// No flipped bit goes unnoticed: either the log is refused, or it ends before the record that has it.
func TestDamaged(t *testing.T) {
	all := encoded(history)
	refusals := 0
	for i := range len(all) * 8 {
		p := bytes.Clone(all)
		p[i/8] ^= 1 << (i % 8)
		whole := 0
		for len(encoded(history[:whole+1])) <= i/8 {
			whole++
		}
		got, _, err := replayed(p)
		if !same(got, history[:whole]) {
			t.Errorf("bit %d of byte %d: read %v", i%8, i/8, got)
		}
		if errors.Is(err, ErrDamaged) {
			refusals++
		} else if err != nil {
			t.Errorf("bit %d of byte %d: %v", i%8, i/8, err)
		}
	}
	if refusals < len(all)*4 {
		t.Errorf("%d of %d flipped bits were refused", refusals, len(all)*8)
	}
}

// The format is what it was: other versions read it.
func TestFormat(t *testing.T) {
	want := "\x0c\x00\x00\x00\x1c[\x904\x01\x01\x03key\x05value"
	if got := history[0].encode(nil); string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// FuzzReplay reads anything without a panic, and what it reads it would write the same way.
func FuzzReplay(f *testing.F) {
	f.Add(encoded(history))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0})
	f.Add(record{kind: endKinds, tx: 1}.encode(nil))
	f.Fuzz(func(t *testing.T, p []byte) {
		got, size, err := replayed(p)
		if err != nil {
			return
		}
		if again, _, err := replayed(encoded(got)); err != nil || !same(got, again) {
			t.Errorf("%q reads as %v, written and read again as %v, %v", p[:size], got, again, err)
		}
	})
}

func TestSeq(t *testing.T) {
	var s Seq
	if s.Takes(0) || s.Takes(1) {
		t.Error("takes an answer without a request")
	}
	a, b := s.Next(), s.Next()
	if a == b || s.Takes(a) {
		t.Error("takes the answer to a request that was given up")
	}
	if !s.Takes(b) || s.Takes(b) {
		t.Error("takes the answer to its request not once")
	}
}
