package files

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
)

func TestFiles(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		s.Append("a", []byte("one")), s.Append("a", []byte(" two")), s.Sync("a"),
		s.Write("b", 4, []byte("x")), s.Truncate("b", 6), s.Sync("b"),
		s.Rename("b", "c"), s.SyncNames(), s.Append("d", nil), s.Remove("d"),
	); err != nil {
		t.Fatal(err)
	}
	if got := s.List(); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("files %v", got)
	}
	for name, want := range map[string]string{"a": "one two", "c": "\x00\x00\x00\x00x\x00"} {
		if b, err := s.Read(name); err != nil || string(b) != want {
			t.Errorf("%s holds %q, %v", name, b, err)
		}
	}
	_, missing := s.Read("nothing")
	for what, test := range map[string]struct {
		err  error
		want error
	}{
		"a file that is not there": {missing, fs.ErrNotExist},
		"sync of none":             {s.Sync("nothing"), fs.ErrNotExist},
		"rename of none":           {s.Rename("nothing", "x"), fs.ErrNotExist},
		"removal of none":          {s.Remove("nothing"), fs.ErrNotExist},
		"truncate of none":         {s.Truncate("nothing", 1), fs.ErrNotExist},
		"a path":                   {s.Append("../a", nil), fs.ErrInvalid},
		"no name":                  {s.Append("", nil), fs.ErrInvalid},
		"a negative offset":        {s.Write("a", -1, nil), fs.ErrInvalid},
		"a negative size":          {s.Truncate("a", -1), fs.ErrInvalid},
	} {
		var p *fs.PathError
		if !errors.Is(test.err, test.want) || !errors.As(test.err, &p) {
			t.Errorf("%s: %v", what, test.err)
		}
	}
}
