package coverage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Version is that of the JSON form.
const Version = 1

// file is the JSON form: the version first, so that whoever reads it learns of it first.
type file struct {
	Version int `json:"ravel_coverage"`
	Coverage
}

// WriteJSON writes an indented object, for files and people.
func (c *Coverage) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(file{Version, *c})
}

// Encode returns the same in few bytes, for other processes.
func (c *Coverage) Encode() []byte {
	text, _ := json.Marshal(file{Version, *c}) // strings and numbers: there is nothing that could go wrong
	return text
}

// Decode reads what Encode or WriteJSON have written. What it returns can be merged without more ado.
func Decode(text []byte) (*Coverage, error) {
	var f file
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("this is no file of coverage: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("this is no file of coverage: something follows its end")
	}
	switch f.Version {
	case Version:
	case 0:
		return nil, errors.New(`this is no file of coverage: it has no version "ravel_coverage"`)
	default:
		return nil, fmt.Errorf("version %d of coverage, where %d is known: it was written by another release of Ravel", f.Version, Version)
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("this is no file of coverage: %w", err)
	}
	return Merge(&f.Coverage), nil
}

// check finds what no program has written.
func (c *Coverage) check() error {
	for i := range c.Machines {
		m := &c.Machines[i]
		if err := m.check(); err != nil {
			return fmt.Errorf("machine %q: %w", m.Name, err)
		}
	}
	for _, t := range c.Tests {
		switch t.Drawn {
		case AtRandom, Adaptive, Systematic:
		default:
			return fmt.Errorf("test %q is explored by drawing %q", t.Name, t.Drawn)
		}
		if s := t.Schedules; s.Seen > s.Units || s.Once > s.Seen || s.Twice > s.Seen-s.Once {
			return fmt.Errorf("test %q has an impossible sample %+v", t.Name, s)
		}
	}
	return nil
}

func (m *Machine) check() error {
	switch m.Kind {
	case IsMachine, IsMonitor, IsFunction:
	default:
		return fmt.Errorf("there is no kind %q", m.Kind)
	}
	for _, s := range m.States {
		switch s.Temperature {
		case "", "cold", "hot", "warm":
		default:
			return fmt.Errorf("state %q is %q", s.Name, s.Temperature)
		}
		if err := s.check(); err != nil {
			return fmt.Errorf("state %q: %w", s.Name, err)
		}
	}
	for _, p := range m.Pairs {
		if !p.Does.known() {
			return fmt.Errorf("there is no verb %q", p.Does)
		}
		if err := p.check(); err != nil {
			return fmt.Errorf("pair %q, %q: %w", p.State, p.Event, err)
		}
	}
	for _, t := range m.Transitions {
		if !t.Does.known() || !t.Does.moves() {
			return fmt.Errorf("%q is no kind of transition", t.Does)
		}
		if t.Does == Pop && t.To == "" && t.Visited() {
			return fmt.Errorf("a pop from %q was made and led nowhere", t.From)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("transition from %q with %q: %w", t.From, t.Event, err)
		}
	}
	return nil
}

func (c Count) check() error {
	if c.Executions > c.Times || c.Executions == 0 && c.Times > 0 {
		return fmt.Errorf("%d times in %d executions cannot be", c.Times, c.Executions)
	}
	return nil
}

func (v Verb) known() bool {
	switch v {
	case On, Goto, Push, Pop, Halt, Defer, Ignore, Receive:
		return true
	}
	return false
}

func (v Verb) moves() bool {
	switch v {
	case Goto, Push, Pop, Halt:
		return true
	}
	return false
}
