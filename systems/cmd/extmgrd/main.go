// Command extmgrd runs the manager of an extent store.
//
//	extmgrd --dir=DIR [--listen=ADDR] [--http=ADDR] [flags]
//
// SIGTERM and SIGINT stop it in order. Killing it loses nothing: what it knows comes from the nodes.
//
// # Exit codes
//
//	0    it was stopped
//	1    it could not start or stop: the message says why
//	2    usage error
package main

import (
	"os"

	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
)

func main() { os.Exit(command.Manager(os.Args[1:], os.Stdout, os.Stderr)) }
