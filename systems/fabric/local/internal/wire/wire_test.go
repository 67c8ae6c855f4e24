package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// open starts a process that answers calls by repeating them.
func open(t *testing.T, cluster string, got func(string)) (n *Net, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n = New(Config{
		Cluster: cluster, Self: "server", Log: slog.New(slog.DiscardHandler),
		Message: func(from string, k Kind, body []byte) { got(fmt.Sprintf("%s %d %s", from, k, body)) },
		Call: func(ctx context.Context, from string, k Kind, body []byte) ([]byte, error) {
			switch string(body) {
			case "fail":
				return nil, errors.New("it failed")
			case "wait":
				<-ctx.Done()
			}
			return body, nil
		},
	})
	n.Serve(l)
	t.Cleanup(n.Close)
	return n, l.Addr().String()
}

func client(t *testing.T, cluster string) *Net {
	n := New(Config{Cluster: cluster, Self: "client", Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(n.Close)
	return n
}

func TestCallsAndMessages(t *testing.T) {
	got := make(chan string, 1000)
	_, addr := open(t, "c", func(s string) { got <- s })
	c := client(t, "c")
	for i := range 1000 {
		c.Send(addr, 0, 7, fmt.Append(nil, i))
	}
	for i := range 1000 {
		if s, want := <-got, fmt.Sprintf("client 7 %d", i); s != want {
			t.Fatalf("message %q, want %q", s, want)
		}
	}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			body := bytes.Repeat([]byte{byte(i)}, i*100)
			if b, err := c.Call(t.Context(), addr, i%2, 1, body); err != nil || !bytes.Equal(b, body) {
				t.Errorf("call %d: %d bytes, %v", i, len(b), err)
			}
		})
	}
	all.Wait()
	var f *Failure
	if _, err := c.Call(t.Context(), addr, 0, 1, []byte("fail")); !errors.As(err, &f) || f.Text != "it failed" {
		t.Errorf("a failure: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Call(ctx, addr, 0, 1, []byte("wait")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a call that takes too long: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	before := runtime.NumGoroutine()
	n, addr := open(t, "c", func(string) {})
	c := client(t, "c")
	waits := make(chan error)
	go func() {
		_, err := c.Call(context.Background(), addr, 0, 1, []byte("wait"))
		waits <- err
	}()
	for { // until the call is there
		n.mu.Lock()
		there := len(n.conns) > 0
		n.mu.Unlock()
		if there {
			break
		}
		time.Sleep(time.Millisecond)
	}
	n.Close()
	if err := <-waits; !errors.Is(err, ErrLost) {
		t.Errorf("the other side ends: %v", err)
	}
	other, _ := net.Listen("tcp", "127.0.0.1:0")
	free := other.Addr().String()
	_ = other.Close()
	if _, err := c.Call(t.Context(), free, 0, 1, nil); !errors.Is(err, ErrUnreachable) {
		t.Errorf("nobody listens: %v", err)
	}
	_, addr = open(t, "d", func(string) {})
	if _, err := c.Call(t.Context(), addr, 0, 1, nil); !errors.Is(err, ErrLost) {
		t.Errorf("another cluster: %v", err)
	}
	c.Close()
	if _, err := c.Call(t.Context(), addr, 0, 1, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+4; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// A call whose caller was told that it was not sent, is not sent later, though it may still be in the queue.
func TestGivenUp(t *testing.T) {
	l := &link{calls: map[uint64]chan frame{1: make(chan frame, 1)}}
	given := l.calls[1]
	l.fail(false)
	if f := <-given; f.seq != 0 {
		t.Errorf("the caller is told %+v", f)
	}
	l.calls[2] = make(chan frame, 1)
	w := &writer{wanted: l.wanted}
	for _, f := range []frame{{what: call, seq: 1}, {what: call, seq: 2}, {what: message}} {
		w.add(f)
	}
	var sent []uint64
	for r := bufio.NewReader(bytes.NewReader(w.b)); ; {
		f, err := readFrame(r)
		if err != nil {
			break
		}
		sent = append(sent, f.seq)
	}
	if !slices.Equal(sent, []uint64{2, 0}) {
		t.Errorf("sent are %v", sent)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(frame{what: call, kind: 3, seq: 9, body: []byte("body")}.append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := readFrame(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			return
		}
		if enc := g.append(nil); !bytes.Equal(enc, b[:len(enc)]) {
			t.Errorf("%x is read as %+v, and written as %x", b, g, enc)
		}
	})
}
