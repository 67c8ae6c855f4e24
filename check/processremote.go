package check

import (
	"errors"

	"github.com/ravelgo/ravel/failure"
)

// remote is a failure that a worker process has seen. It stands for it until its schedule is replayed in the test process.
type remote struct {
	what    failure.Kind
	site    failure.Site
	message string
	detail  string
	key     string // see failure.Key
}

// Error, Kind, Where and Detail implement failure.Failure.
func (r *remote) Error() string       { return r.message }
func (r *remote) Kind() failure.Kind  { return r.what }
func (r *remote) Where() failure.Site { return r.site }
func (r *remote) Detail() string      { return r.detail }

// remoteOf is what a worker process tells of a failure.
func remoteOf(err error) remote {
	r := remote{message: err.Error(), key: failure.Key(err)}
	if f := failure.Of(err); f != nil {
		r.what, r.site, r.message, r.detail = f.Kind(), f.Where(), f.Error(), f.Detail()
	}
	return r
}

// error is the failure in the test process.
func (r *remote) error() error {
	if r.what == failure.NoKind {
		return errors.New(r.message)
	}
	return r
}

// is reports whether err is the failure that was seen.
func (r *remote) is(err error) bool {
	if other, ok := err.(*remote); ok {
		return other.key == r.key
	}
	return err != nil && failure.Key(err) == r.key
}

// same is failure.Same for failures that may have been seen in another process.
func same(a, b error) bool {
	if r, ok := a.(*remote); ok {
		return r.is(b)
	}
	return failure.Same(a, b)
}

func (r *remote) code(c *coder) {
	word := r.what.String()
	c.text(&word)
	if c.reading {
		known := false
		if r.what, known = failure.ParseKind(word); !known {
			c.fail()
		}
	}
	c.text(&r.site.Machine)
	c.text(&r.site.State)
	c.ints(&r.site.Step)
	c.place(&r.site.Place)
	c.text(&r.message)
	c.text(&r.detail)
	c.text(&r.key)
}
