package view

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Server serves one page to the browsers of this machine. It listens on the loopback interface only, under a path that
// nobody can guess, and answers no request that names another host, as a page of the web could make the browser send by
// pointing a name of its own at this machine (DNS rebinding).
type Server struct {
	listener net.Listener
	path     string
	open     func() (io.ReadCloser, error)
}

// Listen begins to listen on a free port. Open returns what is served, anew for each request.
func Listen(open func() (io.ReadCloser, error)) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("no port to serve the page on: %w", err)
	}
	return &Server{listener: l, path: "/" + rand.Text() + "/", open: open}, nil
}

// URL is where the page is.
func (s *Server) URL() string { return "http://" + s.host() + s.path }

func (s *Server) host() string { return s.listener.Addr().String() }

// Serve answers requests until the context ends, and then returns nil.
func (s *Server) Serve(ctx context.Context) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the page: %w", err)
	}
	return nil
}

// policy allows what pages need at most. Their own, in a meta element, is narrower: it names their script.
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	switch {
	case r.Host != s.host():
		http.Error(w, "this server is for the browser of its own machine: use the address that ravel view printed", http.StatusMisdirectedRequest)
		return
	case subtle.ConstantTimeCompare([]byte(r.URL.Path), []byte(s.path)) != 1:
		http.Error(w, "there is nothing here: use the address that ravel view printed", http.StatusNotFound)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "the page can only be read", http.StatusMethodNotAllowed)
		return
	}
	page, err := s.open()
	if err != nil {
		http.Error(w, "the page cannot be read any more: "+err.Error(), http.StatusInternalServerError)
		return
	}
	defer page.Close()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if r.Method == http.MethodGet {
		io.Copy(w, page) // a browser that goes away is no error
	}
}
