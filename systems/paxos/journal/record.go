package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/ravelgo/ravel/systems/paxos/synod"
)

const (
	headerSize   = 8
	checksumSize = 4

	// maxPayload keeps a length within what a header can say on every machine.
	maxPayload = 1 << 30
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CorruptError says where a journal does not read as it was written.
type CorruptError struct {
	Offset int // of the record in the file
	What   string
}

// Error says what to do, too.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal: the record at byte %d is damaged: %s; do not start this acceptor again under its number: "+
		"it may have forgotten a promise", e.Offset, e.What)
}

func encode(instance uint64, s synod.State) ([]byte, error) {
	if s.Promised.Proposer < 0 || s.Accepted.Ballot.Proposer < 0 {
		return nil, fmt.Errorf("journal: a proposer has a negative number: %v, %v", s.Promised, s.Accepted)
	}
	if len(s.Accepted.Value) > maxPayload/2 {
		return nil, fmt.Errorf("journal: a value has %d bytes: the limit is %d", len(s.Accepted.Value), maxPayload/2)
	}
	payload := binary.AppendUvarint(nil, instance)
	for _, b := range []synod.Ballot{s.Promised, s.Accepted.Ballot} {
		payload = binary.AppendUvarint(payload, b.Round)
		payload = binary.AppendUvarint(payload, uint64(b.Proposer))
	}
	payload = append(payload, s.Accepted.Value...)

	record := binary.LittleEndian.AppendUint32(nil, uint32(len(payload)))
	record = binary.LittleEndian.AppendUint32(record, crc32.Checksum(record, castagnoli))
	record = append(record, payload...)
	return binary.LittleEndian.AppendUint32(record, crc32.Checksum(payload, castagnoli)), nil
}

// scan calls found for each record, and returns where the whole ones end.
func scan(data []byte, found func(uint64, synod.State)) (whole int, err error) {
	for whole < len(data) {
		rest := data[whole:]
		if len(rest) < headerSize {
			return whole, nil // a crash has cut the header
		}
		header := rest[:headerSize]
		if crc32.Checksum(header[:4], castagnoli) != binary.LittleEndian.Uint32(header[4:]) {
			if zero(rest) {
				return whole, nil // a crash has kept the file's new length and not the data
			}
			return 0, &CorruptError{whole, "the checksum of its header is wrong"}
		}
		length := binary.LittleEndian.Uint32(header)
		if length > maxPayload {
			return 0, &CorruptError{whole, "its length is beyond the limit"}
		}
		size := headerSize + int(length) + checksumSize
		if len(rest) < size {
			return whole, nil // a crash has cut the payload
		}
		payload := rest[headerSize : size-checksumSize]
		if crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(rest[size-checksumSize:]) {
			if len(rest) == size && zero(rest[headerSize:]) {
				return whole, nil
			}
			return 0, &CorruptError{whole, "the checksum of its payload is wrong"}
		}
		instance, s, ok := decode(payload)
		if !ok {
			return 0, &CorruptError{whole, "its payload makes no sense"}
		}
		found(instance, s)
		whole += size
	}
	return whole, nil
}

func decode(payload []byte) (instance uint64, s synod.State, ok bool) {
	var numbers [5]uint64
	for i := range numbers {
		n, size := binary.Uvarint(payload)
		if size <= 0 {
			return 0, s, false
		}
		numbers[i], payload = n, payload[size:]
	}
	s.Promised = synod.Ballot{Round: numbers[1], Proposer: synod.NodeID(numbers[2])}
	s.Accepted.Ballot = synod.Ballot{Round: numbers[3], Proposer: synod.NodeID(numbers[4])}
	s.Accepted.Value = synod.Value(payload)
	return numbers[0], s, s.Promised.Proposer >= 0 && s.Accepted.Ballot.Proposer >= 0
}

func zero(p []byte) bool {
	for _, b := range p {
		if b != 0 {
			return false
		}
	}
	return true
}
