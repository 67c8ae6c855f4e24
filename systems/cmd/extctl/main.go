// Command extctl stores, reads and verifies extents, and shows how a cluster is.
//
//	extctl put FILE | get EXTENT | ls | status | verify | kill-node NODE [flags]
//
// It asks the manager, whose address is --mgr, and speaks to the nodes that this one knows.
//
// # Exit codes
//
//	0    done
//	1    something is wrong, and was printed
//	2    usage error
//	130  interrupted
package main

import (
	"os"

	"github.com/ravelgo/ravel/systems/vnext/deploy/command"
)

func main() { os.Exit(command.Tool(os.Args[1:], os.Stdout, os.Stderr)) }
