package cscale

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// A request begins with its kind. So does an operation of the log; the two have kinds in common where an operation is what
// was requested.
type kind byte

const (
	kindPush      kind = 'p' // request: a batch. Answer: the number of the last batch taken
	kindResume    kind = 'r' // request: who sends. Answer: the number of the last batch taken
	kindConfigure kind = 'c' // request and operation: version and graph
	kindInstall   kind = 'i' // request: a graph. Answer: its version
	kindStatus    kind = 's' // answer: a Status
	kindList      kind = 'l' // request: from where, and how many. Answer: items
	kindBegin     kind = 'b' // operation: a primary begins
	kindBatch     kind = 't' // operation: a batch was taken
	kindRead      kind = 'o' // operation: a source was read
	kindMove      kind = 'm' // operation of C5
)

// Errors of requests. Those that a retry helps against say so.
var (
	errNotReady      = errors.New("cscale: not the primary, or not yet ready: try again")
	errNotConfigured = errors.New("cscale: no graph is installed: try again when the controller has done it")
	errClosed        = errors.New("cscale: the replica is closed: try again")
)

// ack is an acknowledgement of a downstream: all batches up to a number were taken.
type ack struct {
	To  service.PartitionID
	Seq int64
}

// taken is the operation that takes a batch: what came out of the stages, and what the downstreams have acknowledged since
// the operation before. It is all that a batch changes, so that it happens as a whole or not at all.
type taken struct {
	Batch stream.Batch
	Next  int64 // position of the source, if it was read
	Acks  []ack
}

func (t *taken) encode(k kind) []byte {
	data := make([]byte, 0, 64+32*len(t.Batch.Items))
	data = t.Batch.Append(append(data, byte(k)))
	data = binary.AppendVarint(data, t.Next)
	data = binary.AppendUvarint(data, uint64(len(t.Acks)))
	for _, a := range t.Acks {
		data = binary.AppendVarint(stream.AppendPartition(data, a.To), a.Seq)
	}
	return data
}

func decodeTaken(data []byte) (taken, error) {
	r := stream.Read(data)
	t := taken{Batch: r.Batch(), Next: r.Int()}
	for range r.Len(3) {
		t.Acks = append(t.Acks, ack{r.Partition(), r.Int()})
	}
	return t, r.Err()
}

func encodeConfigure(version int64, g *stream.Graph) []byte {
	return stream.AppendText(binary.AppendVarint([]byte{byte(kindConfigure)}, version), g.Encode())
}

func decodeConfigure(data []byte) (int64, stream.Graph, error) {
	r := stream.Read(data)
	version, text := r.Int(), r.Text()
	if err := r.Err(); err != nil {
		return 0, stream.Graph{}, err
	}
	g, err := stream.Decode([]byte(text))
	return version, g, err
}

func encodeSeq(seq int64) []byte { return binary.AppendVarint(nil, seq) }

func decodeSeq(data []byte) (int64, error) {
	r := stream.Read(data)
	return r.Int(), r.Err()
}

// split returns the kind of a request or an operation, and the rest.
func split(data []byte) (kind, []byte, error) {
	if len(data) == 0 {
		return 0, nil, errors.New("cscale: empty request")
	}
	return kind(data[0]), data[1:], nil
}

func unknown(k kind) error { return fmt.Errorf("cscale: request of unknown kind %q", byte(k)) }

// DecodePush returns the batch that a request to a vertex brings, if it brings one. Those who watch services use it.
func DecodePush(req []byte) (b stream.Batch, ok bool) {
	k, data, err := split(req)
	if err != nil || k != kindPush {
		return stream.Batch{}, false
	}
	r := stream.Read(data)
	b = r.Batch()
	return b, r.Err() == nil
}

// EncodeResume returns the request that asks a vertex how many batches of an upstream it has taken.
func EncodeResume(from service.PartitionID) []byte {
	return stream.AppendPartition([]byte{byte(kindResume)}, from)
}

// DecodeTaken decodes the answer to a batch, and that to a resume: the number of the last batch taken.
func DecodeTaken(answer []byte) (int64, error) { return decodeSeq(answer) }
