package nats

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/transport"
)

// protocol is the version of frames and greetings. Nodes with different ones do not talk to each other.
const protocol = 1

// frameKind says what one node tells another.
type frameKind byte

const (
	dataFrame    frameKind = iota + 1 // an event
	ackFrame                          // everything up to Seq has been handed to machines, or refused
	refusedFrame                      // the event Seq was refused: Text says why
	missedFrame                       // the events Seq to Until did not arrive
	beatFrame                         // Seq is the last event that was sent
	strangeFrame                      // the link is not known, or not any more
	byeFrame                          // the sender of the link leaves
)

// frame is what travels on CLUSTER.node.NODE. Which fields are set depends on its kind; those of a data frame are all but
// Until and Text.
//
// It is written as the protocol version, the kind, and 1 or 0 for Again, in one byte each; the length of From and From; the
// link in 8 bytes, big endian; Seq. Then, of a data frame, Sender, To and Type, each behind its length; the version of the event; its
// data up to the end. Of a refused frame, Code in one byte and Text up to the end. Of a missed frame, Until. Numbers without a
// size are unsigned varints.
type frame struct {
	Kind  frameKind
	Again bool   // of a link whose events are sent again until they are confirmed
	From  string // node that sends the frame
	Link  uint64 // of which link the frame is
	Seq   uint64

	Sender, To string // machines
	transport.Message

	Code  byte // of why it was refused
	Text  string
	Until uint64
}

// encode writes the frame.
func (f *frame) encode() []byte {
	b := make([]byte, 0, 64+len(f.From)+len(f.Sender)+len(f.To)+len(f.Type)+len(f.Data)+len(f.Text))
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
		b = appendText(b, f.Sender)
		b = appendText(b, f.To)
		b = appendText(b, f.Type)
		b = binary.AppendUvarint(b, uint64(f.Version))
		b = append(b, f.Data...)
	case refusedFrame:
		b = append(b, f.Code)
		b = append(b, f.Text...)
	case missedFrame:
		b = binary.AppendUvarint(b, f.Until)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var errFrame = errors.New("no frame of a node")

// decodeFrame reads what encode wrote. Data refers to b.
func decodeFrame(b []byte) (f frame, err error) {
	if len(b) < 3 || b[2] > 1 {
		return f, errFrame
	}
	if b[0] != protocol {
		return f, fmt.Errorf("protocol version %d, where %d is spoken", b[0], protocol)
	}
	f.Kind, f.Again = frameKind(b[1]), b[2] == 1
	r := reader{b: b[3:]}
	f.From = r.text()
	f.Link = binary.BigEndian.Uint64(r.bytes(8))
	f.Seq = r.number()
	switch f.Kind {
	case dataFrame:
		f.Sender, f.To, f.Type = r.text(), r.text(), r.text()
		version := r.number()
		f.Version, f.Data = int(version), r.rest()
		r.bad = r.bad || version > 1<<30
	case refusedFrame:
		f.Code, f.Text = r.bytes(1)[0], string(r.rest())
	case missedFrame:
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

func (r *reader) bytes(n int) []byte {
	if n > len(r.b) {
		r.bad = true
		return make([]byte, min(n, 8))
	}
	b := r.b[:n]
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

func (r *reader) text() string {
	n := r.number()
	if n > transport.MaxName {
		r.bad = true
		return ""
	}
	if int(n) > len(r.b) {
		r.bad = true
		return ""
	}
	return string(r.bytes(int(n)))
}

func (r *reader) rest() []byte {
	b := r.b
	r.b = nil
	return b
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
