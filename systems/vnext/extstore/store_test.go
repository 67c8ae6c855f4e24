package extstore_test

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

func TestConfig(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		want string // in the error; "" is none
	}{
		"zero":           {Config{}, ""},
		"small":          {small, ""},
		"no block":       {Config{BlockSize: -1}, "BlockSize is -1"},
		"huge block":     {Config{BlockSize: MaxBlockSize + 1}, "BlockSize is 16777217"},
		"no capacity":    {Config{Capacity: -1}, "Capacity is -1"},
		"all that's bad": {Config{BlockSize: -1, Capacity: -1}, "Capacity is -1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(newMemFS(), c.cfg)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Open: %v, want %q", err, c.want)
			}
		})
	}
	if _, err := Open(nil, Config{}); err == nil {
		t.Error("Open accepts no FS")
	}
	if s := open(t, newMemFS(), Config{}); s.BlockSize() != 64<<10 || s.Free() != math.MaxInt64 {
		t.Errorf("defaults: blocks of %d, %d free", s.BlockSize(), s.Free())
	}
}

// What is put can be listed and read, also after a restart with other settings.
func TestPutAndRead(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		s := open(t, files, small)
		payloads := []string{"", "a", "four", "fives", "exactly8", "more than two blocks"}
		var want []extmgr.ExtentInfo
		for i, p := range payloads {
			want = append(want, mustPut(t, s, extent(string(rune('a'+i))), uint64(i), p))
		}
		for range 2 {
			wantHeld(t, s, files, want...)
			for i, p := range payloads {
				got, err := payload(s, want[i].ID)
				if err != nil || got != p {
					t.Errorf("read: %q, %v; want %q", got, err, p)
				}
			}
			s = open(t, files, Config{BlockSize: 16})
		}
	})
}

// Every range of an extent reads as io.ReaderAt says.
func TestReadAt(t *testing.T) {
	s := open(t, newMemFS(), small)
	const text = "0123456789"
	mustPut(t, s, extentX, 1, text)
	r, _, err := s.Open(extentX)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReader(text)
	for off := range int64(13) {
		for n := range 13 {
			a, b := make([]byte, n), make([]byte, n)
			gotN, gotErr := r.ReadAt(a, off)
			wantN, wantErr := want.ReadAt(b, off)
			if n == 0 {
				wantErr = nil // strings.Reader is stricter
			}
			if gotN != wantN || gotErr != wantErr || string(a) != string(b) {
				t.Errorf("ReadAt(%d bytes, %d): %d, %v, %q; want %d, %v, %q", n, off, gotN, gotErr, a, wantN, wantErr, b)
			}
		}
	}
	if _, err := r.ReadAt(nil, -1); err == nil || err == io.EOF {
		t.Errorf("negative offset: %v", err)
	}
}

// A long extent is read in several pieces.
func TestReadLong(t *testing.T) {
	s := open(t, newMemFS(), Config{BlockSize: 1000})
	text := strings.Repeat("0123456789", 250_003)
	mustPut(t, s, extentX, 1, text)
	if got, err := payload(s, extentX); err != nil || got != text {
		t.Errorf("read %d bytes, %v; want %d", len(got), err, len(text))
	}
	if err := s.ScrubExtent(extentX); err != nil {
		t.Error(err)
	}
}

func TestVersions(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		s := open(t, files, small)
		old := mustPut(t, s, extentX, 5, "the old one")
		r, _, err := s.Open(extentX)
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range []uint64{4, 5} {
			if _, err := s.Stage(infoOf(extentX, version, "any")); !errors.Is(err, ErrStale) {
				t.Errorf("Stage version %d: %v", version, err)
			}
		}
		wantHeld(t, s, files, old)
		used := s.Used()
		newer := mustPut(t, s, extentX, 6, "new")
		wantHeld(t, s, files, newer)
		if s.Used() >= used {
			t.Errorf("a shorter extent in place of a longer one uses %d bytes instead of %d", s.Used(), used)
		}
		if _, err := r.ReadAt(make([]byte, 1), 0); !errors.Is(err, ErrNotHeld) {
			t.Errorf("reader of the old version: %v", err)
		}
	})
}

