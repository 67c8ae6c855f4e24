// Package elsewhere finds the machines that are meant by the IDs of an event that a codec has read.
package elsewhere

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
)

// An ID that was read from text does not know its machine. The event in which it stands came through a codec, which knows
// nothing of systems; so the IDs of each event that arrives are looked up here.

var idType = reflect.TypeFor[ravel.ID]()

// Resolve returns the event with the IDs of machines in the place of what was read for them. The event is the caller's own. The
// function find returns the ID that stands for a text; its first error is returned.
func Resolve(event any, find func(text string) (ravel.ID, error)) (any, error) {
	v := reflect.ValueOf(event)
	if !v.IsValid() || !mayHoldID(v.Type()) {
		return event, nil
	}
	r := resolver{find: find, seen: map[target]bool{}}
	if v.Kind() == reflect.Pointer {
		r.value(v)
		return event, r.err
	}
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	r.value(own)
	return own.Interface(), r.err
}

// MayHoldIDs reports whether there can be IDs in an event.
func MayHoldIDs(event any) bool { return event != nil && mayHoldID(reflect.TypeOf(event)) }

// target is what a pointer refers to.
type target struct {
	at  uintptr
	typ reflect.Type
}

type resolver struct {
	find func(string) (ravel.ID, error)
	seen map[target]bool // what pointers refer to
	err  error
}

// value resolves the IDs within a value that can be set, or is a pointer. What is not exported no codec has filled in by
// reflection; one that fills it in by other means sees to its IDs itself.
func (r *resolver) value(v reflect.Value) {
	if !mayHoldID(v.Type()) {
		return
	}
	if v.Type() == idType {
		r.id(v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if to := (target{v.Pointer(), v.Type()}); !v.IsNil() && !r.seen[to] {
			r.seen[to] = true
			r.value(v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() && v.CanSet() {
			own := reflect.New(v.Elem().Type()).Elem()
			own.Set(v.Elem())
			r.value(own)
			v.Set(own)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				r.value(f)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			r.value(v.Index(i))
		}
	case reflect.Map:
		r.mapping(v)
	}
}

func (r *resolver) mapping(v reflect.Value) {
	if v.IsNil() {
		return
	}
	own := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		key.Set(it.Key())
		elem.Set(it.Value())
		r.value(key)
		r.value(elem)
		own.SetMapIndex(key, elem)
	}
	v.Set(own)
}

func (r *resolver) id(v reflect.Value) {
	id := v.Interface().(ravel.ID)
	text, unknown := machine.Unresolved(ravel.RefOf(id))
	if !unknown {
		return
	}
	found, err := r.find(text)
	if err != nil {
		if r.err == nil {
			r.err = fmt.Errorf("the ID of a machine in the event: %w", err)
		}
		return
	}
	v.Set(reflect.ValueOf(found))
}

// holding remembers which types may hold IDs.
var holding sync.Map // reflect.Type to bool

func mayHoldID(t reflect.Type) bool {
	if known, ok := holding.Load(t); ok {
		return known.(bool)
	}
	holds := holdsID(t, map[reflect.Type]bool{})
	holding.Store(t, holds)
	return holds
}

func holdsID(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == idType {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsID(t.Elem(), seen)
	case reflect.Map:
		return holdsID(t.Key(), seen) || holdsID(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && holdsID(f.Type, seen) {
				return true
			}
		}
	}
	return false
}
