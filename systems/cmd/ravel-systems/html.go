package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/view"
)

// pages collects what was found, for --html.
type pages struct {
	file string // "" collects nothing
	page view.Page
}

// newPages finds out before the hunt whether the file can be written at its end.
func newPages(file string) (*pages, error) {
	if file == "" {
		return &pages{}, nil
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, fmt.Errorf("--html: %s is a folder: name a file in it", file)
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("--html: there is no folder %s: make it first", filepath.Dir(file))
	}
	return &pages{file: file}, nil
}

func (p *pages) add(r *hunt, again string) {
	f := r.report.Failure
	if p.file == "" || f == nil || f.Trace == nil {
		return
	}
	p.page.Failures = append(p.page.Failures, view.Failure{
		Title: r.name(), Note: r.Bug.Summary, Command: r.replayLine(again),
		Trace: f.Trace, Passing: f.Passing, Deciding: f.Deciding,
	})
}

// write writes the file, if it was asked for and something was found.
func (p *pages) write(w io.Writer) error {
	if p.file == "" {
		return nil
	}
	if len(p.page.Failures) == 0 {
		fmt.Fprintf(w, "ravel: %s was not written: there is no failure to show\n", p.file)
		return nil
	}
	p.page.Title = p.page.Failures[0].Title
	if n := len(p.page.Failures); n > 1 {
		p.page.Title = fmt.Sprintf("%d failures", n)
	}
	p.page.Sources = view.Disk{}
	f, err := os.Create(p.file)
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	if err := view.Write(f, p.page); err != nil {
		f.Close()
		return fmt.Errorf("--html: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}
