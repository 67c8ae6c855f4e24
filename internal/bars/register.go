package bars

// history is what the clients of a register have done so far: each writes its value, and then reads.
type history struct{ clients [maxClients]client }

// client is the part of one client.
type client struct {
	done uint8 // operations
	read value // if 2 are
	// seen is how many operations of each other client were over when it began to read.
	seen [maxClients]uint8
}

// expects reports whether a client waits for a reply of this kind.
func (h *history) expects(client int, k messageKind) bool {
	switch h.clients[client].done {
	case 0:
		return k == putReply
	case 1:
		return k == getReply
	}
	return false
}

// returns ends the present operation of a client, with what it has read if it reads; the next one begins.
func (h *history) returns(client int, read value) {
	c := &h.clients[client]
	if c.done++; c.done == 2 {
		c.read = read
		return
	}
	for i := range h.clients {
		if i != client {
			c.seen[i] = h.clients[i].done
		}
	}
}

// linearizable reports whether all that has happened to the register could have happened at once, one operation after the
// other: each between its beginning and its end.
// Source: Herlihy, Wing, "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990.
func (h *history) linearizable(n int) bool {
	var took [maxClients]uint8
	return h.orders(n, took, 0)
}

// orders looks for an order of what is left when each client has taken so many operations, and the register has this value.
func (h *history) orders(n int, took [maxClients]uint8, register value) bool {
	left := false
	for i := range n {
		left = left || took[i] < h.clients[i].done
	}
	if !left {
		return true
	}
	for i := range n {
		c := &h.clients[i]
		now := register
		switch {
		case took[i] == 0: // its write: what has not returned may have happened
			now = value(i + 1)
		case took[i] >= c.done: // nothing is left, or a read that has not returned, which tells nothing
			continue
		case c.read != register || !c.after(took):
			continue
		}
		then := took
		then[i]++
		if h.orders(n, then, now) {
			return true
		}
	}
	return false
}

// after reports whether all operations have been taken that were over when the client began to read.
func (c *client) after(took [maxClients]uint8) bool {
	for i, n := range c.seen {
		if took[i] < n {
			return false
		}
	}
	return true
}
