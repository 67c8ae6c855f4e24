// Command extnoded runs a node of an extent store.
//
//	extnoded --id=NAME --dir=DIR [--mgr=ADDR] [--listen=ADDR] [--http=ADDR] [flags]
//
// SIGTERM and SIGINT stop it in order. Killing it loses nothing that it has acknowledged.
//
// # Exit codes
//
//	0    it was stopped
//	1    it could not start or go on: the message says why
//	2    usage error
//	137  a tool killed it, in a drill
package main

import (
	"os"

	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
)

func main() { os.Exit(command.Node(os.Args[1:], os.Stdout, os.Stderr)) }
