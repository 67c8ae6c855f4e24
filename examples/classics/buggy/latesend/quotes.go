// Package latesend asks suppliers for their prices, and takes those that come in time.
package latesend

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrNoQuote is the error when no supplier has answered in time.
var ErrNoQuote = errors.New("no quote in time")

// A Supplier says for how many cents it sells an article.
type Supplier interface {
	Name() string
	Price(ctx context.Context, article string) (int, error)
}

// Quote is what a supplier offers.
type Quote struct {
	Supplier string
	Cents    int
}

// Desk finds the best price. It may be used from many goroutines.
type Desk struct {
	suppliers []Supplier
	patience  time.Duration
}

// NewDesk returns a desk that waits for answers as long as its patience lasts.
func NewDesk(patience time.Duration, suppliers ...Supplier) *Desk {
	return &Desk{suppliers: suppliers, patience: patience}
}

type answer struct {
	quote Quote
	err   error
}

// Best returns the lowest price of those that came in time.
func (d *Desk) Best(ctx context.Context, article string) (Quote, error) {
	ctx, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	answers := make(chan answer)
	for _, s := range d.suppliers {
		go func() {
			cents, err := s.Price(ctx, article)
			if err != nil {
				err = fmt.Errorf("%s: %w", s.Name(), err)
			}
			answers <- answer{Quote{s.Name(), cents}, err}
		}()
	}
	best, errs := Quote{}, []error{ErrNoQuote}
	for range d.suppliers {
		select {
		case a := <-answers:
			switch {
			case a.err != nil:
				errs = append(errs, a.err)
			case best.Supplier == "" || a.quote.Cents < best.Cents:
				best = a.quote
			}
		case <-ctx.Done():
			return best.orErr(append(errs, ctx.Err()))
		}
	}
	return best.orErr(errs)
}

func (q Quote) orErr(errs []error) (Quote, error) {
	if q.Supplier == "" {
		return q, errors.Join(errs...)
	}
	return q, nil
}
