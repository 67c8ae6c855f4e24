package dict

import (
	"context"
	"errors"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// ErrConflict is returned by a Commit that has left no trace: what the transaction has read has changed, or may have. Begin
// again.
var ErrConflict = errors.New("dict: the transaction has read what another one changes")

// ErrDone is returned by methods of a transaction that has ended.
var ErrDone = errors.New("dict: the transaction has ended")

// Tx is a transaction. It ends by Commit or Abort; one that is dropped costs nothing.
type Tx struct {
	s      *Store
	begun  service.LSN // what was applied when it began
	reads  map[string]map[string]bool
	ranged map[string]bool // dictionaries that were read as a whole
	writes []write
	done   bool
}

// Begin begins a transaction.
func (s *Store) Begin() *Tx {
	return &Tx{s: s, begun: s.applied, reads: map[string]map[string]bool{}, ranged: map[string]bool{}}
}

// Abort ends a transaction that has changed nothing. It may be called after Commit, which it does not affect.
func (tx *Tx) Abort() { tx.done = true }

// Commit replicates what was written.
func (tx *Tx) Commit(ctx context.Context) error {
	if tx.done {
		return ErrDone
	}
	tx.done = true
	if !tx.valid() {
		return ErrConflict
	}
	if len(tx.writes) == 0 {
		return nil
	}
	s := tx.s
	s.last++
	n := s.last
	s.expect(n, tx)
	lsn, err := s.p.Replicate(ctx, encode(operation{s.p.Info().Replica, n, tx.writes}))
	if err != nil && lsn == 0 {
		s.settle(n) // it has left no trace
	}
	return err
}

// valid reports whether everything is as the transaction has read it, and nobody is about to change it.
func (tx *Tx) valid() bool {
	s := tx.s
	if tx.begun < s.known {
		return false
	}
	for dict, keys := range tx.reads {
		for k := range keys {
			if s.changed[dict][k] > tx.begun || s.keys[dict+"\x00"+k].writers > 0 {
				return false
			}
		}
	}
	for dict := range tx.ranged {
		for _, n := range s.changed[dict] {
			if n > tx.begun {
				return false
			}
		}
		for _, k := range s.keys {
			if k.dict == dict {
				return false
			}
		}
	}
	return true
}

// expect notes that a transaction is under way.
func (s *Store) expect(n int64, tx *Tx) {
	s.pending[n] = tx
	for _, w := range tx.writes {
		name := w.Dict + "\x00" + w.Key
		s.keys[name] = key{w.Dict, s.keys[name].writers + 1}
	}
}

// settle notes that a transaction is not under way any more.
func (s *Store) settle(n int64) {
	tx := s.pending[n]
	if tx == nil {
		return
	}
	delete(s.pending, n)
	for _, w := range tx.writes {
		name := w.Dict + "\x00" + w.Key
		if k := s.keys[name]; k.writers > 1 {
			s.keys[name] = key{k.dict, k.writers - 1}
		} else {
			delete(s.keys, name)
		}
	}
}

func (tx *Tx) read(dict, k string) {
	if tx.reads[dict] == nil {
		tx.reads[dict] = map[string]bool{}
	}
	tx.reads[dict][k] = true
}

// put makes a write the only one of its key.
func (tx *Tx) put(w write) {
	tx.writes = slices.DeleteFunc(tx.writes, func(o write) bool { return o.Dict == w.Dict && o.Key == w.Key })
	tx.writes = append(tx.writes, w)
}

// own returns the transaction's own write of a key.
func (tx *Tx) own(dict, k string) (write, bool) {
	for _, w := range tx.writes {
		if w.Dict == dict && w.Key == k {
			return w, true
		}
	}
	return write{}, false
}
