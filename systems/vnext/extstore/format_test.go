package extstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const goldenFile = "testdata/small.ext"

// smallFile is the file of an extent of three blocks, the last of them short.
func smallFile(tb testing.TB) []byte {
	tb.Helper()
	files := newMemFS()
	mustPut(tb, open(tb, files, small), extentX, 7, "ten bytes.")
	return readFile(tb, files, fileOf(extentX))
}

// The format on disk does not change by accident.
func TestGolden(t *testing.T) {
	file := smallFile(t)
	if *update {
		if err := os.WriteFile(goldenFile, file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, golden) {
		t.Errorf("the file is\n%x\nwant\n%x\n(-update rewrites it)", file, golden)
	}
	if info, err := Verify(golden); err != nil || info != infoOf(extentX, 7, "ten bytes.") {
		t.Errorf("golden file: %v, %v", info, err)
	}
}

// refused checks that a file is taken for damaged, by Verify and in a store: when
// it is opened or, at the latest, when it is scrubbed.
func refused(t *testing.T, file []byte, atOpen bool) {
	t.Helper()
	if info, err := Verify(file); !errors.Is(err, ErrDamaged) {
		t.Fatalf("Verify: %v, %v", info, err)
	}
	files, log := newMemFS(), &journal{}
	writeFile(t, files, fileOf(extentX), file)
	s := open(t, files, Config{BlockSize: 4, Log: log})
	if listed := len(s.List()) > 0; listed {
		if atOpen {
			t.Fatal("Open has not seen the damage")
		}
		if err := s.ScrubExtent(extentX); !errors.Is(err, ErrDamaged) {
			t.Fatalf("ScrubExtent: %v", err)
		}
		return
	}
	if kept := list(t, files, "damaged"); len(kept) != 1 || !bytes.Equal(readFile(t, files, kept[0]), file) {
		t.Errorf("set aside: %q", kept)
	}
	if !log.said("set aside") {
		t.Error("nothing was logged")
	}
}

func TestEveryTruncation(t *testing.T) {
	file := smallFile(t)
	for n := range file {
		refused(t, file[:n], true)
	}
	refused(t, append(slices.Clone(file), 0), true)
	if _, err := Verify(file); err != nil {
		t.Error(err)
	}
}

func TestEveryBitFlip(t *testing.T) {
	const headerSize = 52
	file := smallFile(t)
	for bit := range 8 * len(file) {
		bad := slices.Clone(file)
		bad[bit/8] ^= 1 << (bit % 8)
		refused(t, bad, bit < 8*headerSize)
	}
}

// Two good blocks that have changed places are found by the checksum of the whole.
func TestSwappedBlocks(t *testing.T) {
	file := smallFile(t)
	first, second := file[52:60], file[60:68]
	refused(t, slices.Concat(file[:52], second, first, file[68:]), false)
}

// header builds the header of an extent of no particular payload, with a good
// checksum.
func header(blockSize uint32, length uint64, flags, format uint16) []byte {
	h := make([]byte, 52)
	copy(h, "RVLX")
	binary.BigEndian.PutUint16(h[4:], format)
	binary.BigEndian.PutUint16(h[6:], flags)
	binary.BigEndian.PutUint32(h[8:], blockSize)
	copy(h[16:32], extentX[:])
	binary.BigEndian.PutUint64(h[40:], length)
	binary.BigEndian.PutUint32(h[48:], Checksum(h[:48]))
	return h
}

func TestBadHeaders(t *testing.T) {
	if _, err := Verify(header(4, 0, 1, 1)); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	for name, h := range map[string][]byte{
		"empty":               {},
		"unknown flag":        header(4, 0, 2, 1),
		"no block size":       header(0, 0, 0, 1),
		"huge block size":     header(MaxBlockSize+1, 0, 0, 1),
		"huge length":         header(4, MaxLength+1, 0, 1),
		"negative length":     header(4, 1<<63, 0, 1),
		"length without data": header(4, 1, 0, 1),
		"other magic":         append([]byte("RVLY"), header(4, 0, 0, 1)[4:]...),
	} {
		t.Run(name, func(t *testing.T) { refused(t, h, true) })
	}
}

// A file of a newer program is no damage, and nothing is set aside.
func TestFormatOfTomorrow(t *testing.T) {
	file := header(4, 0, 0, 2)
	if _, err := Verify(file); !errors.Is(err, ErrFormat) || errors.Is(err, ErrDamaged) {
		t.Errorf("Verify: %v", err)
	}
	files := newMemFS()
	writeFile(t, files, fileOf(extentX), file)
	if _, err := Open(files, small); !errors.Is(err, ErrFormat) {
		t.Errorf("Open: %v", err)
	}
	if got := readFile(t, files, fileOf(extentX)); !bytes.Equal(got, file) {
		t.Errorf("the file is now %x", got)
	}
}

// roundTrips checks that whatever Verify accepts is, bit for bit, what a
// store writes for it.
func roundTrips(t *testing.T, file []byte) {
	info, err := Verify(file)
	if err != nil {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) {
			t.Errorf("Verify: %v does not say what is wrong", err)
		}
		return
	}
	files := newMemFS()
	writeFile(t, files, fileOf(info.ID), file)
	from := open(t, files, small)
	p, err := payload(from, info.ID)
	if err != nil {
		t.Fatal(err)
	}
	again := newMemFS()
	to := open(t, again, Config{BlockSize: int(binary.BigEndian.Uint32(file[8:]))})
	if err := put(to, info, p); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, again, fileOf(info.ID)); !bytes.Equal(got, file) {
		t.Errorf("written again the file is\n%x\ninstead of\n%x", got, file)
	}
}

func FuzzVerify(f *testing.F) {
	file := smallFile(f)
	f.Add(file)
	f.Add(file[:60])
	f.Add(header(1, 0, 0, 1))
	f.Fuzz(func(t *testing.T, file []byte) { roundTrips(t, file) })
}

// FuzzHeader gives every header a good checksum, and hands it to a store, too.
func FuzzHeader(f *testing.F) {
	f.Add(uint32(4), uint64(10), uint16(1), uint16(1), smallFile(f)[52:])
	f.Add(uint32(1), uint64(0), uint16(0), uint16(1), []byte{})
	f.Add(^uint32(0), ^uint64(0), ^uint16(0), ^uint16(0), []byte{1})
	f.Fuzz(func(t *testing.T, blockSize uint32, length uint64, flags, format uint16, rest []byte) {
		file := append(header(blockSize, length, flags, format), rest...)
		roundTrips(t, file)
		files := newMemFS()
		writeFile(t, files, fileOf(extentX), file)
		s, err := Open(files, small)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Error(err)
			}
			return
		}
		for _, info := range s.List() {
			if _, err := payload(s, info.ID); err != nil && !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
		}
	})
}