func TestDelete(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		s := open(t, files, small)
		info := mustPut(t, s, extentX, 5, "payload")
		for _, version := range []uint64{4, 6} {
			if err := s.Delete(extentX, version); !errors.Is(err, ErrNotHeld) {
				t.Errorf("Delete version %d: %v", version, err)
			}
		}
		wantHeld(t, s, files, info)
		if err := s.Delete(extentX, 5); err != nil {
			t.Error(err)
		}
		if err := s.Delete(extentX, 5); !errors.Is(err, ErrNotHeld) {
			t.Errorf("the second Delete: %v", err)
		}
		wantHeld(t, s, files)
		wantHeld(t, open(t, files, small), files)
		if s.Used() != 0 {
			t.Errorf("an empty store uses %d bytes", s.Used())
		}
		mustPut(t, s, extentX, 1, "older")
	})
}

// Rot is found when it is read and when it is looked for, and the file is kept.
func TestRot(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		log := &journal{}
		s := open(t, files, Config{BlockSize: 4, Log: log})
		mustPut(t, s, extentX, 1, "0123456789")
		good := mustPut(t, s, extent("y"), 1, "abc")
		file := readFile(t, files, fileOf(extentX))
		file[52+8+1] ^= 1 // in the second block
		writeFile(t, files, fileOf(extentX), file)

		r, _, err := s.Open(extentX)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.ReadAt(make([]byte, 8), 4); !errors.Is(err, ErrDamaged) {
			t.Errorf("read: %v", err)
		}
		s.Scrub(func(id extmgr.ExtentID, err error) {
			if id != extentX || !errors.Is(err, ErrDamaged) {
				t.Errorf("Scrub finds %s: %v", id, err)
			}
			if err := s.Quarantine(id, err); err != nil {
				t.Error(err)
			}
		})
		if !log.said("at 4 does not match") {
			t.Errorf("logged: %q", log.warnings)
		}
		wantHeld(t, s, files, good)
		kept := list(t, files, "damaged")
		if len(kept) != 1 || !slices.Equal(readFile(t, files, kept[0]), file) {
			t.Errorf("set aside: %q", kept)
		}
		for op, err := range map[string]error{
			"Quarantine": s.Quarantine(extentX, nil), "ScrubExtent": s.ScrubExtent(extentX),
		} {
			if !errors.Is(err, ErrNotHeld) {
				t.Errorf("%s again: %v", op, err)
			}
		}
		s.Scrub(func(id extmgr.ExtentID, err error) { t.Errorf("Scrub again: %s: %v", id, err) })

		again := open(t, files, small)
		wantHeld(t, again, files, good)
		if again.Used() != s.Used() {
			t.Errorf("after a restart %d bytes are used instead of %d", again.Used(), s.Used())
		}
	})
}

// A second damaged file of an extent does not replace the first.
func TestRotTwice(t *testing.T) {
	files := newMemFS()
	s := open(t, files, small)
	for version := range uint64(3) {
		mustPut(t, s, extentX, version, "text")
		if err := s.Quarantine(extentX, errors.New("for the test")); err != nil {
			t.Error(err)
		}
	}
	if kept := list(t, files, "damaged"); len(kept) != 3 {
		t.Errorf("set aside: %q", kept)
	}
}

