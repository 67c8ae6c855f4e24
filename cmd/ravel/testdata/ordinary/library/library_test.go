// Package library_test uses the concurrent parts of the standard library as programs do: none of it may be taken for a bug.
package library_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Lines go through a connection in memory in both directions, with buffers and deadlines.
func TestBufferedPipe(t *testing.T) {
	client, server := net.Pipe()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer server.Close()
		lines := bufio.NewScanner(server)
		out := bufio.NewWriter(server)
		for lines.Scan() {
			fmt.Fprintln(out, strings.ToUpper(lines.Text()))
			out.Flush()
		}
	}()
	client.SetDeadline(time.Now().Add(time.Minute))
	in := bufio.NewReader(client)
	for _, word := range []string{"one", "two"} {
		fmt.Fprintln(client, word)
		if got, err := in.ReadString('\n'); err != nil || got != strings.ToUpper(word)+"\n" {
			t.Errorf("got %q, %v", got, err)
		}
	}
	client.Close()
	wg.Wait()
}

// pipes is a listener whose connections are in memory.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A server and clients of net/http, two requests at once, and an orderly end.
func TestHTTP(t *testing.T) {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.URL.Path, body)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	transport := &http.Transport{DialContext: l.dial}
	client := &http.Client{Transport: transport}
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		name := name
		wg.Add(1)
		go func() {
			defer wg.Done()
			resp, err := client.Post("http://memory/"+name, "text/plain", strings.NewReader("body of "+name))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			if got, err := io.ReadAll(resp.Body); err != nil || string(got) != "/"+name+" body of "+name {
				t.Errorf("got %q, %v", got, err)
			}
		}()
	}
	wg.Wait()
	transport.CloseIdleConnections()
	if err := server.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

func TestSync(t *testing.T) {
	var (
		mu    sync.RWMutex
		cond  = sync.NewCond(&sync.Mutex{})
		once  sync.Once
		pool  = sync.Pool{New: func() interface{} { return new(int) }}
		table sync.Map
		wg    sync.WaitGroup
		sum   int
		ready bool
		inits int
	)
	for i := 0; i < 3; i++ {
		i := i
		wg.Add(1)
		go func() {
			defer wg.Done()
			once.Do(func() { inits++ })
			cond.L.Lock()
			for !ready {
				cond.Wait()
			}
			cond.L.Unlock()
			n := pool.Get().(*int)
			*n = i
			mu.Lock()
			sum += *n
			mu.Unlock()
			pool.Put(n)
			table.Store(i, true)
		}()
	}
	cond.L.Lock()
	ready = true
	cond.Broadcast()
	cond.L.Unlock()
	wg.Wait()
	mu.RLock()
	defer mu.RUnlock()
	for i := 0; i < 3; i++ {
		if _, ok := table.Load(i); !ok {
			t.Errorf("%d is missing", i)
		}
	}
	if sum != 3 || inits != 1 {
		t.Errorf("sum %d, %d initializations", sum, inits)
	}
}

func TestContext(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	child, done := context.WithTimeout(parent, time.Hour)
	defer done()
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-child.Done()
			if !errors.Is(child.Err(), context.Canceled) {
				t.Error(child.Err())
			}
		}()
	}
	cancel()
	wg.Wait()
}
