package ravel

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/ravelgo/ravel/internal/digest"
	"github.com/ravelgo/ravel/internal/machine"
)

// ID identifies a machine. IDs are comparable, may be map keys, and may travel in events. The zero ID is no machine.
//
// An ID belongs to the execution in which Create returned it.
type ID struct{ ref *machine.Ref }

// IsZero reports whether id is no machine.
func (id ID) IsZero() bool { return id.ref == nil }

// String returns the name under which reports show the machine: its own name or its definition's, with #2, #3, ... for
// the second and later ones of the same name.
func (id ID) String() string { return id.ref.String() }

// Compare orders IDs by creation: a machine before those it creates, siblings in the order of their creation. The order
// does not depend on the schedule.
func (id ID) Compare(other ID) int { return id.ref.Compare(other.ref) }

// MarshalText writes the ID for another process: as the address of the machine, where the runtime has one (see
// live.Member), else as its name. The zero ID is the empty text. It is an error if nobody elsewhere could reach the machine.
func (id ID) MarshalText() ([]byte, error) {
	if id.ref == nil {
		return []byte{}, nil
	}
	if a, ok := id.ref.Names.(machine.Addresser); ok {
		text, err := a.Address(id.ref)
		if err != nil {
			return nil, fmt.Errorf("ravel: %w", err)
		}
		return []byte(text), nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText wrote. The ID is of use when a runtime has found out which machine is meant, as
// live.Member does with the IDs of events that arrive.
func (id *ID) UnmarshalText(text []byte) error {
	*id = ID{}
	if len(text) > 0 {
		id.ref = machine.Elsewhere(string(text))
	}
	return nil
}

// RefOf returns what runtimes know the machine by.
func RefOf(id ID) *machine.Ref { return id.ref }

// IDOf returns the ID of a machine, for runtimes.
func IDOf(ref *machine.Ref) ID { return ID{ref} }

func init() {
	digest.Special(reflect.TypeFor[ID](), func(p unsafe.Pointer, h *digest.Hasher) {
		if ref := (*ID)(p).ref; ref != nil {
			h.Digest(ref.Canon)
		} else {
			h.Word(0)
		}
	})
	// A Context is a handle on the runtime: its machine's state is digested as the machine itself.
	handle := func(unsafe.Pointer, *digest.Hasher) {}
	digest.Special(reflect.TypeFor[Context](), handle)
	digest.Special(reflect.TypeFor[*Context](), handle)
	digest.Special(reflect.TypeFor[*MonitorContext](), handle)
}
