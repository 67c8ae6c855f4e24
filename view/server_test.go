package view

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/trace"
)

// serve runs a server of a page until the test ends.
func serve(t *testing.T, open func() (io.ReadCloser, error)) *Server {
	t.Helper()
	s, err := Listen(open)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

func text(s string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
}

// ask sends a request and returns status, headers and body.
func ask(t *testing.T, method, url, host string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(body)
}

func TestServerServesItsPageOnly(t *testing.T) {
	s := serve(t, text("the page"))
	host := s.host()
	for _, c := range []struct {
		method, url, host string
		status            int
		body              string
	}{
		{"GET", s.URL(), "", 200, "the page"},
		{"HEAD", s.URL(), "", 200, ""},
		{"GET", "http://" + host + "/", "", 404, "nothing here"},
		{"GET", strings.TrimSuffix(s.URL(), "/"), "", 404, "nothing here"},
		{"GET", s.URL() + "x", "", 404, "nothing here"},
		{"GET", s.URL(), "attacker.example", 421, "its own machine"},
		{"GET", s.URL(), strings.Replace(host, "127.0.0.1", "localhost", 1), 421, "its own machine"},
		{"POST", s.URL(), "", 405, "only be read"},
	} {
		status, header, body := ask(t, c.method, c.url, c.host)
		if status != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s %s of %q: %d %q, want %d %q", c.method, c.url, c.host, status, body, c.status, c.body)
		}
		if status != 200 && strings.Contains(body, "the page\n") {
			t.Errorf("%s %s shows the page", c.method, c.url)
		}
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if !strings.Contains(header.Get(name), want) {
				t.Errorf("%s: %q, want %q", name, header.Get(name), want)
			}
		}
	}
}

func TestServerIsOnTheLoopbackInterfaceAndHardToGuess(t *testing.T) {
	a, b := serve(t, text("")), serve(t, text(""))
	if ip := a.listener.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		t.Errorf("it listens on %v", ip)
	}
	if a.path == b.path || len(a.path) < 26 {
		t.Errorf("paths %s and %s", a.path, b.path)
	}
}

func TestServerSaysThatTheFileIsGone(t *testing.T) {
	s := serve(t, func() (io.ReadCloser, error) { return nil, errors.New("gone") })
	if status, _, body := ask(t, "GET", s.URL(), ""); status != 500 || !strings.Contains(body, "gone") {
		t.Errorf("%d %q", status, body)
	}
}

func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var lines, made bytes.Buffer
	if err := sample().WriteJSON(&lines); err != nil {
		t.Fatal(err)
	}
	if err := Write(&made, Page{Failures: []Failure{{Trace: sample()}}}); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"trace.jsonl": lines.Bytes(), "page.html": made.Bytes()} {
		open, err := OpenFile(write(name, data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for range 2 { // a browser may load it again
			r, err := open()
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if d := dataIn(t, string(page)); d.Failures[0].Title != "TestA" {
				t.Errorf("%s: %+v", name, d.Failures[0])
			}
		}
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"other.html":  {[]byte("<!DOCTYPE html><script>alert(1)</script>"), "neither a trace"},
		"empty":       {nil, "neither a trace"},
		"other.json":  {[]byte("{}\n"), "this is no trace"},
		"short.jsonl": {lines.Bytes()[:lines.Len()/2], "read trace: line"},
		"newer.jsonl": {bytes.Replace(lines.Bytes(), fmt.Appendf(nil, `"ravel_trace":%d`, trace.JSONVersion), []byte(`"ravel_trace":99`), 1), "newer version of Ravel"},
	} {
		if _, err := OpenFile(write(name, c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := OpenFile(dir); !errors.Is(err, ErrUnknown) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := OpenFile(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
