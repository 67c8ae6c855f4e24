package dict

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Store holds the dictionaries of a replica. Embedded in a service it implements all of service.Replica but Serve.
type Store struct {
	p       service.Partition
	dicts   map[string]contents
	applied service.LSN

	// When keys were written last, also those that are gone. It is known of what was written behind an LSN only: a snapshot
	// does not say, and what is old is forgotten.
	changed map[string]map[string]service.LSN
	known   service.LSN

	last    int64          // number of the transaction that was replicated last
	pending map[int64]*Tx  // own transactions that are under way, or in doubt
	keys    map[string]key // that they write, by name
}

// contents is a dictionary: JSON of keys and of values.
type contents map[string]json.RawMessage

// key is a key of a dictionary that pending transactions write, and by how many.
type key struct {
	dict    string
	writers int
}

// operation is what is replicated.
type operation struct {
	Replica service.ReplicaID `json:"replica"` // whose transaction it is
	Tx      int64             `json:"tx"`
	Writes  []write           `json:"writes,omitempty"`
}

type write struct {
	Dict  string          `json:"dict"`
	Key   string          `json:"key"` // JSON
	Value json.RawMessage `json:"value,omitempty"`
	Gone  bool            `json:"gone,omitempty"`
}

// Open implements service.Replica.
func (s *Store) Open(_ context.Context, p service.Partition) error {
	s.p = p
	s.reset()
	return nil
}

func (s *Store) reset() {
	s.changed = map[string]map[string]service.LSN{}
	for name := range s.dicts {
		s.dicts[name] = contents{}
	}
	s.forget()
}

// forget forgets transactions that are under way: whether they are committed is no business of this replica any more.
func (s *Store) forget() { s.pending, s.keys = map[int64]*Tx{}, map[string]key{} }

// ChangeRole implements service.Replica.
func (s *Store) ChangeRole(context.Context, service.Epoch, service.Role) error {
	s.forget()
	return nil
}

// Close implements service.Replica.
func (s *Store) Close(context.Context) error { return nil }

// Abort implements service.Replica.
func (s *Store) Abort() {}

// Partition returns what Open was given.
func (s *Store) Partition() service.Partition { return s.p }

// Barrier waits until everything is applied that was committed before the call, and fails if this replica cannot know, because
// it is not the primary any more. A read behind it is linearizable.
func (s *Store) Barrier(ctx context.Context) error {
	_, err := s.p.Replicate(ctx, encode(operation{}))
	return err
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // all that is in it was JSON before
	}
	return data
}

// Apply implements service.Replica.
func (s *Store) Apply(_ context.Context, op service.Op) error {
	var o operation
	if err := json.Unmarshal(op.Data, &o); err != nil {
		return fmt.Errorf("dict: operation %d: %w", op.LSN, err)
	}
	if o.Replica == s.p.Info().Replica {
		s.settle(o.Tx)
	}
	s.applied = op.LSN
	for _, w := range o.Writes {
		if err := s.write(w); err != nil {
			return fmt.Errorf("dict: operation %d: %w", op.LSN, err)
		}
		s.note(op.LSN, w)
	}
	return nil
}

func (s *Store) write(w write) error {
	d, ok := s.dicts[w.Dict]
	if !ok {
		return fmt.Errorf("there is no dictionary %q: every replica has to make the same ones with New, before it is opened", w.Dict)
	}
	if w.Gone {
		delete(d, w.Key)
	} else {
		d[w.Key] = w.Value
	}
	return nil
}

// keep is for how many operations it is known which keys they wrote. A transaction that is older conflicts.
const keep = 4096

// note notes when a key was written, and now and then forgets what is old.
func (s *Store) note(n service.LSN, w write) {
	if s.changed[w.Dict] == nil {
		s.changed[w.Dict] = map[string]service.LSN{}
	}
	s.changed[w.Dict][w.Key] = n
	if n-s.known < 2*keep {
		return
	}
	s.known = n - keep
	for _, keys := range s.changed {
		maps.DeleteFunc(keys, func(_ string, at service.LSN) bool { return at <= s.known })
	}
}

// piece is a part of a snapshot.
type piece struct {
	LSN  service.LSN `json:"lsn"`
	Dict string      `json:"dict,omitempty"`
	Part contents    `json:"part,omitempty"`
}

// pieceKeys is how many keys go into a piece of a snapshot.
const pieceKeys = 256

// Snapshot implements service.Replica.
func (s *Store) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	at, dicts := s.applied, map[string]contents{}
	for name, d := range s.dicts {
		dicts[name] = maps.Clone(d) // values are never changed, but replaced
	}
	return func(yield func([]byte, error) bool) {
		if !yield(encode(piece{LSN: at}), nil) {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(dicts)) {
			for keys := range slices.Chunk(slices.Sorted(maps.Keys(dicts[name])), pieceKeys) {
				part := contents{}
				for _, k := range keys {
					part[k] = dicts[name][k]
				}
				if !yield(encode(piece{at, name, part}), nil) {
					return
				}
			}
		}
	}
}

// Restore implements service.Replica.
func (s *Store) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	s.reset()
	for data, err := range pieces {
		if err != nil {
			return err
		}
		var p piece
		if err := json.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("dict: a piece of a snapshot: %w", err)
		}
		s.applied, s.known = p.LSN, p.LSN
		for k, v := range p.Part {
			if err := s.write(write{Dict: p.Dict, Key: k, Value: v}); err != nil {
				return fmt.Errorf("dict: a snapshot: %w", err)
			}
		}
	}
	return nil
}
