package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
)

// JSONVersion is the version of the lines that WriteJSON writes. ReadJSON reads all versions from 1 on: version 2 has added
// kind "changed", and the fields "stack" and "after" of an event.
const JSONVersion = 2

// ErrNewer is wrapped by ReadJSON's error for a trace of a newer version of Ravel.
var ErrNewer = errors.New("written by a newer version of Ravel: update Ravel to read it")

// The lines. Their field names never change.
type (
	headerLine struct {
		Version   int          `json:"ravel_trace"`
		Package   string       `json:"package"`
		Test      string       `json:"test"`
		Strategy  string       `json:"strategy"`
		Seed      uint64       `json:"seed,string"`
		Execution uint64       `json:"execution,string"`
		MaxSteps  int          `json:"max_steps"`
		Threshold int          `json:"threshold"`
		Clock     string       `json:"clock"`
		Lasso     bool         `json:"lasso,omitempty"`
		Budgets   []budgetPart `json:"budgets,omitempty"`
		Missing   uint64       `json:"missing,omitempty,string"`
		Encoded   bool         `json:"encoded,omitempty"`
	}
	budgetPart struct {
		Name  string `json:"name"`
		Units int    `json:"units"`
	}
	eventLine struct {
		Event *EventKind `json:"event"`
		Step  int        `json:"step"`
		Who   string     `json:"who,omitempty"`
		Peer  string     `json:"peer,omitempty"`
		Type  string     `json:"type,omitempty"`
		Value string     `json:"value,omitempty"`
		From  string     `json:"from,omitempty"`
		To    string     `json:"to,omitempty"`
		N     int        `json:"n,omitempty"`
		Sent  int        `json:"sent,omitempty"`
		placePart
		Now     string       `json:"now,omitempty"`
		Hot     bool         `json:"hot,omitempty"`
		Cold    bool         `json:"cold,omitempty"`
		Stack   []placePart  `json:"stack,omitempty"`
		After   []int        `json:"after,omitempty"`
		Encoded *encodedPart `json:"encoded,omitempty"`
	}
	encodedPart struct {
		Type    string `json:"type,omitempty"`
		Version int    `json:"version,omitempty"`
		Data    []byte `json:"data,omitempty"`
		Error   string `json:"error,omitempty"`
	}
	placePart struct {
		File string `json:"file,omitempty"`
		Line int    `json:"line,omitempty"`
		Func string `json:"func,omitempty"`
	}
	endLine struct {
		End     *failure.Kind `json:"end"`
		Events  int           `json:"events"`
		Error   string        `json:"error,omitempty"`
		Detail  string        `json:"detail,omitempty"`
		Machine string        `json:"machine,omitempty"`
		State   string        `json:"state,omitempty"`
		Step    int           `json:"step,omitempty"`
		placePart
		CycleStart  int             `json:"cycle_start,omitempty"`
		CycleLength int             `json:"cycle_length,omitempty"`
		Goroutines  []goroutinePart `json:"goroutines,omitempty"`
		WaitCycle   []int           `json:"wait_cycle,omitempty"`
		Failed      bool            `json:"failed"`
	}
)

// WriteJSON writes the trace as lines of JSON; see the package documentation. Bytes that are not UTF-8 are replaced.
func (t *Trace) WriteJSON(w io.Writer) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := t.encode(enc.Encode); err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	return nil
}

func (t *Trace) encode(line func(any) error) error {
	h := headerLine{
		Version: JSONVersion, Package: t.Package, Test: t.Test, Strategy: t.Strategy, Seed: t.Seed, Execution: t.Execution,
		MaxSteps: t.MaxSteps, Threshold: t.Threshold, Clock: t.Clock.String(), Lasso: t.Lasso,
		Missing: t.Missing, Encoded: t.Header.Encoded,
	}
	for _, b := range t.Budgets {
		h.Budgets = append(h.Budgets, budgetPart(b))
	}
	if err := line(h); err != nil {
		return err
	}
	for i := range t.Events {
		ev := &t.Events[i]
		if err := line(eventLine{
			Event: &ev.Kind, Step: ev.Step, Who: ev.Who, Peer: ev.Peer, Type: ev.Type, Value: ev.Value, From: ev.From, To: ev.To,
			N: ev.N, Sent: ev.Sent, placePart: placePart(ev.Place), Now: ev.Now, Hot: ev.Hot, Cold: ev.Cold,
			Stack: partsOf(ev.Stack), After: ev.After, Encoded: (*encodedPart)(ev.Encoded),
		}); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
	}
	end := endLine{End: new(failure.Kind), Events: len(t.Events)}
	if f := t.Failure; f != nil {
		end = endLine{
			End: &f.Kind, Events: len(t.Events), Error: f.Error, Detail: f.Detail, Machine: f.Machine, State: f.State, Step: f.Step,
			placePart: placePart(f.Place), CycleStart: f.CycleStart, CycleLength: f.CycleLength, WaitCycle: f.WaitCycle, Failed: true,
		}
		for i := range f.Goroutines {
			end.Goroutines = append(end.Goroutines, goroutineOf(&f.Goroutines[i]))
		}
	}
	return line(end)
}

