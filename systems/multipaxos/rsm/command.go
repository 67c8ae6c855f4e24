package rsm

import (
	"fmt"
	"strconv"
	"strings"
)

// Command is an operation of a client. Commands are plain values and comparable.
type Command struct {
	Client string // not empty, without a slash
	OpID   uint64 // 1 is the client's first operation
	Op     string // for the state machine; any bytes
}

// Response answers a Command.
type Response struct {
	Client string
	OpID   uint64
	Result string // of the state machine
}

// String returns the encoded form, which is fit to be read.
func (c Command) String() string { return c.Encode() }

// String returns client, number and result.
func (r Response) String() string { return fmt.Sprintf("%s/%d=%s", r.Client, r.OpID, r.Result) }

// Check reports what is wrong with a command.
func (c Command) Check() error {
	switch {
	case c.Client == "" || strings.Contains(c.Client, "/"):
		return fmt.Errorf("rsm: the client of a command is %q: it must have a name without a slash", c.Client)
	case c.OpID == 0:
		return fmt.Errorf("rsm: an operation of client %s has number 0: they are numbered from 1", c.Client)
	}
	return nil
}

// Encode returns the command as text, client/number/operation.
func (c Command) Encode() string {
	return c.Client + "/" + strconv.FormatUint(c.OpID, 10) + "/" + c.Op
}

// Decode reads what Encode has written.
func Decode(text string) (Command, error) {
	parts := strings.SplitN(text, "/", 3)
	if len(parts) != 3 {
		return Command{}, fmt.Errorf("rsm: %q is no command: want client/number/operation", text)
	}
	id, err := strconv.ParseUint(parts[1], 10, 64)
	if err != nil {
		return Command{}, fmt.Errorf("rsm: %q is no command: its number is wrong: %w", text, err)
	}
	c := Command{parts[0], id, parts[2]}
	return c, c.Check()
}
