package stream_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

func TestBatchCodec(t *testing.T) {
	b := stream.Batch{
		From: service.PartitionID{Service: "lines", Index: 3}, Seq: 300, Watermark: stream.End,
		Items: []stream.Item{{Time: -1, Key: "k", Text: "the text", Value: stream.Begin}, {}},
	}
	data := b.Append([]byte("x"))
	const golden = "x\x05lines\x03\xd8\x04\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x01\x01k\x08the text\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00\x00"
	if string(data) != golden {
		t.Errorf("%q, want %q", data, golden)
	}
	r := stream.Read(data[1:])
	if got := r.Batch(); r.Err() != nil || fmt.Sprint(got) != fmt.Sprint(b) {
		t.Errorf("%v, error %v, want %v", got, r.Err(), b)
	}
	for n := 1; n < len(data); n++ {
		r := stream.Read(data[1:n])
		r.Batch()
		if r.Err() == nil {
			t.Errorf("the first %d bytes are taken for a batch", n-1)
		}
	}
	r = stream.Read(append(data[1:], 0))
	if r.Batch(); r.Err() == nil {
		t.Error("a byte too many is not noticed")
	}
}

// What can be read is written in the same way again.
func FuzzBatch(f *testing.F) {
	b := stream.Batch{From: service.PartitionID{Service: "s"}, Items: []stream.Item{{Key: "k", Text: "t", Value: 1}}}
	f.Add(b.Append(nil))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := stream.Read(data)
		b := r.Batch()
		if r.Err() != nil {
			return
		}
		r = stream.Read(b.Append(nil))
		if again := r.Batch(); r.Err() != nil || fmt.Sprint(again) != fmt.Sprint(b) {
			t.Errorf("%v became %v, error %v", b, again, r.Err())
		}
	})
}