// ReadJSON reads what WriteJSON wrote. Fields that it does not know are disregarded; a kind of event or a version that it
// does not know, and a trace without its last line, are errors.
func ReadJSON(r io.Reader) (*Trace, error) {
	d := decoder{r: bufio.NewReader(r)}
	t := &Trace{}
	if err := d.header(t); err != nil {
		return nil, d.wrap(err)
	}
	for {
		more, err := d.next(t)
		if err != nil {
			return nil, d.wrap(err)
		}
		if !more {
			return t, nil
		}
	}
}

type decoder struct {
	r    *bufio.Reader
	line int
}

func (d *decoder) wrap(err error) error { return fmt.Errorf("read trace: line %d: %w", d.line, err) }

// read returns the next line that is not empty.
func (d *decoder) read() ([]byte, error) {
	for {
		d.line++
		line, err := d.r.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
		}
		if err == io.EOF {
			return nil, fmt.Errorf("the end of the trace is missing: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (d *decoder) header(t *Trace) error {
	line, err := d.read()
	if err != nil {
		return err
	}
	var v struct {
		Version int `json:"ravel_trace"`
	}
	if err := json.Unmarshal(line, &v); err != nil || v.Version < 1 {
		return errors.New(`this is no trace: its first line has no "ravel_trace" with a version`)
	}
	if v.Version > JSONVersion {
		return fmt.Errorf("version %d: %w", v.Version, ErrNewer)
	}
	var h headerLine
	if err := json.Unmarshal(line, &h); err != nil {
		return err
	}
	t.Header = Header{Package: h.Package, Test: h.Test, Strategy: h.Strategy, Seed: h.Seed, Execution: h.Execution, Missing: h.Missing, Encoded: h.Encoded}
	t.MaxSteps, t.Threshold, t.Lasso = h.MaxSteps, h.Threshold, h.Lasso
	switch h.Clock {
	case schedule.Asynchronous.String():
	case schedule.Ordered.String():
		t.Clock = schedule.Ordered
	default:
		return fmt.Errorf("%q is not a clock", h.Clock)
	}
	for _, b := range h.Budgets {
		t.Budgets = append(t.Budgets, schedule.Budget(b))
	}
	return nil
}

// next reads an event, or the last line.
func (d *decoder) next(t *Trace) (more bool, err error) {
	line, err := d.read()
	if err != nil {
		return false, err
	}
	var v struct {
		Event *EventKind    `json:"event"`
		End   *failure.Kind `json:"end"`
	}
	if err := json.Unmarshal(line, &v); err != nil {
		return false, err
	}
	switch {
	case v.Event != nil && v.End == nil:
		var l eventLine
		if err := json.Unmarshal(line, &l); err != nil {
			return false, err
		}
		if err := l.follows(len(t.Events)); err != nil {
			return false, err
		}
		t.Events = append(t.Events, l.event())
		return true, nil
	case v.End != nil && v.Event == nil:
		return false, d.end(t, line)
	}
	return false, errors.New(`a line has either "event" or "end"`)
}

// follows checks what the event at index i is said to follow from.
func (l *eventLine) follows(i int) error {
	last := -1
	for _, j := range l.After {
		if j <= last || j >= i {
			return fmt.Errorf(`"after" of event %d has %d: it must list earlier events, by indexes from 0, in ascending order`, i, j)
		}
		last = j
	}
	return nil
}

func (l *eventLine) event() Event {
	ev := Event{
		Step: l.Step, Kind: *l.Event, Who: l.Who, Peer: l.Peer, Type: l.Type, Value: l.Value, From: l.From, To: l.To,
		N: l.N, Sent: l.Sent, Place: failure.Place(l.placePart), Now: l.Now, Hot: l.Hot, Cold: l.Cold, Stack: placesOf(l.Stack),
		Encoded: (*Encoded)(l.Encoded),
	}
	if len(l.After) > 0 {
		ev.After = l.After
	}
	return ev
}

func (d *decoder) end(t *Trace, line []byte) error {
	var l endLine
	if err := json.Unmarshal(line, &l); err != nil {
		return err
	}
	if l.Events != len(t.Events) {
		return fmt.Errorf("%d events were read, but the trace had %d", len(t.Events), l.Events)
	}
	if l.Failed {
		t.Failure = &Failure{
			Site: failure.Site{Machine: l.Machine, State: l.State, Step: l.Step, Place: failure.Place(l.placePart)},
			Kind: *l.End, Error: l.Error, Detail: l.Detail, CycleStart: l.CycleStart, CycleLength: l.CycleLength, WaitCycle: l.WaitCycle,
		}
		for i := range l.Goroutines {
			t.Failure.Goroutines = append(t.Failure.Goroutines, l.Goroutines[i].goroutine())
		}
		if len(l.WaitCycle) == 0 {
			t.Failure.WaitCycle = nil
		}
		for _, i := range l.WaitCycle {
			if i < 0 || i >= len(l.Goroutines) {
				return fmt.Errorf("the cycle has goroutine %d of %d", i, len(l.Goroutines))
			}
		}
	}
	return d.nothingBehind()
}

func (d *decoder) nothingBehind() error {
	rest, err := io.ReadAll(d.r)
	if err == nil && strings.TrimSpace(string(rest)) != "" {
		d.line++
		return errors.New("there is more behind the end of the trace")
	}
	return err
}
