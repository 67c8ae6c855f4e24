package linear

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/failure"
)

// Verdict is why a history is not linearizable, as data: the file history.json beside a saved schedule.
type Verdict struct {
	// History has the operations of the partition that is not linearizable, such as those of one key, by invocation.
	History []Operation `json:"history"`
	// Suspect is the index in History of the operation with which the history stopped being linearizable.
	Suspect int `json:"suspect"`
	// Longest is a longest legal prefix: indexes of History, in an order in which the operations can have taken effect. All
	// operations that have returned but the suspect are in it, unless the model does not accept Pending.
	Longest []int `json:"longest"`
	// State is the object's state behind that prefix, as the model describes it.
	State string `json:"state"`
}

// Operation is an operation of a Verdict, in words of its own types.
type Operation struct {
	Client string `json:"client"`
	What   string `json:"what"` // as the model describes it
	Input  string `json:"input"`
	Output string `json:"output,omitempty"`
	// Call and Return are numbers of rounds: an operation precedes another one if its Return is smaller than the other's Call.
	Call    int64 `json:"call"`
	Return  int64 `json:"return,omitempty"`
	Pending bool  `json:"pending,omitempty"` // it has no Output and no Return
}

// attachments are the verdict as data, and the checker's page.
func (g *guarded) attachments(clients []string, ops []porcupine.Operation) []failure.Attachment {
	return []failure.Attachment{
		{Name: "history.json", Write: func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			return e.Encode(g.verdict(clients, ops))
		}},
		{Name: "history.html", Write: func(w io.Writer) error {
			_, info := porcupine.CheckOperationsVerbose(g.Model, ops, 0)
			return porcupine.Visualize(g.Model, info, w)
		}},
	}
}

func (g *guarded) verdict(clients []string, ops []porcupine.Operation) *Verdict {
	v := &Verdict{Suspect: slices.IndexFunc(ops, suspected), Longest: g.longest(ops)}
	for _, o := range ops {
		op := Operation{Client: clients[o.ClientId], What: g.describe(o), Input: fmt.Sprint(o.Input), Call: o.Call}
		if op.Pending = o.Return == math.MaxInt64; !op.Pending {
			op.Output, op.Return = fmt.Sprint(o.Output), o.Return
		}
		v.History = append(v.History, op)
	}
	state := g.Init()
	for _, i := range v.Longest {
		_, state = g.StepContext(context.Background(), state, ops[i].Input, ops[i].Output)
	}
	v.State = g.state(state)
	return v
}

// longest is a longest order of operations that the checker could place, as indexes.
func (g *guarded) longest(ops []porcupine.Operation) []int {
	_, info := porcupine.CheckOperationsVerbose(g.Model, ops, 0)
	best := []int{}
	for _, part := range info.PartialLinearizations() {
		for _, order := range part {
			if len(order) > len(best) {
				best = order
			}
		}
	}
	return best
}
