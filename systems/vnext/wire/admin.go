package wire

import "github.com/ravelgo/ravel/systems/vnext/extmgr"

// Query asks a process for its state, for tools. It is answered on the same
// connection.
type Query struct {
	extmgr.Header
}

// Answer answers a [Query] with a JSON document.
type Answer struct {
	extmgr.Header
	Query uint64 // Seq of the query
	Body  []byte
}

// Kill ends the receiving process at once, without any cleaning up, if that was
// started for a drill. Others ignore it.
type Kill struct {
	extmgr.Header
}
