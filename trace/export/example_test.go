package export_test

import (
	"fmt"
	"os"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/trace/export"
)

var ping = &trace.Trace{
	Header: trace.Header{Package: "example.com/ping", Test: "TestPing", Strategy: "random", Seed: 42, Execution: 7},
	Events: []trace.Event{
		{Step: 1, Kind: trace.Sent, Who: "Client", Peer: "Server", Type: "ping.Ping", Value: "{N: 1}"},
		{Step: 2, Kind: trace.Sent, Who: "Client", Peer: "Server", Type: "ping.Stop"},
		{Step: 3, Kind: trace.Took, Who: "Server", Peer: "Client", Type: "ping.Ping", Value: "{N: 1}", Sent: 1, After: []int{0}},
		{Step: 3, Kind: trace.Moved, Who: "Server", From: "Idle", To: "Busy"},
	},
	Failure: &trace.Failure{
		Site: failure.Site{Machine: "Server", Step: 3}, Kind: failure.KindAssertion, Error: "an assertion in Server failed: busy",
	},
}

func ExampleWrite() {
	if err := export.Write(os.Stdout, "mermaid", ping, export.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// sequenceDiagram
	//     %% example.com/ping.TestPing
	//     %% execution 7, seed 42, strategy random
	//     participant p0 as Client
	//     participant p1 as Server
	//     p0-)p1: 1: Ping{N: 1}
	//     p0-)p1: 2: Stop (never taken)
	//     Note over p1: 3: takes Ping from Client (sent in step 1)<br/>goes Idle → Busy
	//     Note over p0,p1: FAILURE (assertion): an assertion in Server<br/>failed: busy
}

func ExampleShiViz() {
	if err := export.ShiViz(os.Stdout, ping); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Client {"Client":1}
	// 1: sends Ping{N: 1} to Server
	// Client {"Client":2}
	// 2: sends Stop to Server
	// Server {"Client":1,"Server":1}
	// 3: takes Ping{N: 1} from Client (sent in step 1); goes Idle → Busy
}
