package table

import (
	"errors"
	"fmt"
	"strings"
)

// Status is a status code of HTTP, as the table protocol uses it.
type Status int

// The statuses of operations.
const (
	StatusOK                 Status = 200
	StatusCreated            Status = 201
	StatusNoContent          Status = 204
	StatusNotFound           Status = 404
	StatusConflict           Status = 409
	StatusPreconditionFailed Status = 412
)

// The kinds of errors, for errors.Is. The first three are outcomes that a batch can have; they come as an [*Error] with
// the index of the operation.
var (
	// ErrNotFound: the row is not there (404).
	ErrNotFound = errors.New("row not found")
	// ErrConflict: the row is there already (409).
	ErrConflict = errors.New("row exists already")
	// ErrPreconditionFailed: the row has another ETag (412).
	ErrPreconditionFailed = errors.New("row has another ETag")

	// ErrInvalidArgument: the call makes no sense, or exceeds a limit. Nothing was tried.
	ErrInvalidArgument = errors.New("invalid argument")
	// ErrTooLarge: the rows cannot be read at one instant. Ask for fewer, or for a stream.
	ErrTooLarge = errors.New("result is too large to be read atomically")
	// ErrIndeterminate: it is not known whether the batch took place, and it may still do so. Read before trying again.
	ErrIndeterminate = errors.New("outcome is unknown")
	// ErrContention: a batch was tried too often, each time overtaken by others. It did not take place.
	ErrContention = errors.New("too much contention")
	// ErrUnavailable: the table could not be reached. The batch did not take place.
	ErrUnavailable = errors.New("table is unavailable")
	// ErrClosed: the stream or the table was closed.
	ErrClosed = errors.New("closed")
	// ErrInternal: an assumption of the implementation does not hold, such as who else writes to a table.
	ErrInternal = errors.New("internal error")
)

// NoOp is the index in an [Error] that is about no single operation.
const NoOp = -1

// Error is an error of a table.
type Error struct {
	Kind   error  // one of the variables above
	Op     int    // index in the batch of the operation that failed, or NoOp
	Detail string // may be empty
	Cause  error  // may be nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("table: ")
	if e.Op != NoOp {
		fmt.Fprintf(&b, "operation %d: ", e.Op)
	}
	b.WriteString(e.Kind.Error())
	if s := e.Status(); s != 0 {
		fmt.Fprintf(&b, " (%d)", int(s))
	}
	if e.Detail != "" {
		b.WriteString(": ")
		b.WriteString(e.Detail)
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Is reports whether target is the kind of e.
func (e *Error) Is(target error) bool { return target == e.Kind }

// Unwrap returns the cause, except that of an internal error, which might be mistaken for the outcome of the batch.
func (e *Error) Unwrap() error {
	if e.Kind == ErrInternal {
		return nil
	}
	return e.Cause
}

// Status returns 404, 409 or 412, or 0 for all other kinds.
func (e *Error) Status() Status {
	switch e.Kind {
	case ErrNotFound:
		return StatusNotFound
	case ErrConflict:
		return StatusConflict
	case ErrPreconditionFailed:
		return StatusPreconditionFailed
	}
	return 0
}

// Outcome returns the [Error] in err's tree if err is an outcome that a batch can have: [ErrNotFound], [ErrConflict] or
// [ErrPreconditionFailed]. For all other errors, nil among them, it returns nil.
func Outcome(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Status() != 0 {
		return e
	}
	return nil
}

// Failed returns the error of a batch whose operation with an index failed.
func Failed(kind error, op int) error { return &Error{Kind: kind, Op: op} }

// Invalid returns an [ErrInvalidArgument] about an operation, or about none: [NoOp]. The rest is as for [fmt.Errorf].
func Invalid(op int, format string, args ...any) error {
	return &Error{Kind: ErrInvalidArgument, Op: op, Cause: fmt.Errorf(format, args...)}
}

// Wrap returns an error of a kind, about no single operation, with a cause that may be nil.
func Wrap(kind, cause error, format string, args ...any) error {
	return &Error{Kind: kind, Op: NoOp, Detail: fmt.Sprintf(format, args...), Cause: cause}
}
