// Command fabricd runs a node of a service platform with the services of this repository compiled in, and calls them.
//
//	fabricd run NODE --dir=DIR [--text=FILE] [--nodes=NAME=ADDR;...] [flags]
//	fabricd status
//	fabricd call SERVICE REQUEST... [--index=N | --key=KEY] [--retry]
//	fabricd swap SERVICE [--index=N] [--to=NODE]
//	fabricd wordcount --text=FILE
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

// flags are those that fabricd has of its own.
var flags struct {
	Text text `help:"A file of lines, whose words \"wordcount\" counts. The same for all nodes, and for the command." placeholder:"FILE"`
}

var program = command.Program{
	Name:        "fabricd",
	Description: `A node of a service platform with the service "ledger" (accounts, and transfers between them), and with those that count the words of a text if there is one.`,
	Flags:       &flags,
	Services:    services,
	Commands: []command.Command{
		{Name: "wordcount", Help: "Have the nodes count the words of a text, and compare the result with a count made here.", Run: wordCount},
	},
}

// services are those that every node of a cluster of fabricd has.
func services() []local.Service {
	newLedger, err := ledger.New(ledger.Config{Timeout: 5 * time.Second, Poll: 10 * time.Millisecond})
	if err != nil {
		panic(err) // a setting of ours
	}
	all := []local.Service{{Name: "ledger", New: newLedger}}
	if t := flags.Text; t.file != nil {
		all = append(all, t.services(0)...)
	}
	return all
}

func main() {
	os.Exit(program.Run(os.Args[1:], os.Stdout, os.Stderr))
}
