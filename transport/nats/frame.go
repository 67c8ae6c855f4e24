package nats

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/transport"
)

// protocol is the version of frames and greetings. Nodes with different ones do not talk to each other.
const protocol = 2

// frameKind says what one node tells another.
type frameKind byte

const (
	dataFrame    frameKind = iota + 1 // N events, the first of which is Seq
	ackFrame                          // everything up to Seq has been handed to machines, or refused
	refusedFrame                      // the event Seq was refused: Text says why
	missedFrame                       // the events Seq to Until did not arrive
	beatFrame                         // Seq is the last event that was sent
	strangeFrame                      // the link is not known, or not any more
	byeFrame                          // the sender of the link leaves
	leaveFrame                        // its receiver leaves, and hands on nothing behind Until; up to Seq it has
)

// frame is what travels on CLUSTER.node.NODE. Which fields are set depends on its kind.
//
// It is written as the protocol version, the kind, and 1 or 0 for Again, in one byte each; the length of From and From; the
// link in 8 bytes, big endian; Seq. Then, of a data frame, N and the parcels; of a refused frame, Code in one byte and Text up to
// the end; of a missed and of a leave frame, Until. Numbers without a size are unsigned varints.
type frame struct {
	Kind  frameKind
	Again bool   // of a link whose events are sent again until they are confirmed
	From  string // node that sends the frame
	Link  uint64 // of which link the frame is
	Seq   uint64

	N       uint64 // so many parcels
	Parcels []byte // as appendParcel writes them, one behind the other

	Code  byte // of why it was refused
	Text  string
	Until uint64
}

// parcel is an event in a data frame. It is written as Sender, To and Type, each behind its length; the version of the event;
// the length of its data, and the data.
type parcel struct {
	Sender, To string // machines
	transport.Message
}

func appendParcel(b []byte, p *parcel) []byte {
	b = appendText(b, p.Sender)
	b = appendText(b, p.To)
	b = appendText(b, p.Type)
	b = binary.AppendUvarint(b, uint64(p.Version))
	b = binary.AppendUvarint(b, uint64(len(p.Data)))
	return append(b, p.Data...)
}

// append writes the frame behind b.
func (f *frame) append(b []byte) []byte {
	again := byte(0)
	if f.Again {
		again = 1
	}
	b = append(b, protocol, byte(f.Kind), again)
	b = appendText(b, f.From)
	b = binary.BigEndian.AppendUint64(b, f.Link)
	b = binary.AppendUvarint(b, f.Seq)
	switch f.Kind {
	case dataFrame:
		b = binary.AppendUvarint(b, f.N)
		b = append(b, f.Parcels...)
	case refusedFrame:
		b = append(b, f.Code)
		b = append(b, f.Text...)
	case missedFrame, leaveFrame:
		b = binary.AppendUvarint(b, f.Until)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var errFrame = errors.New("no frame of a node")

// decodeFrame reads what append wrote. Parcels refers to b; they have been looked through.
func decodeFrame(b []byte) (f frame, err error) {
	if len(b) < 3 || b[2] > 1 {
		return f, errFrame
	}
	if b[0] != protocol {
		return f, fmt.Errorf("protocol version %d, where %d is spoken: use one release of Ravel on all nodes", b[0], protocol)
	}
	f.Kind, f.Again = frameKind(b[1]), b[2] == 1
	r := reader{b: b[3:]}
	f.From = string(r.text())
	f.Link = binary.BigEndian.Uint64(r.bytes(8))
	f.Seq = r.number()
	switch f.Kind {
	case dataFrame:
		f.N = r.number()
		f.Parcels = r.b
		r.bad = r.bad || f.N == 0 || f.N > maxWindow || f.Seq == 0 || f.Seq+f.N < f.Seq
		for i := uint64(0); i < f.N && !r.bad; i++ {
			r.skip()
		}
	case refusedFrame:
		f.Code, f.Text = r.bytes(1)[0], string(r.b)
		r.b = nil
	case missedFrame, leaveFrame:
		f.Until = r.number()
		r.bad = r.bad || f.Until < f.Seq
	case ackFrame, beatFrame, strangeFrame, byeFrame:
	default:
		r.bad = true
	}
	if r.bad || len(r.b) > 0 {
		return frame{}, errFrame
	}
	return f, nil
}

// reader takes a frame apart. After something that is not there, bad is set, and zeros come.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad = true
		return make([]byte, min(n, 8))
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || n > 1 && r.b[n-1] == 0 { // every number has one spelling
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) text() []byte {
	n := r.number()
	if n > transport.MaxName {
		r.bad = true
		return nil
	}
	return r.bytes(n)
}

// parcel reads the next parcel into p. Texts that p has already are not made again.
func (r *reader) parcel(p *parcel) {
	for _, s := range []*string{&p.Sender, &p.To, &p.Type} {
		if text := r.text(); string(text) != *s {
			*s = string(text)
		}
	}
	p.Version = int(r.version())
	p.Data = r.bytes(r.number())
}

// skip passes over a parcel.
func (r *reader) skip() {
	for range 3 {
		r.text()
	}
	r.version()
	r.bytes(r.number())
}

func (r *reader) version() uint64 {
	v := r.number()
	r.bad = r.bad || v > 1<<30
	return v
}

// Codes of why an event was refused, so that errors.Is works at the sender.
const (
	refusedOther byte = iota
	refusedNoMachine
)

func refusalCode(err error) byte {
	if errors.Is(err, transport.ErrNoMachine) {
		return refusedNoMachine
	}
	return refusedOther
}

// refusal is the error of a refused event, at its sender.
func (f *frame) refusal() error {
	if f.Code == refusedNoMachine {
		return fmt.Errorf("%w: %w: %s", transport.ErrRefused, transport.ErrNoMachine, f.Text)
	}
	return fmt.Errorf("%w: %s", transport.ErrRefused, f.Text)
}
