package linear

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel"
)

// blame fails the execution: the last operation of the client fits nowhere. The failure names it; the history goes to
// the trace, a line for each operation.
func (h *history[C, I, O]) blame(c *ravel.MonitorContext, m *guarded, client C, ops []porcupine.Operation) {
	clients := h.names()
	show(c, m, clients, ops)
	text := fmt.Sprintf("%v: %s cannot be linearized", client, m.describe(suspect(ops)))
	if order, state := m.witness(ops); order != nil {
		c.Logf("an order that explains all the others:")
		for i, o := range order {
			c.Logf("%3d. %v: %s", i+1, clients[o.ClientId], m.describe(o))
		}
		text += fmt.Sprintf(". In an order that explains all other operations it meets the state %s", m.state(state))
	}
	c.FailWith(m.attachments(texts(clients), ops), "%s", text)
}

// blameFailed fails the execution: the last operation of the client has failed, but others have seen its effect.
func (h *history[C, I, O]) blameFailed(c *ravel.MonitorContext, m *guarded, client C, ops []porcupine.Operation) {
	show(c, m, h.names(), ops)
	c.FailWith(m.attachments(texts(h.names()), ops), "%v: %v has failed, but has had an effect: what others got cannot be linearized without it",
		client, suspect(ops).Input)
}

// texts are the names of clients.
func texts[C comparable](clients []C) []string {
	names := make([]string, len(clients))
	for i, c := range clients {
		names[i] = fmt.Sprint(c)
	}
	return names
}

func suspect(ops []porcupine.Operation) porcupine.Operation {
	return ops[slices.IndexFunc(ops, suspected)]
}

func show[C comparable](c *ravel.MonitorContext, m *guarded, clients []C, ops []porcupine.Operation) {
	c.Logf("the history, with time from left to right:")
	for _, line := range chart(m, clients, ops) {
		c.Logf("%s", line)
	}
}

func (g *guarded) describe(o porcupine.Operation) string {
	if g.DescribeOperation != nil {
		return g.DescribeOperation(o.Input, o.Output)
	}
	if o.Output == any(Pending{}) {
		return fmt.Sprintf("%v -> ?", o.Input)
	}
	return fmt.Sprintf("%v -> %v", o.Input, o.Output)
}

func (g *guarded) state(s any) string {
	if g.DescribeState != nil {
		return g.DescribeState(s)
	}
	return fmt.Sprint(s)
}

// maxRounds is how many rounds fit beside the text of an operation.
const maxRounds = 12

// chart draws each operation as a bar from its invocation to its return, and writes beside it what it is. A history
// of more rounds than fit has their numbers instead.
func chart[C comparable](m *guarded, clients []C, ops []porcupine.Operation) (lines []string) {
	var rounds int64
	for _, o := range ops {
		rounds = max(rounds, o.Call)
		if o.Return != math.MaxInt64 {
			rounds = max(rounds, o.Return)
		}
	}
	for _, o := range ops {
		mark := ""
		if suspected(o) {
			mark = "  <- this one"
		}
		lines = append(lines, fmt.Sprintf("%s  %v: %s%s", bar(o, rounds+1), clients[o.ClientId], m.describe(o), mark))
	}
	return lines
}

func bar(o porcupine.Operation, rounds int64) string {
	pending := o.Return == math.MaxInt64
	if rounds > maxRounds {
		if pending {
			return fmt.Sprintf("%4d -    ?", o.Call)
		}
		return fmt.Sprintf("%4d - %4d", o.Call, o.Return)
	}
	from, to := 3*o.Call, 3*o.Return+1
	if pending {
		return strings.Repeat(" ", int(from)) + "[" + strings.Repeat("=", int(3*rounds-1-from))
	}
	return strings.Repeat(" ", int(from)) + "[" + strings.Repeat("=", int(to-from-1)) + "]" +
		strings.Repeat(" ", int(3*rounds-1-to))
}
