package schedule

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Root is the folder, seen from a package's own, that holds the saved schedules of its tests.
const Root = "testdata/ravel"

// Ext is how the names of saved schedules end.
const Ext = ".ravel"

// Dir is the folder, seen from the package's own, that holds the saved schedules of a test.
func Dir(test string) string { return filepath.Join(filepath.FromSlash(Root), DirName(test)) }

// maxDirName is the length up to which a test's name can be read back from its folder's.
const maxDirName = 120

// DirName maps the name of a test to the name of a folder that every file system and every Go module may hold. Letters,
// digits and "_-+=,." stay, any other byte becomes "%" and two hexadecimal digits, as does a "." at either end. Two
// names never share a folder, except that file systems without case do not tell TestA from TESTA: List the folder and
// ask each Record for its test. A very long name is cut and ends in "~" and its hash.
func DirName(test string) string {
	var b strings.Builder
	for i := range len(test) {
		c := test[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_-+=,", c) >= 0,
			c == '.' && i > 0 && i < len(test)-1:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	name := b.String()
	if reserved(name) {
		name = fmt.Sprintf("%%%02X%s", name[0], name[1:])
	}
	if name == "" {
		return "%"
	}
	if len(name) > maxDirName {
		sum := sha256.Sum256([]byte(test))
		name = name[:maxDirName-33] + "~" + hex.EncodeToString(sum[:16])
	}
	return name
}

// reserved reports whether Windows keeps the name, whatever follows its first dot, for a device.
func reserved(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(base) == 4 && (base[:3] == "COM" || base[:3] == "LPT")
}

// TestName reads the name of a test back from that of its folder. It is false for a name that DirName did not make or
// had to cut.
func TestName(dir string) (string, bool) {
	if dir == "%" {
		return "", true
	}
	var b strings.Builder
	for i := 0; i < len(dir); i++ {
		if dir[i] != '%' {
			b.WriteByte(dir[i])
			continue
		}
		if i+3 > len(dir) {
			return "", false
		}
		c, err := hex.DecodeString(dir[i+1 : i+3])
		if err != nil {
			return "", false
		}
		b.Write(c)
		i += 2
	}
	return b.String(), DirName(b.String()) == dir
}

// FileName is the name under which Save writes the record: the failure's kind, and a hash of what makes the failure
// this one: test, settings, kind and choices. How and when it was found does not count.
func (r *Record) FileName() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %d %d %d %t %q\n", r.Package, r.Test, r.Failure, r.MaxSteps, r.Threshold, r.Clock, r.Lasso, r.Budgets)
	var b []byte
	for _, c := range r.Choices {
		b = fmt.Appendf(b[:0], "%d %d %d %q %d\n", c.Kind, c.N, c.Value, c.Op, c.Nth)
		h.Write(b)
	}
	kind := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, strings.ToLower(r.Failure))
	if kind == "" {
		kind = "failure"
	}
	return kind[:min(len(kind), 40)] + "-" + hex.EncodeToString(h.Sum(nil)[:6]) + Ext
}

// Save writes the record into dir, which it makes if needed, and returns the file's path. A failure that is there
// already is not saved twice: the file is left alone if it can be read and failed with the same code, else replaced.
// Other processes never see half a file.
func Save(dir string, r *Record) (path string, err error) {
	path = filepath.Join(dir, r.FileName())
	if old, err := Load(path); err == nil && old.Code == r.Code {
		return path, nil
	}
	text, err := r.MarshalText()
	if err != nil {
		return "", fmt.Errorf("save schedule: %w", err)
	}
	if len(text) > maxFileSize {
		return "", fmt.Errorf("save schedule: its text has %d bytes, at most %d can be saved; lower the step bound", len(text), maxFileSize)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("save schedule: %w", err)
	}
	if err := writeAtomic(path, text); err != nil {
		return "", fmt.Errorf("save schedule: %w", err)
	}
	return path, nil
}

func writeAtomic(path string, text []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".saving-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(text); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load reads a saved schedule. The error is one of the file system or a *FileError.
func Load(path string) (*Record, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("load schedule: %w", err)
	}
	if info.Size() > maxFileSize {
		return nil, &FileError{Path: path, Err: ErrTooBig, Reason: fmt.Sprintf("it has %d bytes", info.Size()), Advice: adviceForeign}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load schedule: %w", err)
	}
	r := &Record{}
	if err := r.UnmarshalText(text); err != nil {
		var f *FileError
		if errors.As(err, &f) {
			f.Path = path
		}
		return nil, err
	}
	return r, nil
}

// Matches reports an error that wraps ErrOtherTest unless the record is of the test with this full name.
func (h *Header) Matches(fullName string) error {
	if h.FullName() == fullName {
		return nil
	}
	return &FileError{Err: ErrOtherTest, Reason: fmt.Sprintf("it belongs to %s, not to %s", h.FullName(), fullName),
		Advice: "replay it in its own test, or, if the test was renamed, correct the file's package and test lines"}
}

// List returns the paths of the saved schedules in dir, sorted; none if there is no such folder.
func List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), Ext) && e.Name()[0] != '.' {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, nil
}
