package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Codec writes and reads one version of the form in which events of type T travel.
type Codec[T any] struct {
	Version int // at least 1
	Encode  func(T) ([]byte, error)
	Decode  func([]byte) (T, error)
}

// JSON is a codec that uses encoding/json. What it reads may have no fields that T does not have.
func JSON[T any](version int) Codec[T] {
	return Codec[T]{
		Version: version,
		Encode:  func(v T) ([]byte, error) { return json.Marshal(v) },
		Decode: func(data []byte) (v T, err error) {
			d := json.NewDecoder(bytes.NewReader(data))
			d.DisallowUnknownFields()
			if err = d.Decode(&v); err != nil {
				return v, err
			}
			if _, err := d.Token(); err != io.EOF {
				return v, errors.New("there is more behind the value")
			}
			return v, nil
		},
	}
}

// Registry knows the types of events that travel between nodes. The zero value is empty. Register everything before the
// registry is used; from then on it may be used from any goroutine.
type Registry struct {
	mu     sync.RWMutex
	byName map[string]*entry
	byType map[reflect.Type]*entry
}

// entry is one type.
type entry struct {
	name   string
	typ    reflect.Type
	codecs map[int]codec
}

type codec struct {
	encode func(any) ([]byte, error) // nil if this version is only read
	decode func([]byte) (any, error) // nil if it is only written
}

// Register adds a type of events under a name that means the same on all nodes. Of the codecs the one with the highest version
// is preferred; the others are for nodes with other programs. One without Encode is for reading only, one without Decode
// for writing only.
func Register[T any](r *Registry, name string, codecs ...Codec[T]) error {
	typ := reflect.TypeFor[T]()
	e := &entry{name: name, typ: typ, codecs: map[int]codec{}}
	if name == "" || len(name) > MaxName {
		return fmt.Errorf("event type %v: its name %q has %d bytes: want 1 to %d", typ, name, len(name), MaxName)
	}
	if len(codecs) == 0 {
		return fmt.Errorf("event type %v: no codec: give one, such as transport.JSON[%v](1)", typ, typ)
	}
	for _, c := range codecs {
		_, twice := e.codecs[c.Version]
		switch {
		case c.Version < 1:
			return fmt.Errorf("event type %v: version %d: versions begin with 1", typ, c.Version)
		case twice:
			return fmt.Errorf("event type %v: two codecs of version %d", typ, c.Version)
		case c.Encode == nil && c.Decode == nil:
			return fmt.Errorf("event type %v: the codec of version %d neither writes nor reads", typ, c.Version)
		}
		e.codecs[c.Version] = erased(c)
	}
	return r.add(e)
}

// erased is a codec of any event.
func erased[T any](c Codec[T]) (e codec) {
	if c.Encode != nil {
		e.encode = func(v any) ([]byte, error) { return c.Encode(v.(T)) }
	}
	if c.Decode != nil {
		e.decode = func(data []byte) (any, error) { return c.Decode(data) }
	}
	return e
}

// MustRegister is Register for variables of packages: it panics if that fails.
func MustRegister[T any](r *Registry, name string, codecs ...Codec[T]) {
	if err := Register(r, name, codecs...); err != nil {
		panic("transport: " + err.Error())
	}
}

func (r *Registry) add(e *entry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.byName[e.name]; old != nil {
		return fmt.Errorf("event type %v: the name %q is that of %v", e.typ, e.name, old.typ)
	}
	if old := r.byType[e.typ]; old != nil {
		return fmt.Errorf("event type %v: it is registered as %q", e.typ, old.name)
	}
	if r.byName == nil {
		r.byName, r.byType = map[string]*entry{}, map[reflect.Type]*entry{}
	}
	r.byName[e.name], r.byType[e.typ] = e, e
	return nil
}

// Versions says which versions of which types a node reads, in ascending order.
type Versions map[string][]int

// Reads is what this registry reads.
func (r *Registry) Reads() Versions {
	r.mu.RLock()
	defer r.mu.RUnlock()
	v := make(Versions, len(r.byName))
	for name, e := range r.byName {
		v[name] = e.versions(func(c codec) bool { return c.decode != nil })
	}
	return v
}

func (e *entry) versions(want func(codec) bool) []int {
	list := []int{}
	for v, c := range e.codecs {
		if want(c) {
			list = append(list, v)
		}
	}
	slices.Sort(list)
	return list
}

// Message is an event on its way.
type Message struct {
	Type    string
	Version int
	Data    []byte
}

// Encode writes an event for a node that reads those versions. The error is a *TypeError, a *SkewError, or the codec's.
func (r *Registry) Encode(event any, reader Versions) (Message, error) {
	r.mu.RLock()
	e := r.byType[reflect.TypeOf(event)]
	r.mu.RUnlock()
	if e == nil {
		return Message{}, &TypeError{Type: fmt.Sprintf("%T", event)}
	}
	read, known := reader[e.name]
	version := 0
	for _, v := range read {
		if e.codecs[v].encode != nil {
			version = max(version, v)
		}
	}
	if version == 0 {
		return Message{}, &SkewError{Type: e.name, Writes: e.versions(func(c codec) bool { return c.encode != nil }), Reads: read, Unknown: !known}
	}
	data, err := e.codecs[version].encode(event)
	if err != nil {
		return Message{}, fmt.Errorf("writing an event of type %s, version %d: %w", e.name, version, err)
	}
	return Message{e.name, version, data}, nil
}

// Decode reads an event. The error is a *TypeError, a *SkewError, or the codec's.
func (r *Registry) Decode(m Message) (any, error) {
	r.mu.RLock()
	e := r.byName[m.Type]
	r.mu.RUnlock()
	if e == nil {
		return nil, &TypeError{Type: m.Type}
	}
	c := e.codecs[m.Version]
	if c.decode == nil {
		return nil, &SkewError{Type: m.Type, Writes: []int{m.Version}, Reads: e.versions(func(c codec) bool { return c.decode != nil })}
	}
	event, err := c.decode(m.Data)
	if err != nil {
		return nil, fmt.Errorf("reading an event of type %s, version %d, of %d bytes: %w", m.Type, m.Version, len(m.Data), err)
	}
	return event, nil
}

// TypeError reports a type of events that is not registered.
type TypeError struct{ Type string }

func (e *TypeError) Error() string {
	return fmt.Sprintf("event type %s is not registered: see transport.Register", e.Type)
}

// SkewError reports that the receiver of an event reads no version of its type that the sender writes.
type SkewError struct {
	Type          string
	Writes, Reads []int
	Unknown       bool // the receiver does not know the type at all
}

func (e *SkewError) Error() string {
	if e.Unknown {
		return fmt.Sprintf("event type %s: the receiver does not know it: register it there", e.Type)
	}
	return fmt.Sprintf("event type %s: the sender writes version %s, the receiver reads %s: give one of them a codec of a version of the other",
		e.Type, list(e.Writes), list(e.Reads))
}

// list writes versions in words.
func list(versions []int) string {
	if len(versions) == 0 {
		return "none"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(versions), " ", ", "), "[]")
}
