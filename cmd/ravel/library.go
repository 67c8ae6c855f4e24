package main

import (
	"fmt"

	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

// controlPackage is the library's half of control of goroutines. The overlay, which comes with this command, is the other.
const controlPackage = coreModule + "/internal/gocontrol"

// fit reports whether the two halves fit. A binary would find out as well, but only after it has been built.
func (l listing) fit() error {
	if l.library == nil {
		return nil
	}
	ours, err := overlay.ABI()
	if err != nil {
		return environmentError{withoutPrefix(err)}
	}
	theirs, err := overlay.LibraryABI(l.library.Dir)
	if err != nil {
		return uncontrollable("goroutines cannot be put under control by the library in %s: %w",
			l.library.Dir, withoutPrefix(err))
	}
	if theirs == ours {
		return nil
	}
	older, advice := "command", l.library.command()
	if theirs < ours {
		older, advice = "library", advice+", or the command's library: "+ourLibrary()
	}
	return uncontrollable("this command, %s, and the Ravel library of the tests, %s, do not fit: the %s is the older one "+
		"(interface %d, the other has %d). Use the library's command: %s",
		version(), l.library.version(), older, min(ours, theirs), max(ours, theirs), advice)
}

// source is the module that the package really comes from.
func (p *listedPackage) source() listedModule {
	switch m := p.Module; {
	case m == nil:
		return listedModule{}
	case m.Replace != nil:
		return *m.Replace
	default:
		return *m
	}
}

func (p *listedPackage) version() string {
	m := p.source()
	if m.Version == "" {
		return "in " + p.Dir
	}
	return m.Version
}

// command says how to get the command that belongs to the library.
func (p *listedPackage) command() string {
	if m := p.source(); m.Version != "" {
		return fmt.Sprintf("go install %s/cmd/ravel@%s", coreModule, m.Version)
	} else if m.Dir != "" {
		return fmt.Sprintf("go -C %s install ./cmd/ravel", m.Dir)
	}
	return fmt.Sprintf("go install %s/cmd/ravel in the module of the tests", coreModule)
}

// ourLibrary says how to get the library that belongs to this command.
func ourLibrary() string { return "go get " + coreModule + "@" + release() }
