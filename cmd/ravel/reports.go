package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/internal/results"
)

// reports are the flags that ask for more than the text that tests print.
type reports struct {
	HTML     string `name:"html" placeholder:"FILE" help:"Write the failures as a page for the browser."`
	JUnit    string `name:"junit" placeholder:"FILE" help:"Write how all tests ended as JUnit does, in XML."`
	SARIF    string `name:"sarif" placeholder:"FILE" help:"Write what failed in SARIF 2.1.0, for code scanning."`
	Annotate bool   `help:"Print what failed as annotations of GitHub. In a workflow of GitHub Actions they always are."`
	Cover    string `placeholder:"FILE" help:"Save what was visited of machines, for ravel cover."`

	also reportWriter  // prints something behind the tests
	more []*reportFile // other files
}

// reporting gathers what the reports are made of, while tests run and behind their end.
type reporting struct {
	dir   string // which tests leave their results in
	files []*reportFile
	print []reportWriter // what is printed behind the tests
	where string         // folder in which the go command runs; "" is here
	ran   ranTests
}

// reportWriter writes one kind of report. Nothing is the answer of one that has nothing to write.
type reportWriter func(w io.Writer, r *gathered) error

var errNothing = errors.New("nothing to report")

// gathered is what reports are made of.
type gathered struct {
	explored []results.Exploration // by package, test and number
	tests    []*ranTest            // all tests and packages that have ended, in that order
	where    string                // folder in which the go command ran; "" is here
	dirs     map[string]string     // of packages, by import path, as far as they are known
	source   sources
}

// reportFile is a report that is written to a file, which appears when it is whole.
type reportFile struct {
	flag, path string
	write      reportWriter
	part       *os.File
}

// begin makes everything ready, so that a name that cannot be written to is an error before the tests run and not behind them.
// It returns nil if nothing is asked for.
func (r *reports) begin() (*reporting, error) {
	p := r.wanted()
	if len(p.files) == 0 && len(p.print) == 0 {
		return nil, nil
	}
	return p, p.begin()
}

// wanted is what the flags ask for.
func (r *reports) wanted() *reporting {
	p := &reporting{}
	for _, f := range append([]*reportFile{
		{flag: "--junit", path: r.JUnit, write: writeJUnit},
		{flag: "--sarif", path: r.SARIF, write: writeSARIF},
		{flag: "--cover", path: r.Cover, write: writeCoverage},
		{flag: "--html", path: r.HTML, write: writeHTML},
	}, r.more...) {
		if f.path != "" {
			p.files = append(p.files, f)
		}
	}
	if r.Annotate || onGitHub() {
		p.print = append(p.print, annotate)
	}
	if r.also != nil {
		p.print = append(p.print, r.also)
	}
	return p
}

func (p *reporting) begin() (err error) {
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	for _, f := range p.files {
		if info, err := os.Stat(f.path); err == nil && info.IsDir() {
			return environmentError{fmt.Errorf("%s: %s is a folder: name a file in it", f.flag, f.path)}
		}
		if f.part, err = os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*.part"); err != nil {
			cause := err
			if e := (*os.PathError)(nil); errors.As(err, &e) {
				cause = e.Err // the path is that of a file that is to be renamed, which nobody has asked for
			}
			return environmentError{fmt.Errorf("%s: cannot write %s: %w (name a file in a folder that exists and that you may write to)", f.flag, f.path, cause)}
		}
	}
	if p.dir, err = os.MkdirTemp("", "ravel-results-"); err != nil {
		return environmentError{err}
	}
	return nil
}

// environ is what the tests need to know.
func (p *reporting) environ() []string {
	if p == nil {
		return nil
	}
	return []string{results.Variable + "=" + p.dir}
}

// end writes all reports. Raw means that the output is for programs, so that nothing else may be printed there.
func (p *reporting) end(s *shell, raw bool) error {
	if p == nil {
		return nil
	}
	out := s.out
	if raw {
		out = s.err
	}
	explored, err := results.Load(p.dir)
	if err != nil {
		return environmentError{err}
	}
	g := &gathered{explored: explored, tests: p.ran.ended, where: p.where}
	g.findDirs()
	for _, f := range p.files {
		if err := f.finish(g); errors.Is(err, errNothing) {
			s.hint(f.flag + ": nothing to show, so " + f.path + " was not written")
		} else if err != nil {
			return environmentError{fmt.Errorf("%s: %w", f.flag, err)}
		}
	}
	for _, write := range p.print {
		if err := write(out, g); err != nil {
			return environmentError{err}
		}
	}
	return nil
}

// close takes away what is left.
func (p *reporting) close() {
	if p == nil {
		return
	}
	for _, f := range p.files {
		f.discard()
	}
	if p.dir != "" {
		os.RemoveAll(p.dir)
	}
}

func (f *reportFile) finish(g *gathered) error {
	err := f.write(f.part, g)
	if err == nil {
		err = f.part.Chmod(0o644)
	}
	if e := f.part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.part.Name(), f.path)
	}
	if err != nil {
		os.Remove(f.part.Name())
	}
	f.part = nil
	return err
}

func (f *reportFile) discard() {
	if f.part != nil {
		f.part.Close()
		os.Remove(f.part.Name())
		f.part = nil
	}
}
