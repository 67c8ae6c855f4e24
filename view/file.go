package view

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/trace"
)

// generator stands near the beginning of every page that Write has written.
var generator = []byte(`<meta name="generator" content="ravel">`)

// ErrUnknown is wrapped by OpenFile's error for a file that is neither a trace nor a page.
var ErrUnknown = errors.New("neither a trace, as ravel replay --format json writes it, nor a page of --html")

// OpenFile opens a page that Write has written, or a trace in JSON as a page. It returns a function that reads the page from
// its beginning, as Listen wants it.
func OpenFile(name string) (func() (io.ReadCloser, error), error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder: %w", name, ErrUnknown)
	}
	r := bufio.NewReader(f)
	start, err := r.Peek(2048)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.Contains(start, generator):
		return func() (io.ReadCloser, error) { return os.Open(name) }, nil
	case !bytes.HasPrefix(bytes.TrimSpace(start), []byte("{")):
		return nil, fmt.Errorf("%s: %w", name, ErrUnknown)
	}
	t, err := trace.ReadJSON(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var page bytes.Buffer
	title := t.Test
	if title == "" {
		title = filepath.Base(name)
	}
	if err := Write(&page, Page{Title: title, Failures: []Failure{{Title: title, Trace: t}}, Sources: Disk{}}); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(page.Bytes())), nil }, nil
}
