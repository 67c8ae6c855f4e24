package twophase

import (
	"errors"
	"io/fs"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/systems/twophase/txn"
)

// host is what a participant runs on: a log on a modelled disk, and votes of the tester's choice.
type host struct{ disk string }

// Log opens the log; without a disk nothing is kept, and nobody asks for it.
func (h host) Log(c *ravel.Context) txn.File {
	if h.disk == "" {
		return noLog{}
	}
	return logFile{disk.Open(c, h.disk)}
}

// Accept lets the tester vote: no, if it has nothing to say.
func (host) Accept(c *ravel.Context, _ txn.Tx, _ txn.Write) bool { return c.Bool() }

// noLog is the log of a participant that never reads it again.
type noLog struct{}

func (noLog) Read() ([]byte, error) { return nil, nil }
func (noLog) Append([]byte) error   { return nil }
func (noLog) Truncate(int) error    { return nil }
func (noLog) Sync() error           { return nil }

// logFile is a file of a modelled disk.
type logFile struct{ disk *disk.Disk }

const logName = "log"

func (l logFile) Read() ([]byte, error) {
	p, err := l.disk.Read(logName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return p, err
}

func (l logFile) Append(p []byte) error   { return l.disk.Append(logName, p) }
func (l logFile) Truncate(size int) error { return l.disk.Truncate(logName, size) }
func (l logFile) Sync() error             { return l.disk.Sync(logName) }
