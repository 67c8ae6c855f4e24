// Command fabricd runs a node of a service platform with the services of this repository compiled in, and calls them.
//
//	fabricd run NODE --dir=DIR [--nodes=NAME=ADDR;...] [flags]
//	fabricd status
//	fabricd call SERVICE REQUEST... [--index=N | --key=KEY] [--retry]
//	fabricd swap SERVICE [--index=N] [--to=NODE]
//	fabricd wordcount [--lines=N]
//
// SIGTERM and SIGINT stop a node in order. See docs/operating-fabric.md.
//
// # Exit codes
//
//	0    done
//	1    it could not be done: the message says why; or "status" has found a partition without all its replicas
//	2    usage error
package main

import (
	"os"
	"time"

	"github.com/ravelgo/ravel/systems/fabric/ledger"
	"github.com/ravelgo/ravel/systems/fabric/local"
	"github.com/ravelgo/ravel/systems/fabric/local/command"
)

var program = command.Program{
	Name:        "fabricd",
	Description: `A node of a service platform, with the services "ledger" (accounts, and transfers between them) and those of a job that counts words.`,
	Flags:       &size,
	Services:    services,
	Commands: []command.Command{
		{Name: "wordcount", Help: "Count the words of the job's lines, and compare the result with what it should be.", Run: wordCount},
	},
}

// services are those that every node of a cluster of fabricd has.
func services() []local.Service {
	newLedger, err := ledger.New(ledger.Config{Timeout: 5 * time.Second, Poll: 10 * time.Millisecond})
	if err != nil {
		panic(err) // a setting of ours
	}
	return append(jobServices(), local.Service{Name: "ledger", New: newLedger})
}

func main() {
	os.Exit(program.Run(os.Args[1:], os.Stdout, os.Stderr))
}
