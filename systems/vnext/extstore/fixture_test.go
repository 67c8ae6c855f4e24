package extstore_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extstore"
)

// onEachFS runs a test on a file system in memory and on the real one.
func onEachFS(t *testing.T, test func(t *testing.T, files FS)) {
	t.Run("mem", func(t *testing.T) { test(t, newMemFS()) })
	t.Run("dir", func(t *testing.T) { test(t, newDir(t)) })
}

func newDir(tb testing.TB) *Folder {
	tb.Helper()
	d, err := Dir(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	return d
}

// journal is a logger that keeps the warnings.
type journal struct{ warnings []string }

func (*journal) Debug(string, ...any) {}
func (*journal) Info(string, ...any)  {}
func (j *journal) Warn(msg string, args ...any) {
	j.warnings = append(j.warnings, msg+" "+fmt.Sprintln(args...))
}

func (j *journal) said(what string) bool {
	return slices.ContainsFunc(j.warnings, func(w string) bool { return strings.Contains(w, what) })
}

// small has blocks of 4 bytes.
var small = Config{BlockSize: 4}

func open(tb testing.TB, files FS, cfg Config) *Store {
	tb.Helper()
	s, err := Open(files, cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// extent names an extent by up to 16 characters.
func extent(name string) (id extmgr.ExtentID) {
	copy(id[:], name)
	return id
}

// extentX is the extent of most tests, in several versions.
var extentX = extent("x")

func infoOf(id extmgr.ExtentID, version uint64, payload string) extmgr.ExtentInfo {
	return extmgr.ExtentInfo{
		ID:      id,
		Version: version,
		Length:  int64(len(payload)),
		CRC32C:  Checksum([]byte(payload)),
		Sealed:  version%2 == 1,
	}
}

// put stores an extent in pieces of two blocks.
func put(s *Store, info extmgr.ExtentInfo, payload string) error {
	st, err := s.Stage(info)
	if err != nil {
		return err
	}
	off := int64(0)
	for piece := range slices.Chunk([]byte(payload), 2*s.BlockSize()) {
		if err := st.WriteBlock(off, piece, Checksum(piece)); err != nil {
			return err
		}
		off += int64(len(piece))
	}
	_, err = st.Commit()
	return err
}

func mustPut(tb testing.TB, s *Store, id extmgr.ExtentID, version uint64, payload string) extmgr.ExtentInfo {
	tb.Helper()
	info := infoOf(id, version, payload)
	if err := put(s, info, payload); err != nil {
		tb.Fatal(err)
	}
	return info
}

// payload reads all of an extent.
func payload(s *Store, id extmgr.ExtentID) (string, error) {
	r, info, err := s.Open(id)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, io.NewSectionReader(r, 0, info.Length))
	return b.String(), err
}

// wantHeld checks that the store holds exactly the given extents, that their
// files are whole, and that no unfinished ones lie about.
func wantHeld(tb testing.TB, s *Store, files FS, want ...extmgr.ExtentInfo) {
	tb.Helper()
	if got := s.List(); !slices.Equal(got, want) {
		tb.Errorf("the store holds %v, want %v", got, want)
	}
	for _, info := range s.List() {
		if got, err := Verify(readFile(tb, files, fileOf(info.ID))); err != nil || got != info {
			tb.Errorf("file of extent %s: %v, %v; want %v", info.ID, got, err, info)
		}
		if err := s.ScrubExtent(info.ID); err != nil {
			tb.Error(err)
		}
	}
	if temps := list(tb, files, "tmp"); len(temps) > 0 {
		tb.Errorf("unfinished files: %q", temps)
	}
}

func fileOf(id extmgr.ExtentID) string { return fmt.Sprintf("data/%x/%s.ext", id[:1], id) }

func readFile(tb testing.TB, files FS, name string) []byte {
	tb.Helper()
	size, err := files.Size(name)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := files.ReadAt(name, 0, int(size))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// writeFile replaces a file.
func writeFile(tb testing.TB, files FS, name string, p []byte) {
	tb.Helper()
	_ = files.Remove(name) // there may be none
	if err := files.WriteAt(name, 0, p); err != nil {
		tb.Fatal(err)
	}
}

func list(tb testing.TB, files FS, dir string) []string {
	tb.Helper()
	names, err := files.List(dir)
	if err != nil {
		tb.Fatal(err)
	}
	return names
}
