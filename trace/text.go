package trace

// TextOptions say how a trace is written for a terminal. The zero value is good for a pipe 80 columns wide.
type TextOptions struct {
	Width  int    // columns; 0 is 80, at least 40
	ASCII  bool   // no arrows and dots beyond ASCII
	Color  bool   // ANSI colours
	Places bool   // the line of code of every send and choice
	Limit  int    // about this many lines, the rest is folded; 0 is DefaultLimit, negative is no limit
	More   string // sentence that says how to see what was folded
}

// DefaultLimit is how many lines a trace has, about, before its uneventful parts are folded.
const DefaultLimit = 120

// Text returns the trace as a story.
func (t *Trace) Text(o TextOptions) string { return "" }
