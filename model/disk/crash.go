package disk

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
)

// survivors decides what a crash leaves of the pending operations, and returns the files and what they hold. Of what was
// done to names a first part survives; of each file's writes see kept. The first choice is always that everything survives.
func (m *image) survivors(c *ravel.Context) (map[string]int, map[int][]byte) {
	names, data := maps.Clone(m.names), map[int][]byte{}
	var nameOps []any
	writes := map[int][]any{}
	for _, op := range m.pending {
		if f, ok := fileOf(op); ok {
			writes[f] = append(writes[f], op)
		} else {
			nameOps = append(nameOps, op)
		}
	}
	for _, op := range nameOps[:len(nameOps)-c.Int(len(nameOps)+1)] {
		applyName(names, op)
	}
	for _, f := range slices.Sorted(maps.Values(names)) {
		held := slices.Clone(m.data[f])
		for _, op := range m.kept(c, writes[f]) {
			held = applyData(held, op)
		}
		data[f] = held
	}
	return names, data
}

// kept chooses what survives of the writes of one file.
func (m *image) kept(c *ravel.Context, writes []any) []any {
	if m.cfg.Unordered {
		var kept []any
		for _, op := range writes {
			if part := remains(op, m.cfg.Sector); len(part) > 0 {
				kept = append(kept, pick(c, op, part)...)
			}
		}
		return kept
	}
	return m.prefix(c, writes)
}

// prefix chooses a first part of the writes, of which the last one may be torn.
func (m *image) prefix(c *ravel.Context, writes []any) []any {
	total := 1
	parts := make([][]any, len(writes))
	for i, op := range writes {
		parts[i] = remains(op, m.cfg.Sector)
		total += len(parts[i])
	}
	lost := c.Int(total) // 0 loses nothing
	for i := len(writes) - 1; lost > 0; i-- {
		if lost <= len(parts[i]) {
			kept := slices.Clone(writes[:i])
			if part := parts[i][lost-1]; part != nil {
				kept = append(kept, part)
			}
			return kept
		}
		lost -= len(parts[i])
	}
	return writes
}

// pick chooses what survives of a single write.
func pick(c *ravel.Context, op any, parts []any) []any {
	i := c.Int(len(parts) + 1)
	switch {
	case i == 0:
		return []any{op}
	case parts[i-1] == nil:
		return nil
	}
	return []any{parts[i-1]}
}

// remains returns what may remain of a write that does not survive as a whole: the longest torn part first, at last
// nothing, as nil.
func remains(op any, sector int) []any {
	w, ok := op.(written)
	if !ok {
		return []any{nil}
	}
	var parts []any
	end := w.At + len(w.Data)
	for cut := (end - 1) / sector * sector; cut > w.At; cut -= sector {
		parts = append(parts, written{w.File, w.At, w.Data[:cut-w.At]})
	}
	return append(parts, nil)
}
