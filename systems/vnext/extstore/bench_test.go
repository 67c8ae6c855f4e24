package extstore_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

// onEachFSB runs a benchmark on a file system in memory and on the real one.
func onEachFSB(b *testing.B, bench func(b *testing.B, files FS)) {
	b.Run("mem", func(b *testing.B) { bench(b, newMemFS()) })
	b.Run("dir", func(b *testing.B) { bench(b, newDir(b)) })
}

// BenchmarkPut writes and commits an extent of 16 MiB in pieces of 1 MiB.
func BenchmarkPut(b *testing.B) {
	onEachFSB(b, func(b *testing.B, files FS) {
		s := open(b, files, Config{})
		piece := []byte(strings.Repeat("0123456789abcdef", 1<<16))
		const pieces = 16
		info := infoOf(extentX, 0, strings.Repeat(string(piece), pieces))
		crc := Checksum(piece)
		b.SetBytes(info.Length)
		for b.Loop() {
			info.Version++
			st, err := s.Stage(info)
			if err != nil {
				b.Fatal(err)
			}
			for i := range int64(pieces) {
				if err := st.WriteBlock(i*int64(len(piece)), piece, crc); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := st.Commit(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkRead reads and verifies 1 MiB.
func BenchmarkRead(b *testing.B) {
	onEachFSB(b, func(b *testing.B, files FS) {
		s := open(b, files, Config{})
		mustPut(b, s, extentX, 1, strings.Repeat("0123456789abcdef", 1<<16))
		r, info, err := s.Open(extentX)
		if err != nil {
			b.Fatal(err)
		}
		p := make([]byte, info.Length)
		b.SetBytes(info.Length)
		for b.Loop() {
			if _, err := r.ReadAt(p, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSmall is what a tester does a million times: put an extent of one
// block, open the store again, read.
func BenchmarkSmall(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		files := newMemFS()
		info := infoOf(extentX, 1, "text")
		if err := put(open(b, files, small), info, "text"); err != nil {
			b.Fatal(err)
		}
		if _, err := payload(open(b, files, small), extentX); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens a store of a thousand extents.
func BenchmarkOpen(b *testing.B) {
	onEachFSB(b, func(b *testing.B, files FS) {
		s := open(b, files, small)
		for i := range 1000 {
			mustPut(b, s, extmgr.ExtentID{byte(i), byte(i >> 8)}, 1, "text")
		}
		for b.Loop() {
			if got := len(open(b, files, small).List()); got != 1000 {
				b.Fatalf("%d extents", got)
			}
		}
	})
}
