package extstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

// Both file systems do what FS says.
func TestFS(t *testing.T) {
	onEachFS(t, func(t *testing.T, files FS) {
		writeFile(t, files, "a/b/c", []byte("hello"))
		if err := files.WriteAt("a/b/c", 7, []byte("there")); err != nil {
			t.Error(err)
		}
		if got := string(readFile(t, files, "a/b/c")); got != "hello\x00\x00there" {
			t.Errorf("file: %q", got)
		}
		for _, r := range []struct {
			off  int64
			n    int
			want string
		}{{1, 3, "ell"}, {10, 9, "re"}, {12, 1, ""}, {99, 1, ""}} {
			if got, err := files.ReadAt("a/b/c", r.off, r.n); err != nil || string(got) != r.want {
				t.Errorf("ReadAt(%d, %d): %q, %v; want %q", r.off, r.n, got, err, r.want)
			}
		}
		writeFile(t, files, "a/d", nil)
		for _, err := range []error{
			files.Sync("a/b/c"), files.SyncDir("a/b"), files.SyncDir("."),
			files.Rename("a/b/c", "e/f"), files.Remove("a/d"),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		for dir, want := range map[string][]string{"a": nil, "e": {"e/f"}, "none": nil} {
			if got := list(t, files, dir); !slices.Equal(got, want) {
				t.Errorf("List(%s): %q, want %q", dir, got, want)
			}
		}
		_, sizeErr := files.Size("a/d")
		_, readErr := files.ReadAt("a/d", 0, 1)
		for i, err := range []error{sizeErr, readErr, files.Remove("a/d"), files.Sync("a/d"), files.Rename("a/d", "x")} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("call %d on a missing file: %v", i, err)
			}
		}
	})
}

func TestDirErrors(t *testing.T) {
	parent := t.TempDir()
	file := filepath.Join(parent, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, filepath.Join(file, "sub"), "bad\x00name"} {
		if d, err := Dir(name); err == nil {
			t.Errorf("Dir(%q): no error", name)
			_ = d.Close()
		}
	}
	d := newDir(t)
	for _, dir := range []string{"data", "tmp", "damaged"} {
		writeFile(t, d, dir, nil) // a file where a folder should be
		if _, err := Open(d, small); err == nil {
			t.Errorf("Open does not mind that %s is a file", dir)
		}
		if err := d.Remove(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.WriteAt("../outside", 0, nil); err == nil {
		t.Error("a name leads outside")
	}
	if _, err := Open(d, small); err != nil {
		t.Error(err)
	}
}

// Dir creates its folder, and a store there can be found again.
func TestDirAgain(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a", "b")
	var want int64
	for i := range 2 {
		d, err := Dir(name)
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, d, small)
		if i == 0 {
			mustPut(t, s, extentX, 1, "text")
			want = s.Used()
		}
		if len(s.List()) != 1 || s.Used() != want {
			t.Errorf("time %d: the store holds %v", i, s.List())
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestFreeSpace(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Folder is a Spacer on Linux alone")
	}
	d := newDir(t)
	s := open(t, d, Config{})
	if free := s.Free(); free <= 0 || free > 1<<60 {
		t.Errorf("%d bytes are free", free)
	}
	if free := open(t, d, Config{Capacity: 1}).Free(); free > 1 {
		t.Errorf("%d bytes of 1 are free", free)
	}
}

// A medium that cannot say what is free has nothing to offer.
type lost struct{ FS }

func (lost) FreeSpace() (int64, error) { return 0, errCrashed }

func TestFreeSpaceUnknown(t *testing.T) {
	log := &journal{}
	if free := open(t, lost{newMemFS()}, Config{Log: log}).Free(); free != 0 || !log.said("free space is unknown") {
		t.Errorf("%d bytes are free; logged: %q", free, log.warnings)
	}
}
