package delaying

// The calls that Sealing listens to: Context.Explorer(delaying.SealRTC), without arguments.
const (
	SealRTC   = "sealRTC"
	UnsealRTC = "unsealRTC"
	SealRR    = "sealRR"
	UnsealRR  = "unsealRR"
)

// Sealing is another explorer, but for the regions that the program seals: from SealRTC to UnsealRTC machines move in the order
// of RTC, from SealRR to UnsealRR in that of RR, without a delay, a timer before a machine, or a fault. So a sealed
// region has one schedule; a broadcast becomes atomic, say, with or without what it causes.
//
// A region begins with the machine that seals it. Regions do not nest: a call to seal begins a new one, and either call
// to unseal ends it, whichever machine makes it. The explorer inside sees everything that happens in a region, and goes
// on with what it has made of it.
//
// A search with Sealing reaches less than the program does; that is its purpose. It is Zing's; the paper has none.
type Sealing struct {
	inside Explorer
	sealed Explorer // nil outside regions
	list   []ID     // the enabled machines, by when they were enabled
}

// NewSealing returns the explorer with sealed regions.
func NewSealing(inside Explorer) *Sealing { return &Sealing{inside: inside} }

// Sealed implements Sealer.
func (s *Sealing) Sealed() bool { return s.sealed != nil }

// Told implements Listener.
func (s *Sealing) Told(id ID, call string, args []any) {
	switch call {
	case SealRTC:
		s.seal(NewRTC(), id)
	case SealRR:
		s.seal(NewRR(), id)
	case UnsealRTC, UnsealRR:
		s.sealed = nil
	default:
		if l, ok := s.inside.(Listener); ok {
			l.Told(id, call, args)
		}
	}
}

// seal begins a region in which first moves before the others, and these in the order in which they were enabled.
func (s *Sealing) seal(order Explorer, first ID) {
	for _, id := range s.list {
		order.Start(id, None)
	}
	for range s.list {
		if order.Next() == first {
			break
		}
		order.Delay()
	}
	s.sealed = order
}

func (s *Sealing) both(tell func(e Explorer)) {
	tell(s.inside)
	if s.sealed != nil {
		tell(s.sealed)
	}
}

// Start implements Explorer.
func (s *Sealing) Start(id, creator ID) {
	s.list = append(s.list, id)
	s.both(func(e Explorer) { e.Start(id, creator) })
}

// Enabled implements Explorer.
func (s *Sealing) Enabled(id ID) {
	s.list = append(s.list, id)
	s.both(func(e Explorer) { e.Enabled(id) })
}

// Blocked implements Explorer.
func (s *Sealing) Blocked(id ID) {
	s.list = without(s.list, id)
	s.both(func(e Explorer) { e.Blocked(id) })
}

// Finish implements Explorer.
func (s *Sealing) Finish(id ID) { s.both(func(e Explorer) { e.Finish(id) }) }

// Step implements Stepper.
func (s *Sealing) Step(id ID) {
	if e, ok := s.inside.(Stepper); ok {
		e.Step(id)
	}
}

// Sent implements Sender.
func (s *Sealing) Sent(source, target ID) {
	if e, ok := s.inside.(Sender); ok {
		e.Sent(source, target)
	}
}

// Next implements Explorer.
func (s *Sealing) Next() ID {
	if s.sealed != nil {
		return s.sealed.Next()
	}
	return s.inside.Next()
}

// Delay implements Explorer. In a region it does nothing.
func (s *Sealing) Delay() {
	if s.sealed == nil {
		s.inside.Delay()
	}
}

// Clone implements Explorer.
func (s *Sealing) Clone() Explorer { return Copy(s) }
