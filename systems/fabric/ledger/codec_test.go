package ledger

import (
	"bufio"
	"context"
	"os"
	"strings"
	"testing"
)

// TestCodec reads testdata/codec.txt: texts as they are on the wire, in the log and in snapshots, and what is wrong with others.
// They are kept, as logs and snapshots are.
//
//	request ok TEXT
//	request bad TEXT => part of the error
func TestCodec(t *testing.T) {
	file, err := os.Open("testdata/codec.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoders := map[string]func(string) (string, error){
		"request":  func(s string) (string, error) { q, err := DecodeRequest(s); return text(q, err) },
		"entry":    func(s string) (string, error) { e, err := decodeEntry(s); return text(e, err) },
		"answer":   func(s string) (string, error) { a, err := DecodeAnswer(s); return a.String(), err },
		"snapshot": restored,
	}
	n := 0
	for in := bufio.NewScanner(file); in.Scan(); n++ {
		what, rest, _ := strings.Cut(in.Text(), " ")
		ok, body, _ := strings.Cut(rest, " ")
		body, want, _ := strings.Cut(body, " => ")
		decode, known := decoders[what]
		if !known {
			t.Fatalf("what is %q?", in.Text())
		}
		got, err := decode(strings.ReplaceAll(body, "|", "\n"))
		switch {
		case ok == "ok" && (err != nil || strings.ReplaceAll(got, "\n", "|") != body):
			t.Errorf("%s: %q, %v", in.Text(), got, err)
		case ok == "bad" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: the error is %v", in.Text(), err)
		}
	}
	if n < 40 {
		t.Errorf("only %d lines", n)
	}
}

func text(e entry, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return e.String(), nil
}

// restored restores a snapshot of one piece, and takes one of that.
func restored(s string) (string, error) {
	r := &Replica{book: newContents()}
	if err := r.Restore(context.Background(), pieces(s)); err != nil {
		return "", err
	}
	var out []string
	for p := range r.Snapshot(context.Background()) {
		out = append(out, string(p))
	}
	return strings.Join(out, "\n"), nil
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"open c/1 a 100", "transfer c/2 a b 30", "balance a", "audit", "read", "interest 7", "ok 70", "ok 0 3", "in-doubt 0",
		"transfer c/2 a b -30", "open c/01 a 1", "ledger 1 5 1 1 0 -100 1 0\naccount a 100",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if q, err := DecodeRequest(s); err == nil && q.String() != s {
			t.Errorf("request %q is %q", s, q)
		}
		if e, err := decodeEntry(s); err == nil && e.String() != s {
			t.Errorf("operation %q is %q", s, e)
		}
		if a, err := DecodeAnswer(s); err == nil && a.String() != s {
			t.Errorf("answer %q is %q", s, a)
		}
		if once, err := restored(s); err == nil {
			if twice, err := restored(once); err != nil || once != twice {
				t.Errorf("snapshot %q is %q, and then %q, %v", s, once, twice, err)
			}
		}
	})
}
