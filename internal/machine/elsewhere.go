package machine

// Addresser is a Namer that knows where a machine can be reached from other processes.
type Addresser interface{ Address(*Ref) (string, error) }

// elsewhere is the Namer of a machine of which only a text is known.
type elsewhere string

func (e elsewhere) DisplayName(*Ref) string { return string(e) }

// Elsewhere returns a Ref of which only a text is known. A runtime finds out which machine is meant, see Unresolved; until then
// it is none.
func Elsewhere(text string) *Ref { return &Ref{Names: elsewhere(text), Slot: -1} }

// Unresolved returns the text of a Ref that Elsewhere has made.
func Unresolved(r *Ref) (text string, ok bool) {
	if r == nil {
		return "", false
	}
	e, ok := r.Names.(elsewhere)
	return string(e), ok
}
