package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/ravelgo/ravel/view"
)

type viewCommand struct {
	Browser bool   `negatable:"" default:"true" help:"Open the page in the browser. --no-browser only prints its address."`
	File    string `arg:"" name:"file" help:"A trace in JSON, or a page that --html wrote."`
}

// Help implements the interface of the command-line library.
func (*viewCommand) Help() string {
	return `Shows a trace as a space-time diagram in the browser, from a server that only
this machine can reach and that ends with Ctrl-C:

  ravel replay --format json rv1-IodfOfGb... ./store > trace.jsonl
  ravel view trace.jsonl

A page that ravel test, replay or hunt has written with --html can be opened by
the browser as it is; ravel view serves it as well, for browsers that do not
open local files.`
}

// Run serves the file until it is interrupted.
func (c *viewCommand) Run(s *shell) error {
	open, err := view.OpenFile(c.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s: name a trace in JSON, or a page that --html wrote", c.File)
	case err != nil:
		return environmentError{err}
	}
	server, err := view.Listen(open)
	if err != nil {
		return environmentError{err}
	}
	ctx, stop := signal.NotifyContext(s.context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fmt.Fprintf(s.out, "%s is at\n  %s\nEnd with Ctrl-C.\n", c.File, server.URL())
	if c.Browser {
		if err := openBrowser(server.URL()); err != nil {
			s.hint("no browser could be opened (" + err.Error() + "): open the address above yourself")
		}
	}
	if err := server.Serve(ctx); err != nil {
		return environmentError{err}
	}
	return nil
}

// context ends with the command; only tests end it earlier.
func (s *shell) context() context.Context {
	if s.ctx != nil {
		return s.ctx
	}
	return context.Background()
}

// openBrowser asks the system to show an address. It does not wait for the browser.
func openBrowser(url string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case "darwin":
		cmd = exec.Command("open", url)
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && os.Getenv("BROWSER") == "" {
			return errors.New("there is no display")
		}
		cmd = exec.Command("xdg-open", url)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() // leaves no zombie behind
	return nil
}
