// Package journal keeps the states of acceptors in a file that outlives crashes.
//
// A [Journal] holds the state of one instance of consensus, or of many: the slots of
// a log. Each save appends a record and syncs the file. A crash in the middle of an
// append leaves a first part of a record, which Open recognises and cuts off: that
// save had not returned, so nobody relies on it. Anything else that does not read as
// it was written is an error, because an acceptor that has forgotten a promise is
// worse than one that is down.
//
// # Format
//
// A record is a header of eight bytes, a payload and a checksum. The header is the
// length of the payload and the CRC-32C of these four bytes; the checksum is that of
// the payload. The payload is the instance, the round and proposer of the promise, the
// round and proposer of the vote, as unsigned varints, and then the value. Numbers
// of fixed size are little-endian. The last record of an instance counts.
//
// A journal grows with each save and is never compacted.
package journal

import (
	"fmt"
	"maps"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// File is what a journal needs of a file.
type File interface {
	// Read returns all that the file holds, nothing if there is no file. The caller
	// owns it.
	Read() ([]byte, error)
	// Append writes behind the end of the file, and creates it if there is none.
	Append(p []byte) error
	// Truncate cuts the file off behind size bytes.
	Truncate(size int) error
	// Sync makes what was written, and that there is a file, outlive any crash.
	Sync() error
}

// Journal is an open journal. It is not safe for concurrent use.
type Journal struct {
	file   File
	states map[uint64]synod.State
	failed error // of the first save that failed
}

// Open reads a journal. One that a crash has cut in the middle of its last record is
// mended; the error of one that is damaged otherwise is a *CorruptError.
func Open(f File) (*Journal, error) {
	data, err := f.Read()
	if err != nil {
		return nil, fmt.Errorf("journal: reading: %w", err)
	}
	j := &Journal{file: f, states: map[uint64]synod.State{}}
	whole, err := scan(data, func(instance uint64, s synod.State) { j.states[instance] = s })
	if err != nil {
		return nil, err
	}
	if whole < len(data) {
		if err := f.Truncate(whole); err != nil {
			return nil, fmt.Errorf("journal: cutting off an unfinished record: %w", err)
		}
	}
	// What was read may not be durable yet, and the acceptor is about to rely on it.
	if len(data) > 0 {
		if err := f.Sync(); err != nil {
			return nil, fmt.Errorf("journal: syncing what was found: %w", err)
		}
	}
	return j, nil
}

// States returns the state that was saved last of each instance. The caller owns the
// map.
func (j *Journal) States() map[uint64]synod.State { return maps.Clone(j.states) }

// Save replaces the state of an instance, durably. After an error the journal must be
// opened anew: what the file holds is not known, and every further Save fails.
func (j *Journal) Save(instance uint64, s synod.State) error {
	if j.failed != nil {
		return fmt.Errorf("journal: open it again: an earlier save failed: %w", j.failed)
	}
	record, err := encode(instance, s)
	if err != nil {
		return err
	}
	if err := j.file.Append(record); err != nil {
		j.failed = err
		return fmt.Errorf("journal: appending: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		j.failed = err
		return fmt.Errorf("journal: syncing: %w", err)
	}
	j.states[instance] = s
	return nil
}

// Register returns the store of one instance's acceptor.
func (j *Journal) Register(instance uint64) synod.Store { return register{j, instance} }

type register struct {
	j        *Journal
	instance uint64
}

func (r register) Load() (synod.State, error) { return r.j.states[r.instance], nil }
func (r register) Save(s synod.State) error   { return r.j.Save(r.instance, s) }
