package dict

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// Dict is a dictionary of a store.
type Dict[K comparable, V any] struct {
	s    *Store
	name string
}

// New makes a dictionary. Every replica makes the same ones, before it is opened. A second one of the same name is the same
// dictionary.
func New[K comparable, V any](s *Store, name string) *Dict[K, V] {
	if s.dicts == nil {
		s.dicts = map[string]contents{}
	}
	if s.dicts[name] == nil {
		s.dicts[name] = contents{}
	}
	return &Dict[K, V]{s, name}
}

// Get returns the value of a key, and whether there is one. Errors are ErrDone and those of the encoding.
func (d *Dict[K, V]) Get(tx *Tx, k K) (v V, found bool, err error) {
	if tx.done {
		return v, false, ErrDone
	}
	name, err := d.key(k)
	if err != nil {
		return v, false, err
	}
	data, found := d.s.dicts[d.name][name]
	if w, ok := tx.own(d.name, name); ok {
		data, found = w.Value, !w.Gone
	} else {
		tx.read(d.name, name)
	}
	if found {
		err = json.Unmarshal(data, &v)
	}
	return v, found, err
}

// Set gives a key a value. Errors are ErrDone and those of the encoding.
func (d *Dict[K, V]) Set(tx *Tx, k K, v V) error {
	value, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("dict: a value of %s: %w", d.name, err)
	}
	return d.put(tx, k, write{Value: value})
}

// Delete takes a key out of the dictionary. It is no error if it is not there.
func (d *Dict[K, V]) Delete(tx *Tx, k K) error { return d.put(tx, k, write{Gone: true}) }

func (d *Dict[K, V]) put(tx *Tx, k K, w write) (err error) {
	if tx.done {
		return ErrDone
	}
	w.Dict = d.name
	if w.Key, err = d.key(k); err != nil {
		return err
	}
	tx.put(w)
	return nil
}

// All returns all keys and values, in the order of the JSON of the keys, as they are when it is called. Commit fails if the
// dictionary changes in any way. Errors are ErrDone and those of the encoding.
func (d *Dict[K, V]) All(tx *Tx) (iter.Seq2[K, V], error) {
	if tx.done {
		return nil, ErrDone
	}
	tx.ranged[d.name] = true
	merged := maps.Clone(d.s.dicts[d.name])
	for _, w := range tx.writes {
		switch {
		case w.Dict != d.name:
		case w.Gone:
			delete(merged, w.Key)
		default:
			merged[w.Key] = w.Value
		}
	}
	type pair struct {
		k K
		v V
	}
	var all []pair
	for _, name := range slices.Sorted(maps.Keys(merged)) {
		var p pair
		if err := json.Unmarshal([]byte(name), &p.k); err != nil {
			return nil, fmt.Errorf("dict: a key of %s: %w", d.name, err)
		}
		if err := json.Unmarshal(merged[name], &p.v); err != nil {
			return nil, fmt.Errorf("dict: a value of %s: %w", d.name, err)
		}
		all = append(all, p)
	}
	return func(yield func(K, V) bool) {
		for _, p := range all {
			if !yield(p.k, p.v) {
				return
			}
		}
	}, nil
}

func (d *Dict[K, V]) key(k K) (string, error) {
	name, err := json.Marshal(k)
	if err != nil {
		return "", fmt.Errorf("dict: a key of %s: %w", d.name, err)
	}
	return string(name), nil
}
