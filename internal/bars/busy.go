package bars

import "github.com/ravelgo/ravel"

// Busy returns the program of the bars of strategies: n machines tick for ever, each by an event to itself, so that all of
// them can move in every step, and with every eighth tick send a note to one of n/4 listeners, who take it and sleep again.
// So there are steps that race and steps that do not, and operations that come and go. It ends at the step bound.
func Busy(n int) func(*ravel.Context) {
	return func(c *ravel.Context) {
		listeners := make([]ravel.ID, n/busyShare)
		for i := range listeners {
			listeners[i] = c.Create(listenerMachine.New(&listener{}))
		}
		for i := range n {
			c.Create(busyMachine.New(&busy{to: listeners[i%len(listeners)], left: 1 + i%busyEvery}))
		}
	}
}

// BusyUnderFaults is Busy, where faultsOnOffer of the listeners offer a fault whenever they can, and hiccups of them may happen.
func BusyUnderFaults(n int) func(*ravel.Context) {
	ticking := Busy(n)
	return func(c *ravel.Context) {
		b := c.Budget("hiccups", hiccups)
		for range faultsOnOffer {
			c.Create(faultyMachine.New(&faulty{budget: b}))
		}
		ticking(c)
	}
}

const (
	busyShare     = 4 // machines for a listener
	busyEvery     = 8 // ticks for a note
	faultsOnOffer = 4
	hiccups       = 2 // faults that may happen
)

type (
	busy struct {
		to   ravel.ID
		left int // ticks until the next note
	}
	busyTick struct{}
	note     struct{}
	listener struct{ heard int }
	faulty   struct{ budget ravel.Budget }
	hiccup   struct{}
)

var busyMachine = ravel.Define[busy]("Busy",
	ravel.Start("Ticking",
		ravel.Entry((*busy).start),
		ravel.On((*busy).tick)))

func (b *busy) start(c *ravel.Context) { c.Send(c.Self(), busyTick{}) }

func (b *busy) tick(c *ravel.Context, t busyTick) {
	if b.left--; b.left == 0 {
		b.left = busyEvery
		c.Send(b.to, note{})
	}
	c.Send(c.Self(), t)
}

var listenerMachine = ravel.Define[listener]("Listener",
	ravel.Start("Listening", ravel.On((*listener).hear)))

func (l *listener) hear(_ *ravel.Context, _ note) { l.heard++ }

var faultyMachine = ravel.Define[faulty]("Faulty",
	ravel.Start("Well",
		ravel.Entry((*faulty).offer),
		ravel.On((*faulty).recover)))

func (f *faulty) offer(c *ravel.Context) { c.OfferFault(f.budget, hiccup{}) }

func (f *faulty) recover(c *ravel.Context, _ hiccup) { f.offer(c) }
