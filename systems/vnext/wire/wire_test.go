package wire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

var (
	head = extmgr.Header{From: "en1", Inc: 0x0102030405060708, Seq: 9}
	task = extmgr.TaskID{Inc: 3, N: 4}
	id   = extmgr.ExtentID{0xde, 0xad, 15: 0xef}
	info = extmgr.ExtentInfo{ID: id, Version: 7, Length: 3, CRC32C: 0xcafe, Sealed: true}
	here = extmgr.Endpoint{Node: "en2", Addr: "10.0.0.2:7000"}
)

// samples has a message of each type, with every field set.
func samples() []extmgr.Message {
	return []extmgr.Message{
		&extmgr.Heartbeat{Header: head, Addr: "10.0.0.1:7000", FreeBytes: 1 << 40, UsedBytes: -1},
		&extmgr.SyncReport{Header: head, Extents: []extmgr.ExtentInfo{info, {ID: id, Version: 1}}},
		&extmgr.RepairTask{Header: head, Task: task, Extent: id, Version: 7, Sources: []extmgr.Endpoint{here, {Node: "en3"}}},
		&extmgr.RepairAck{Header: head, Task: task, Extent: id, Version: 7, Outcome: extmgr.RepairFailed},
		&extmgr.DropReplica{Header: head, Extent: id, Version: 7},
		&extnode.CopyRequest{Header: head, Task: task, Extent: id, Version: 7, Off: 1 << 20, N: 4096, Addr: here.Addr},
		&extnode.CopyResponse{Header: head, Task: task, Extent: id, Off: 8, Data: []byte("abc"), CRC: 5, Info: info, Err: extnode.CopyOlder},
		&extnode.Put{Header: head, ReplyTo: here, Info: info, Data: []byte("abc")},
		&extnode.PutAck{Header: head, Extent: id, Version: 7, Err: "no room"},
		&extmgr.Refusal{Header: head, Refused: 5, Known: 6, Addr: here.Addr},
		&wire.Query{Header: head},
		&wire.Answer{Header: head, Query: 2, Body: []byte(`{"a":1}`)},
		&wire.Kill{Header: head},
	}
}

