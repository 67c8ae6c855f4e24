package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// TestRender shows recorded streams of go test -json and compares the text and the verdict with golden files.
func TestRender(t *testing.T) {
	streams, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(streams) == 0 {
		t.Fatal(streams, err)
	}
	for _, path := range streams {
		name := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		t.Run(name, func(t *testing.T) {
			stream, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			r := &renderer{out: &out, err: &out, verdict: &verdict{}}
			if err := r.read(bytes.NewReader(stream)); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", fmt.Sprintf("%sexit %d\n", &out, r.verdict.code()))
		})
	}
}

// With -v everything is shown but what tests tell the command, and half lines stay half.
func TestRenderVerbose(t *testing.T) {
	stream := `{"Action":"output","Package":"p","Test":"T","Output":"half "}
{"Action":"attr","Package":"p","Test":"T","Key":"ravel.progress","Value":"1 2 3 false"}
{"Action":"output","Package":"p","Test":"T","Output":"=== ATTR  T ravel.progress 1 2 3\n"}
{"Action":"output","Package":"p","Test":"T","Output":"whole\n"}
{"Action":"attr","Package":"p","Test":"T","Key":"issue","Value":"7"}
{"Action":"output","Package":"p","Test":"T","Output":"=== ATTR  T issue 7\n"}
{"Action":"output","Package":"p","Test":"T","Output":"=== ATTR  U ravel.text of a test\n"}
`
	var out bytes.Buffer
	r := &renderer{out: &out, err: &out, verbose: true, verdict: &verdict{}}
	if err := r.read(strings.NewReader(stream)); err != nil {
		t.Fatal(err)
	}
	if want := "half whole\n=== ATTR  T issue 7\n=== ATTR  U ravel.text of a test\n"; out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
}

func TestRenderRaw(t *testing.T) {
	stream := `{"Action":"run","Package":"p","Test":"T"}` + "\nnot JSON\n" + `{"Action":"fail","Package":"p","Test":"T"}`
	var out bytes.Buffer
	r := &renderer{out: &out, err: &out, raw: &out, verdict: &verdict{}}
	if err := r.read(strings.NewReader(stream)); err != nil {
		t.Fatal(err)
	}
	if out.String() != stream || r.verdict.code() != cli.Found {
		t.Errorf("exit %d\n%s", r.verdict.code(), &out)
	}
}
