package ensemble

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
)

// store is what a member has promised and knows, on disk, with a copy in memory that the protocol reads.
type store struct {
	*raft.MemoryStorage
	db *bbolt.DB
	id uint64
}

var (
	bucketMeta = []byte("meta")
	bucketLog  = []byte("log")
	keyID      = []byte("id")
	keyHard    = []byte("hard state")
	keySnap    = []byte("snapshot")
)

// openStore opens a store. If it is new, it gets an ID that nobody else has.
func openStore(file string, draw func() uint64) (*store, error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s is locked: another process uses the folder; a node needs one of its own", file)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	s := &store{MemoryStorage: raft.NewMemoryStorage(), db: db}
	err = db.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucketIfNotExists(bucketMeta)
		if err != nil {
			return err
		}
		if _, err := tx.CreateBucketIfNotExists(bucketLog); err != nil {
			return err
		}
		if b := meta.Get(keyID); b != nil {
			s.id = binary.BigEndian.Uint64(b)
			return nil
		}
		s.id = draw()
		return meta.Put(keyID, binary.BigEndian.AppendUint64(nil, s.id))
	})
	if err == nil {
		err = s.load()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", file, err), db.Close())
	}
	return s, nil
}

func (s *store) load() error {
	return s.db.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if b := meta.Get(keySnap); b != nil {
			var snap raftpb.Snapshot
			if err := snap.Unmarshal(b); err != nil {
				return err
			}
			if err := s.ApplySnapshot(snap); err != nil {
				return err
			}
		}
		if b := meta.Get(keyHard); b != nil {
			var hard raftpb.HardState
			if err := hard.Unmarshal(b); err != nil {
				return err
			}
			if err := s.SetHardState(hard); err != nil {
				return err
			}
		}
		var entries []raftpb.Entry
		err := tx.Bucket(bucketLog).ForEach(func(_, b []byte) error {
			var e raftpb.Entry
			if err := e.Unmarshal(b); err != nil {
				return err
			}
			entries = append(entries, e)
			return nil
		})
		if err != nil {
			return err
		}
		return s.Append(entries)
	})
}

// new reports whether the member has never promised anything.
func (s *store) new() bool {
	hard, conf, _ := s.InitialState() // of memory: never fails
	last, _ := s.LastIndex()
	return raft.IsEmptyHardState(hard) && len(conf.Voters) == 0 && last == 0
}

// save makes durable what the protocol asks for, before any message is sent that depends on it.
func (s *store) save(hard raftpb.HardState, entries []raftpb.Entry, snap raftpb.Snapshot) error {
	if raft.IsEmptyHardState(hard) && len(entries) == 0 && raft.IsEmptySnap(snap) {
		return nil
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		meta, log := tx.Bucket(bucketMeta), tx.Bucket(bucketLog)
		if !raft.IsEmptySnap(snap) {
			if err := put(meta, keySnap, &snap); err != nil {
				return err
			}
			if err := remove(log, func(i uint64) bool { return true }); err != nil {
				return err
			}
		}
		if !raft.IsEmptyHardState(hard) {
			if err := put(meta, keyHard, &hard); err != nil {
				return err
			}
		}
		if len(entries) == 0 {
			return nil
		}
		if err := remove(log, func(i uint64) bool { return i >= entries[0].Index }); err != nil {
			return err
		}
		for _, e := range entries {
			if err := put(log, key(e.Index), &e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !raft.IsEmptySnap(snap) {
		if err := s.ApplySnapshot(snap); err != nil {
			return err
		}
	}
	if !raft.IsEmptyHardState(hard) {
		if err := s.SetHardState(hard); err != nil {
			return err
		}
	}
	return s.Append(entries)
}

// compact replaces the log up to an entry by a snapshot, but keeps some entries for members that are behind.
func (s *store) compact(index uint64, conf *raftpb.ConfState, data []byte, keep uint64) error {
	snap, err := s.CreateSnapshot(index, conf, data)
	if err != nil {
		return err
	}
	first := index - min(index, keep)
	err = s.db.Update(func(tx *bbolt.Tx) error {
		if err := put(tx.Bucket(bucketMeta), keySnap, &snap); err != nil {
			return err
		}
		// Only what is behind the snapshot is read again, and only that may stay: a log has no gaps.
		return remove(tx.Bucket(bucketLog), func(i uint64) bool { return i <= index })
	})
	if err != nil {
		return err
	}
	if have, _ := s.FirstIndex(); first >= have {
		return s.Compact(first)
	}
	return nil
}

func key(i uint64) []byte { return binary.BigEndian.AppendUint64(nil, i) }

func put(b *bbolt.Bucket, k []byte, v interface{ Marshal() ([]byte, error) }) error {
	data, err := v.Marshal()
	if err != nil {
		return err
	}
	return b.Put(k, data)
}

func remove(b *bbolt.Bucket, what func(index uint64) bool) error {
	var keys [][]byte // a cursor may skip some when it deletes
	err := b.ForEach(func(k, _ []byte) error {
		if what(binary.BigEndian.Uint64(k)) {
			keys = append(keys, k)
		}
		return nil
	})
	for _, k := range keys {
		err = errors.Join(err, b.Delete(k))
	}
	return err
}
