package trace

import "io"

// WriteJSON writes the trace as lines of JSON.
func (t *Trace) WriteJSON(w io.Writer) error { return nil }
