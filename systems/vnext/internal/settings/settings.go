// Package settings has what the configurations of the extent store's parts have in common: defaults for fields that are
// zero, and all that is wrong with one of them in one error.
package settings

import (
	"errors"
	"fmt"
)

// Default sets a field that is zero.
func Default[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Wrong collects what is wrong with a configuration. The zero Wrong has nothing.
type Wrong struct{ errs []error }

// Require notes what is wrong unless ok. The text names the field, its value and what is wanted.
func (w *Wrong) Require(ok bool, format string, args ...any) {
	if !ok {
		w.errs = append(w.errs, fmt.Errorf(format, args...))
	}
}

// Err returns everything that is wrong with the Config of a package, a line for each; nil if nothing is.
func (w *Wrong) Err(pkg string) error {
	if len(w.errs) == 0 {
		return nil
	}
	return fmt.Errorf("%s: invalid Config: %w", pkg, errors.Join(w.errs...))
}