// The file of an extent may change or vanish behind the store's back.
func TestMeddling(t *testing.T) {
	other := newMemFS()
	mustPut(t, open(t, other, small), extentX, 9, "newer")
	for name, meddle := range map[string]func(FS){
		"gone":      func(files FS) { _ = files.Remove(fileOf(extentX)) },
		"cut off":   func(files FS) { writeFile(t, files, fileOf(extentX), smallFile(t)[:70]) },
		"exchanged": func(files FS) { writeFile(t, files, fileOf(extentX), readFile(t, other, fileOf(extentX))) },
	} {
		t.Run(name, func(t *testing.T) {
			onEachFS(t, func(t *testing.T, files FS) {
				s := open(t, files, small)
				mustPut(t, s, extentX, 7, "ten bytes.")
				meddle(files)
				if _, err := payload(s, extentX); !errors.Is(err, ErrDamaged) {
					t.Errorf("read: %v", err)
				}
				err := s.ScrubExtent(extentX)
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("ScrubExtent: %v", err)
				}
				if err := s.Quarantine(extentX, err); err != nil {
					t.Error(err)
				}
				wantHeld(t, s, files)
				if kept := len(list(t, files, "damaged")); (kept > 0) != (s.Used() > 0) {
					t.Errorf("%d bytes are used for %d damaged files", s.Used(), kept)
				}
				if err := s.Delete(extentX, 7); !errors.Is(err, ErrNotHeld) {
					t.Errorf("Delete: %v", err)
				}
			})
		})
	}
}

// What Open finds besides extents.
func TestOpenCleansUp(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		good := mustPut(t, open(t, files, small), extentX, 1, "text")
		file := readFile(t, files, fileOf(extentX))
		writeFile(t, files, "tmp/left.ext", file)
		writeFile(t, files, fileOf(extent("y")), file) // the name of another extent
		foreign := []string{"data/README", "data/78/short.ext", "data/00/" + extentX.String() + ".ext",
			"data/" + strings.ToUpper(extent("jkl").String()) + ".ext"}
		for _, name := range foreign {
			writeFile(t, files, name, []byte("foreign"))
		}
		log := &journal{}
		s := open(t, files, Config{BlockSize: 4, Log: log})
		wantHeld(t, s, files, good)
		if kept := list(t, files, "damaged"); len(kept) != 1 || !log.said("the file is that of extent "+extentX.String()) {
			t.Errorf("set aside: %q; logged: %q", kept, log.warnings)
		}
		for _, name := range foreign {
			if string(readFile(t, files, name)) != "foreign" || !log.said(name) {
				t.Errorf("%s was touched, or nothing was logged about it", name)
			}
		}
	})
}

// badFS fails to read: everything, or files only.
type badFS struct {
	FS
	list, size, read error
}

func (b *badFS) List(dir string) ([]string, error) {
	if b.list != nil {
		return nil, b.list
	}
	return b.FS.List(dir)
}

func (b *badFS) Size(name string) (int64, error) {
	if b.size != nil {
		return 0, b.size
	}
	return b.FS.Size(name)
}

func (b *badFS) ReadAt(name string, off int64, n int) ([]byte, error) {
	if b.read != nil {
		return nil, b.read
	}
	return b.FS.ReadAt(name, off, n)
}

// A store that cannot be read does not open; one extent that cannot is set aside.
func TestUnreadable(t *testing.T) {
	files := newMemFS()
	info := mustPut(t, open(t, files, small), extentX, 1, "text")
	for name, bad := range map[string]*badFS{
		"folder": {FS: files, list: fs.ErrPermission},
		"size":   {FS: files, size: fs.ErrPermission},
		"header": {FS: files, read: fs.ErrPermission},
	} {
		if _, err := Open(bad, small); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: Open: %v", name, err)
		}
	}
	bad := &badFS{FS: files}
	s := open(t, bad, small)
	bad.read = syscall.EMFILE
	if err := s.ScrubExtent(extentX); !errors.Is(err, syscall.EMFILE) || errors.Is(err, ErrDamaged) {
		t.Errorf("ScrubExtent: %v", err)
	}
	if _, err := payload(s, extentX); !errors.Is(err, syscall.EMFILE) || errors.Is(err, ErrDamaged) {
		t.Errorf("read: %v", err)
	}
	bad.read = nil
	wantHeld(t, s, files, info)
	wantHeld(t, open(t, &badFS{FS: files, read: syscall.EIO}, small), files)
	if kept := list(t, files, "damaged"); len(kept) != 1 {
		t.Errorf("set aside: %q", kept)
	}
}
