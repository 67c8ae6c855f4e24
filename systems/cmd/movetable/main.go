// Command movetable moves a table from one file to another while clients use it, and can be killed at any time: run it again,
// and it goes on where it was. It is an example of package mtable, and a test of it that anybody can run.
//
//	movetable DIR
//
// The directory is made if it is not there, with a table of some rows in old.db. Clients then insert, replace and delete rows
// of the table, and a reader streams through it, while the migrator moves it to new.db. The configuration is in config.db,
// with leases, as it would be for processes on several machines. Every client keeps a journal of what it is about to write
// and what it has written, from which the result is verified: no write may be lost, doubled or put out of order.
//
// All of it can also be processes of their own, each of which may be killed and run again:
//
//	movetable DIR --client=0
//	movetable DIR --client=1
//	movetable DIR --client=2
//	movetable DIR --migrator
//
// When the clients have ended, as they do when the table has been moved, the first form verifies the result.
//
// When a process is killed, even with kill -9, the others first have to wait until its lease has ended. Processes share the
// files by locks, which there are on Unix.
//
// # Exit codes
//
//	0    the table has been moved, and verified if no process was chosen
//	1    a write was lost, a row is wrong, or the table could not be moved
//	2    usage error
//	130  interrupted
package main

import (
	"os"

	"github.com/ravelgo/ravel/systems/internal/moving"
)

var command = moving.Command{
	Name:        "movetable",
	Description: "Move a table from one file to another while clients use it. Kill it at any time and run it again.",
}

func main() { os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr)) }
