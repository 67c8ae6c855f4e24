package extstore_test

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// putSized writes an extent whose payload is n times the version.
func putSized(s *extstore.Store, id byte, version uint64, n int) ([]byte, error) {
	data := bytes.Repeat([]byte{byte(version)}, n)
	info := extmgr.ExtentInfo{ID: extmgr.ExtentID{id}, Version: version, Length: int64(n), CRC32C: extstore.Checksum(data)}
	st, err := s.Stage(info)
	if err != nil {
		return nil, err
	}
	if err := st.WriteBlock(0, data, info.CRC32C); err != nil {
		return nil, err
	}
	_, err = st.Commit()
	return data, err
}

// TestQuota fills a folder of the operating system's: the write that meets the end
// fails, leaves nothing, and costs nothing that was there before.
func TestQuota(t *testing.T) {
	folder, err := extstore.Dir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	const limit = 5000
	disk, err := extstore.Quota(folder, limit)
	if err != nil {
		t.Fatal(err)
	}
	store := func(disk extstore.FS) *extstore.Store {
		t.Helper()
		s, err := extstore.Open(disk, extstore.Config{BlockSize: 512})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := store(disk)
	if _, err := s.NextIncarnation(0); err != nil {
		t.Fatal(err)
	}
	_, err = putSized(s, 1, 1, 2000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := putSized(s, 1, 2, 2500); err != nil {
		t.Fatalf("replacing an extent needs room for both: %v", err)
	}
	_, err = putSized(s, 2, 1, 3000)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "quota of 5000 bytes") {
		t.Fatalf("more than there is room for: %v", err)
	}
	if left, err := folder.List("tmp"); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := s.NextIncarnation(0); err != nil {
		t.Errorf("a full disk keeps a node from starting: %v", err)
	}
	free := s.Free()
	again, err := extstore.Quota(folder, limit)
	if err != nil {
		t.Fatal(err)
	}
	s = store(again)
	if s.Free() != free || free <= 0 || free >= limit-2500 {
		t.Errorf("free are %d bytes, %d after a restart", free, s.Free())
	}
	if err := s.ScrubExtent(extmgr.ExtentID{1}); err != nil {
		t.Error(err)
	}
	if err := s.Delete(extmgr.ExtentID{1}, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := putSized(s, 2, 1, 3000); err != nil {
		t.Errorf("after room was made: %v", err)
	}
	if _, err := extstore.Quota(folder, -1); err == nil {
		t.Error("a negative quota")
	}
}

// TestQuotaExceeded: a folder that has more than the quota is read, and nothing
// more goes in.
func TestQuotaExceeded(t *testing.T) {
	folder, err := extstore.Dir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	s, err := extstore.Open(folder, extstore.Config{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := putSized(s, 1, 1, 2000)
	if err != nil {
		t.Fatal(err)
	}
	disk, err := extstore.Quota(folder, 100)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = extstore.Open(disk, extstore.Config{}); err != nil {
		t.Fatal(err)
	}
	if s.Free() != 0 {
		t.Errorf("free are %d bytes", s.Free())
	}
	if _, err := putSized(s, 2, 1, 0); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("one more: %v", err)
	}
	r, _, err := s.Open(extmgr.ExtentID{1})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	if _, err := r.ReadAt(got, 0); err != nil || !bytes.Equal(got, want) {
		t.Errorf("what is there is not read: %v", err)
	}
}
