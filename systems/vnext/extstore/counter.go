package extstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// The counter is in two files, of which each has: magic, the number, CRC-32C of
// both. They are written in place, so that a node starts on a full disk, too; one
// after the other, so that a crash tears only one.
//
// Invariant: a number that was given out is not above that of either file, unless
// the medium has damaged it. While a file is missing none was given out.
const (
	counterMagic = "RVLI"
	counterSize  = 16
)

var counterNames = [2]string{"incarnation-1", "incarnation-2"}

// NextIncarnation increments the store's incarnation counter, to floor at least,
// and returns it when it is durable. A node calls it once at each start, before
// its first message. floor is for disks that were lost or replaced: it must then
// be larger than any incarnation the node may have had. A new store counts from 1.
//
// The counter is kept twice. If one copy is damaged the other one counts; if both
// are, the result is floor, with a warning in the log, or an error if floor is 0.
func (s *Store) NextIncarnation(floor extmgr.Incarnation) (extmgr.Incarnation, error) {
	next, err := s.nextIncarnation(floor)
	if err != nil {
		return 0, fmt.Errorf("extstore: incarnation counter: %w", err)
	}
	return next, nil
}

func (s *Store) nextIncarnation(floor extmgr.Incarnation) (extmgr.Incarnation, error) {
	var last extmgr.Incarnation
	var missing, damaged int
	for _, name := range counterNames {
		n, err := s.readCounter(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing++
		case errors.Is(err, ErrDamaged):
			damaged++
			s.cfg.Log.Warn("incarnation counter is damaged", "file", name, "reason", err)
		case err != nil:
			return 0, err
		}
		last = max(last, n)
	}
	if damaged == len(counterNames) {
		if floor == 0 {
			return 0, fmt.Errorf("both copies are %w: start with a floor above all earlier incarnations", ErrDamaged)
		}
		s.cfg.Log.Warn("incarnation counter starts again", "at", floor)
	}
	next := max(last+1, floor)
	for _, name := range counterNames {
		if err := s.fs.WriteAt(name, 0, encodeCounter(next)); err != nil {
			return 0, err
		}
		if err := s.fs.Sync(name); err != nil {
			return 0, err
		}
	}
	if missing > 0 {
		if err := s.fs.SyncDir("."); err != nil {
			return 0, err
		}
	}
	return next, nil
}

func (s *Store) readCounter(name string) (extmgr.Incarnation, error) {
	file, err := s.fs.ReadAt(name, 0, counterSize)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	if err != nil {
		return 0, damage(err)
	}
	return decodeCounter(file)
}

func encodeCounter(n extmgr.Incarnation) []byte {
	file := append(make([]byte, 0, counterSize), counterMagic...)
	file = binary.BigEndian.AppendUint64(file, uint64(n))
	return binary.BigEndian.AppendUint32(file, Checksum(file))
}

func decodeCounter(file []byte) (extmgr.Incarnation, error) {
	const end = counterSize - crcSize
	switch {
	case len(file) != counterSize:
		return 0, damagef("the file has %d bytes instead of %d", len(file), counterSize)
	case string(file[:4]) != counterMagic:
		return 0, damagef("the file begins with %q", file[:4])
	case Checksum(file[:end]) != binary.BigEndian.Uint32(file[end:]):
		return 0, damagef("the file does not match its checksum")
	}
	return extmgr.Incarnation(binary.BigEndian.Uint64(file[4:])), nil
}
