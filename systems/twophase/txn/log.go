package txn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// File is where a participant keeps its log.
type File interface {
	// Read returns all that the file holds: nothing if it is new.
	Read() ([]byte, error)
	// Append adds bytes at the end. A crash may leave any first part of them until Sync has returned.
	Append(p []byte) error
	// Truncate cuts the file off behind the first size bytes.
	Truncate(size int) error
	// Sync makes durable what was done before.
	Sync() error
}

// ErrDamaged is why a log cannot be read: a record in its middle is not what was written.
var ErrDamaged = errors.New("the log is damaged")

// The kinds of records. They are part of the format.
const (
	prepared byte = iota + 1
	refused
	committed
	aborted
	endKinds
)

// record is an entry of the log: a vote or a decision.
type record struct {
	kind  byte
	tx    Tx
	write Write // of prepared
}

// header is the length of a record's body and its checksum, each four bytes, little endian. The body is the kind, and
// then as uvarints the transaction's number, and of a prepared one key and value, each behind its length.
const header = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode appends a record to p.
func (r record) encode(p []byte) []byte {
	start := len(p)
	p = append(p, make([]byte, header)...)
	p = append(p, r.kind)
	p = binary.AppendUvarint(p, uint64(r.tx))
	if r.kind == prepared {
		for _, s := range []string{r.write.Key, r.write.Value} {
			p = binary.AppendUvarint(p, uint64(len(s)))
			p = append(p, s...)
		}
	}
	body := p[start+header:]
	binary.LittleEndian.PutUint32(p[start:], uint32(len(body)))
	binary.LittleEndian.PutUint32(p[start+4:], crc32.Checksum(body, castagnoli))
	return p
}

// errTorn says that the bytes end within a record, or that their last record is not what was written.
var errTorn = errors.New("torn record")

// decode reads the first record of p and returns how many bytes it takes.
func decode(p []byte) (record, int, error) {
	if len(p) < header {
		return record{}, 0, errTorn
	}
	size := uint64(binary.LittleEndian.Uint32(p))
	if size > uint64(len(p)-header) {
		return record{}, 0, errTorn
	}
	n := header + int(size)
	body := p[header:n]
	if binary.LittleEndian.Uint32(p[4:]) != crc32.Checksum(body, castagnoli) {
		if n == len(p) {
			return record{}, 0, errTorn
		}
		return record{}, 0, ErrDamaged
	}
	r, err := parse(body)
	return r, n, err
}

// parse reads the body of a record, which is as it was written.
func parse(p []byte) (record, error) {
	if len(p) == 0 || p[0] == 0 || p[0] >= endKinds {
		return record{}, fmt.Errorf("%w: a record of no known kind; a newer version may have written it", ErrDamaged)
	}
	r := record{kind: p[0]}
	tx, n := binary.Uvarint(p[1:])
	if n <= 0 {
		return record{}, ErrDamaged
	}
	r.tx = Tx(tx)
	p = p[1+n:]
	if r.kind == prepared {
		for _, s := range []*string{&r.write.Key, &r.write.Value} {
			size, n := binary.Uvarint(p)
			if n <= 0 || size > uint64(len(p)-n) {
				return record{}, ErrDamaged
			}
			*s = string(p[n : n+int(size)])
			p = p[n+int(size):]
		}
	}
	if len(p) != 0 {
		return record{}, ErrDamaged
	}
	return r, nil
}

// journal writes records to a file.
type journal struct {
	file     File
	unsynced bool // the seeded defect
}

func (j *journal) append(r record) error {
	if err := j.file.Append(r.encode(nil)); err != nil {
		return err
	}
	if j.unsynced {
		return nil
	}
	return j.file.Sync()
}

// replay hands over every record of the file, in order, and cuts a torn one off. What it has handed over is durable: it may
// have been read from memory that outlived the process, and not the machine.
func (j *journal) replay(apply func(record)) error {
	p, err := j.file.Read()
	if err != nil {
		return err
	}
	for at := 0; at < len(p); {
		r, n, err := decode(p[at:])
		if errors.Is(err, errTorn) {
			if err := j.file.Truncate(at); err != nil {
				return err
			}
			break
		}
		if err != nil {
			return fmt.Errorf("at byte %d: %w", at, err)
		}
		apply(r)
		at += n
	}
	if len(p) == 0 {
		return nil
	}
	return j.file.Sync()
}
