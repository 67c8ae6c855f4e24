//go:build race && (amd64 || arm64)

package gocontrol

// MemoryPoints reports whether plain memory accesses can be scheduling points in this program: the race detector's
// instrumentation makes them.
const MemoryPoints = true