func encode(t testing.TB, m extmgr.Message) []byte {
	t.Helper()
	frame, err := wire.Append(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// TestGolden pins the format: what was written by an earlier program of the same
// version must be read by this one. Rewrite the file with -update, and only
// together with the version.
func TestGolden(t *testing.T) {
	const file = "testdata/frames.txt"
	var b strings.Builder
	var greeting bytes.Buffer
	if err := (wire.Greeting{Cluster: "vnext", Node: "en1"}).Write(&greeting); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "Greeting %x\n", greeting.Bytes())
	for _, m := range samples() {
		fmt.Fprintf(&b, "%v %x\n", wire.TypeOf(m), encode(t, m))
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the format has changed:\n%s\nwant\n%s", got, want)
	}
}

// TestRoundTrip has every type, with each of its fields set and with none.
func TestRoundTrip(t *testing.T) {
	var stream bytes.Buffer
	all := samples()
	for _, m := range samples() {
		all = append(all, reflect.New(reflect.TypeOf(m).Elem()).Interface().(extmgr.Message))
	}
	seen := make(map[wire.Type]bool)
	for _, m := range all {
		seen[wire.TypeOf(m)] = true
		stream.Write(encode(t, m))
	}
	for _, want := range all {
		got, err := wire.Read(&stream)
		if err != nil {
			t.Fatalf("%v: %v", wire.TypeOf(want), err)
		}
		// Empty bytes are read as such: nobody tells them from none.
		if fmt.Sprintf("%T%+v", got, got) != fmt.Sprintf("%T%+v", want, want) {
			t.Errorf("%v: got %+v, want %+v", wire.TypeOf(want), got, want)
		}
	}
	if _, err := wire.Read(&stream); err != io.EOF {
		t.Errorf("at the end: %v, want EOF", err)
	}
	for ty := wire.Type(1); !strings.HasPrefix(ty.String(), "Type("); ty++ {
		if !seen[ty] {
			t.Errorf("no sample is a %v", ty)
		}
	}
}

// TestEveryBitFlip: no change of a single bit, and no cut, goes unnoticed.
func TestEveryBitFlip(t *testing.T) {
	for _, m := range samples() {
		frame := encode(t, m)
		for bit := range len(frame) * 8 {
			bad := bytes.Clone(frame)
			bad[bit/8] ^= 1 << (bit % 8)
			if got, err := wire.Decode(bad); !errors.Is(err, wire.ErrCorrupt) {
				t.Fatalf("%v: bit %d: %+v, %v", wire.TypeOf(m), bit, got, err)
			}
			if _, err := wire.Read(bytes.NewReader(bad)); err == nil {
				t.Fatalf("%v: bit %d: read", wire.TypeOf(m), bit)
			}
		}
		for n := 1; n < len(frame); n++ {
			if _, err := wire.Read(bytes.NewReader(frame[:n])); err != io.ErrUnexpectedEOF {
				t.Fatalf("%v: cut at %d: %v, want ErrUnexpectedEOF", wire.TypeOf(m), n, err)
			}
		}
	}
}

// seal makes a frame of a type and a body, with a good checksum.
func seal(payload []byte) []byte {
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	frame = append(frame, payload...)
	return binary.BigEndian.AppendUint32(frame, crc32.Checksum(frame, crc32.MakeTable(crc32.Castagnoli)))
}

// payload is a frame without its length and checksum.
func payload(frame []byte) []byte { return frame[4 : len(frame)-4] }

func TestMalformed(t *testing.T) {
	report := payload(encode(t, samples()[1]))
	sealed := bytes.Clone(report)
	sealed[len(sealed)-1] = 2
	listed := bytes.Clone(report)
	binary.BigEndian.PutUint32(listed[1+2+3+8+8:], 1<<31)
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"nothing", nil, "a frame of 8 bytes"},
		{"type 0", []byte{0}, "Type(0)"},
		{"type of tomorrow", []byte{200}, "is the sender a later version?"},
		{"cut list", report[:len(report)-1], "a list of 2 in 73 bytes"},
		{"cut field", payload(encode(t, samples()[4]))[:20], "a field of 8 bytes, of which there are"},
		{"more", append(bytes.Clone(report), 0), "1 bytes behind the last field"},
		{"boolean", sealed, "a boolean is 2"},
		{"list", listed, "a list of 2147483648"},
	}
	for _, test := range tests {
		_, err := wire.Decode(seal(test.in))
		if !errors.Is(err, wire.ErrCorrupt) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func TestTooLong(t *testing.T) {
	for _, m := range []extmgr.Message{
		&extmgr.Heartbeat{Addr: strings.Repeat("a", 1<<16)},
		&extnode.Put{Data: make([]byte, wire.MaxFrame)},
		&extnode.Put{Data: make([]byte, wire.MaxFrame+1)},
	} {
		b, err := wire.Append([]byte("before"), m)
		if !errors.Is(err, wire.ErrTooLong) || string(b) != "before" {
			t.Errorf("%T: %q, %v", m, b[:min(len(b), 9)], err)
		}
	}
	if _, err := wire.Read(strings.NewReader("GET / HTTP/1.1\r\n")); !errors.Is(err, wire.ErrTooLong) {
		t.Errorf("another protocol: %v", err)
	}
	type foreign struct{ extmgr.Header }
	if _, err := wire.Append(nil, &foreign{}); !errors.Is(err, wire.ErrUnknownType) {
		t.Errorf("foreign type: %v", err)
	}
}

// TestClaims: a length that nothing follows costs nothing.
func TestClaims(t *testing.T) {
	claim := binary.BigEndian.AppendUint32(nil, wire.MaxFrame)
	allocated := testing.Benchmark(func(b *testing.B) {
		for range b.N {
			_, _ = wire.Read(bytes.NewReader(claim))
		}
	}).AllocedBytesPerOp()
	if allocated > 1<<20 {
		t.Errorf("%d bytes were allocated for a frame that never came", allocated)
	}
}

func TestGreeting(t *testing.T) {
	var b bytes.Buffer
	want := wire.Greeting{Cluster: "vnext", Node: "en1"}
	if err := want.Write(&b); err != nil {
		t.Fatal(err)
	}
	good := bytes.Clone(b.Bytes())
	got, err := wire.ReadGreeting(&b)
	if err != nil || got != want {
		t.Fatalf("%+v, %v", got, err)
	}
	for bit := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, err := wire.ReadGreeting(bytes.NewReader(bad)); err == nil {
			t.Fatalf("bit %d: accepted", bit)
		}
	}
	tomorrow := bytes.Clone(good)
	tomorrow[5] = 2
	if _, err := wire.ReadGreeting(bytes.NewReader(tomorrow)); !errors.Is(err, wire.ErrVersion) {
		t.Errorf("another version: %v", err)
	}
	if _, err := wire.ReadGreeting(strings.NewReader("HTTP/1.1 400 Bad Request")); !errors.Is(err, wire.ErrCorrupt) {
		t.Errorf("another protocol: %v", err)
	}
	if err := (wire.Greeting{Cluster: strings.Repeat("c", 256)}).Write(io.Discard); !errors.Is(err, wire.ErrTooLong) {
		t.Errorf("long name: %v", err)
	}
}

// FuzzDecode gives Decode payloads with good checksums: what it accepts is what
// Append writes, bit for bit.
func FuzzDecode(f *testing.F) {
	for _, m := range samples() {
		f.Add(payload(encode(f, m)))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		frame := seal(in)
		m, err := wire.Decode(frame)
		if err != nil {
			if !errors.Is(err, wire.ErrCorrupt) {
				t.Fatalf("error is not ErrCorrupt: %v", err)
			}
			return
		}
		if again := encode(t, m); !bytes.Equal(again, frame) {
			t.Fatalf("%T is encoded as %x, was %x", m, again, frame)
		}
	})
}

// FuzzRead gives Read and ReadGreeting anything: they return.
func FuzzRead(f *testing.F) {
	f.Add([]byte("RVLN\x00\x01"))
	for _, m := range samples() {
		f.Add(encode(f, m))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bytes.NewReader(in)
		for {
			if _, err := wire.Read(r); err != nil {
				break
			}
		}
		_, _ = wire.ReadGreeting(bytes.NewReader(in))
	})
}
