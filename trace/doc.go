// Package trace is a placeholder.
package trace
