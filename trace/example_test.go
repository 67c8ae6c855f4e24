package trace_test

import (
	"fmt"
	"os"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

var ping = trace.Trace{
	Header: trace.Header{Package: "example.com/ping", Test: "TestPing", Strategy: "random", Seed: 42, Execution: 7},
	Events: []trace.Event{
		{Step: 1, Kind: trace.Sent, Who: "Client", Peer: "Server", Type: "ping.Ping", Value: "{N: 1}"},
		{Step: 2, Kind: trace.Took, Who: "Server", Peer: "Client", Type: "ping.Ping", Value: "{N: 1}", Sent: 1},
		{Step: 2, Kind: trace.Moved, Who: "Server", From: "Idle", To: "Busy"},
	},
	Failure: &trace.Failure{
		Site: failure.Site{Machine: "Server", Step: 2}, Kind: failure.KindAssertion, Error: "an assertion in Server failed: busy",
	},
}

func ExampleTrace_Text() {
	fmt.Print(ping.Text(trace.TextOptions{ASCII: true}))
	// Output:
	// example.com/ping.TestPing
	// execution 7, seed 42, strategy random
	//
	//    1  Client  sends Ping{N: 1} to Server
	//    2  Server  takes Ping{N: 1} from Client (sent in step 1)
	//               goes Idle -> Busy
	//
	// FAILURE: assertion, in step 2
	//     an assertion in Server failed: busy
}

func ExampleTrace_WriteJSON() {
	if err := ping.WriteJSON(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"ravel_trace":2,"package":"example.com/ping","test":"TestPing","strategy":"random","seed":"42","execution":"7","max_steps":0,"threshold":0,"clock":"asynchronous"}
	// {"event":"sent","step":1,"who":"Client","peer":"Server","type":"ping.Ping","value":"{N: 1}"}
	// {"event":"took","step":2,"who":"Server","peer":"Client","type":"ping.Ping","value":"{N: 1}","sent":1}
	// {"event":"moved","step":2,"who":"Server","from":"Idle","to":"Busy"}
	// {"end":"assertion","events":3,"error":"an assertion in Server failed: busy","machine":"Server","step":2,"failed":true}
}

func ExamplePayload() {
	type report struct {
		From    string
		Extents []string
		retries *int
	}
	fmt.Println(trace.Payload(&report{From: "EN0", Extents: []string{"X", "Y"}}))
	// Output: {From: EN0, Extents: [X, Y], retries: nil}
}
