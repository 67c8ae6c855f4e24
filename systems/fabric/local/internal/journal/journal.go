package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/files"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// State is what a journal holds.
type State struct {
	Replica service.ReplicaID // 0: none has been here
	Fenced  service.Epoch
	Log     *replication.Log
}

// Journal is an open journal. One method is called at a time. After an error of one that writes nothing is known about
// what is on the disk: the replica has to end.
type Journal struct {
	name string
	f    *os.File
	size int64
}

// ErrDamaged says that something is lost that was durable.
var ErrDamaged = errors.New("journal: damaged")

// Open opens the journal of a folder, and makes it if there is none.
func Open(dir string) (*Journal, *State, error) {
	name := filepath.Join(dir, "log")
	s := &State{Log: &replication.Log{}}
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		j := &Journal{name: name}
		return j, s, j.Rewrite(s)
	}
	if err != nil {
		return nil, nil, err
	}
	good, err := s.read(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w", ErrDamaged, name, err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	j := &Journal{name, f, good}
	if err := errors.Join(f.Truncate(good), f.Sync()); err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return j, s, nil
}

// read reads records, and returns where the good ones end.
func (s *State) read(b []byte) (good int64, err error) {
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return 0, errors.New("it is no journal")
	}
	rest := b[len(magic):]
	for len(rest) > 0 {
		kind, body, behind, ok := unseal(rest)
		if !ok {
			if _, _, _, more := unseal(behind); more {
				return 0, fmt.Errorf("record at %d has a wrong checksum, and others follow", len(b)-len(rest))
			}
			break
		}
		if err := s.take(kind, body); err != nil {
			return 0, fmt.Errorf("at %d: %w", len(b)-len(rest), err)
		}
		rest = behind
	}
	return int64(len(b) - len(rest)), nil
}

// Identify says whose log it is, and what it is fenced to.
func (j *Journal) Identify(id service.ReplicaID, fenced service.Epoch) error {
	return j.write(sealIdentity(nil, id, fenced))
}

// Append adds operations.
func (j *Journal) Append(ops []service.Op) error {
	var b []byte
	for _, op := range ops {
		b = sealOp(b, op)
	}
	return j.write(b)
}

// Reset makes the log a history without operations.
func (j *Journal) Reset(h replication.History) error { return j.write(sealReset(nil, h)) }

// Cut removes the operations behind one.
func (j *Journal) Cut(to service.LSN) error {
	return j.write(seal(nil, typeCut, order.AppendUint64(nil, uint64(to))))
}

func (j *Journal) write(b []byte) error {
	if _, err := j.f.WriteAt(b, j.size); err != nil {
		return err
	}
	j.size += int64(len(b))
	return j.f.Sync()
}

// Size returns the length of the file.
func (j *Journal) Size() int64 { return j.size }

// Rewrite replaces what the journal holds.
func (j *Journal) Rewrite(s *State) error {
	p := s.Log.Progress()
	b := sealIdentity([]byte(magic), s.Replica, s.Fenced)
	b = sealReset(b, p.History.Prefix(p.Base))
	for n := p.Base + 1; n <= s.Log.Last(); n++ {
		b = sealOp(b, s.Log.At(n))
	}
	tmp := j.name + ".tmp"
	f, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(tmp, j.name)
	}
	if err == nil {
		err = files.SyncDir(filepath.Dir(j.name))
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if j.f != nil {
		err = j.f.Close()
	}
	j.f, j.size = f, int64(len(b))
	return err
}

// Close closes the file.
func (j *Journal) Close() error { return j.f.Close() }
