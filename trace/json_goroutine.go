package trace

import "github.com/ravelgo/ravel/failure"

// The lines of goroutines in the last line. Their field names never change.
type (
	goroutinePart struct {
		ID       int         `json:"id"`
		Machine  string      `json:"machine,omitempty"`
		Created  placePart   `json:"created"`
		Started  *placePart  `json:"started,omitempty"`
		Waits    string      `json:"waits,omitempty"`
		Step     int         `json:"step,omitempty"`
		At       placePart   `json:"at"`
		By       []int       `json:"by,omitempty"`
		Held     bool        `json:"held,omitempty"`
		Note     string      `json:"note,omitempty"`
		NoteStep int         `json:"note_step,omitempty"`
		NoteAt   *placePart  `json:"note_at,omitempty"`
		Made     *placePart  `json:"made,omitempty"`
		Used     *usePart    `json:"used,omitempty"`
		Holds    []holdPart  `json:"holds,omitempty"`
		Stack    []placePart `json:"stack,omitempty"`
	}
	usePart struct {
		By    int        `json:"by"`
		Doing string     `json:"doing"`
		Step  int        `json:"step,omitempty"`
		At    *placePart `json:"at,omitempty"`
	}
	holdPart struct {
		What string    `json:"what"`
		Step int       `json:"step,omitempty"`
		At   placePart `json:"at"`
	}
)

func goroutineOf(g *failure.Goroutine) goroutinePart {
	p := goroutinePart{
		ID: g.ID, Machine: g.Machine, Created: placePart(g.Created), Waits: g.Wait.To, Step: g.Wait.Step, At: placePart(g.Wait.Place),
		By: g.Wait.By, Held: g.Wait.Held, Note: g.Wait.Note,
		NoteStep: g.Wait.NoteStep, NoteAt: known(g.Wait.NotePlace), Started: known(g.Started),
		Made: known(g.Wait.Made),
	}
	if u := &g.Wait.Last; u.Doing != "" {
		p.Used = &usePart{u.By, u.Doing, u.Step, known(u.Place)}
	}
	for _, h := range g.Holds {
		p.Holds = append(p.Holds, holdPart{h.What, h.Step, placePart(h.Place)})
	}
	p.Stack = partsOf(g.Stack)
	return p
}

func partsOf(stack []failure.Place) []placePart {
	if len(stack) == 0 {
		return nil
	}
	list := make([]placePart, len(stack))
	for i, f := range stack {
		list[i] = placePart(f)
	}
	return list
}

func placesOf(stack []placePart) []failure.Place {
	if len(stack) == 0 {
		return nil
	}
	list := make([]failure.Place, len(stack))
	for i, f := range stack {
		list[i] = failure.Place(f)
	}
	return list
}

// known returns nil for the unknown place.
func known(p failure.Place) *placePart {
	if p.IsZero() {
		return nil
	}
	part := placePart(p)
	return &part
}

func (p *goroutinePart) goroutine() failure.Goroutine {
	g := failure.Goroutine{
		ID: p.ID, Machine: p.Machine, Created: failure.Place(p.Created),
		Wait: failure.Wait{To: p.Waits, Step: p.Step, Place: failure.Place(p.At), By: p.By, Held: p.Held, Note: p.Note, NoteStep: p.NoteStep},
	}
	if len(g.Wait.By) == 0 {
		g.Wait.By = nil
	}
	if p.Started != nil {
		g.Started = failure.Place(*p.Started)
	}
	if p.NoteAt != nil {
		g.Wait.NotePlace = failure.Place(*p.NoteAt)
	}
	if p.Made != nil {
		g.Wait.Made = failure.Place(*p.Made)
	}
	if u := p.Used; u != nil {
		g.Wait.Last = failure.Use{By: u.By, Doing: u.Doing, Step: u.Step}
		if u.At != nil {
			g.Wait.Last.Place = failure.Place(*u.At)
		}
	}
	for _, h := range p.Holds {
		g.Holds = append(g.Holds, failure.Hold{What: h.What, Step: h.Step, Place: failure.Place(h.At)})
	}
	g.Stack = placesOf(p.Stack)
	return g
}
