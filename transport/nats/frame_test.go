package nats

import (
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/transport"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func frames() []frame {
	return []frame{
		{Kind: dataFrame, Again: true, From: "bank-1", Link: 1<<64 - 1, Seq: 300, N: 2, Parcels: packed(parcels()...)},
		{Kind: dataFrame, From: "b", Link: 1, Seq: 1, N: 1, Parcels: packed(parcel{To: "x", Message: transport.Message{Type: "t", Version: 1, Data: []byte{}}})},
		{Kind: ackFrame, From: "b", Link: 2, Seq: 299},
		{Kind: refusedFrame, From: "b", Link: 2, Seq: 3, Code: refusedNoMachine, Text: "no machine x"},
		{Kind: missedFrame, From: "b", Link: 2, Seq: 4, Until: 9},
		{Kind: beatFrame, Again: true, From: "b", Link: 2, Seq: 1 << 40},
		{Kind: strangeFrame, From: "b", Link: 2},
		{Kind: byeFrame, From: "b", Link: 2, Seq: 12},
		{Kind: leaveFrame, From: "b", Link: 2, Seq: 12, Until: 13},
	}
}

func parcels() []parcel {
	return []parcel{
		{Sender: "client#2", To: "accounts", Message: transport.Message{Type: "bank.Transfer", Version: 3, Data: []byte(`{"Amount":7}`)}},
		{Sender: "client#2", To: "audit", Message: transport.Message{Type: "bank.Note", Version: 300, Data: []byte{}}},
	}
}

func packed(list ...parcel) (b []byte) {
	for _, p := range list {
		b = appendParcel(b, &p)
	}
	return b
}

// Parcels are read one after the other into the same memory.
func TestParcels(t *testing.T) {
	r := reader{b: packed(parcels()...)}
	var p parcel
	for _, want := range parcels() {
		if r.parcel(&p); !reflect.DeepEqual(p, want) {
			t.Errorf("%+v came as %+v", want, p)
		}
	}
	if r.bad || len(r.b) > 0 {
		t.Errorf("%d bytes are left, bad: %v", len(r.b), r.bad)
	}
}

// TestFrames keeps the bytes of every kind of frame: nodes of different releases understand each other as long as they do not
// change, or protocol does.
func TestFrames(t *testing.T) {
	const golden = "testdata/frames.txt"
	var b strings.Builder
	for _, f := range frames() {
		bytes := f.append(nil)
		fmt.Fprintf(&b, "%s\n", hex.EncodeToString(bytes))
		got, err := decodeFrame(bytes)
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Errorf("%+v came as %+v, %v", f, got, err)
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("frames are written differently:\n%s, want\n%s", b.String(), want)
	}
}

func TestBadFrames(t *testing.T) {
	good := frames()[0]
	bytes := good.append(nil)
	for n := range bytes {
		if f, err := decodeFrame(bytes[:n]); err == nil {
			t.Errorf("the first %d bytes are %+v", n, f)
		}
	}
	bytes[0]++
	if _, err := decodeFrame(bytes); err == nil || !strings.Contains(err.Error(), "protocol version 3") {
		t.Errorf("another version: %v", err)
	}
}

func FuzzDecodeFrame(f *testing.F) {
	for _, fr := range frames() {
		f.Add(fr.append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fr, err := decodeFrame(b)
		if err != nil {
			return
		}
		if again := fr.append(nil); string(again) != string(b) {
			t.Errorf("%x is %+v, which is written as %x", b, fr, again)
		}
	})
}
