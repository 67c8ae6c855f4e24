// Command bankd runs a bank on replicated groups of accounts, or a replicated store of keys: each process of it, and clients.
//
//	bankd broker | master | server | coordinator | transfer | balances | set | get | status | load [flags]
//
// A group is a chain of servers, with a master that mends it. SIGTERM and SIGINT stop a process in order; each may be killed
// at any time and started again with the same command.
//
// # Exit codes
//
//	0    it was stopped, or has done what was asked for
//	1    it could not, or an audit has found the history wrong: the message says why
//	2    usage error
package main

import (
	"os"

	"github.com/ravelgo/ravel/systems/bankd/command"
)

func main() { os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr)) }
