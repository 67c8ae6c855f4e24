// Package enginetest runs programs of machines under every schedule and compares what they can do with what they should.
//
// A Row is one program with the set of outcomes that it must have: no more, no fewer. It is explored without checks, with
// checks, with fingerprints and with recording, which must make no difference, and then every execution is replayed: by
// the raw choices, and by the recorded deviations. A replay must take the same steps to the same failure, and record the
// same events.
package enginetest
