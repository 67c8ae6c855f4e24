package extnode_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// post is a network engine that keeps messages until they are delivered.
type post []parcel

type parcel struct {
	to  extmgr.NodeID
	msg extmgr.Message
}

func (p *post) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	*p = append(*p, parcel{to.Node, m})
	return nil
}

// A node copies an extent from another one because the manager has ordered it.
func Example() {
	dir, err := os.MkdirTemp("", "extnode")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir) // a temporary folder
	var net post
	nodes := make(map[extmgr.NodeID]*extnode.Node)
	for _, name := range []extmgr.NodeID{"en0", "en1"} {
		if nodes[name], err = start(name, filepath.Join(dir, string(name)), &net); err != nil {
			fmt.Println(err)
			return
		}
	}
	from := extmgr.Header{From: "extmgr", Inc: 1, Seq: 1}
	text := []byte("the payload")
	x := extmgr.ExtentInfo{ID: extmgr.ExtentID{'x'}, Version: 7, Length: int64(len(text)), CRC32C: extstore.Checksum(text)}
	nodes["en0"].ProcessMessage(&extnode.Put{Header: from, Info: x, Data: text})
	nodes["en1"].ProcessMessage(&extmgr.RepairTask{
		Header:  from,
		Task:    extmgr.TaskID{Inc: 1, N: 1},
		Extent:  x.ID,
		Version: x.Version,
		Sources: []extmgr.Endpoint{{Node: "en0"}},
	})
	for ; len(net) > 0; net = net[1:] {
		fmt.Printf("to %s: %T\n", net[0].to, net[0].msg)
		if node := nodes[net[0].to]; node != nil {
			node.ProcessMessage(net[0].msg)
		}
	}
	view := nodes["en1"].Snapshot()
	fmt.Println("en1 holds it:", view.Held[0] == x, view.Check())
	// Output:
	// to en0: *extnode.CopyRequest
	// to en1: *extnode.CopyResponse
	// to extmgr: *extmgr.RepairAck
	// en1 holds it: true <nil>
}

func start(name extmgr.NodeID, dir string, net extmgr.NetworkEngine) (*extnode.Node, error) {
	files, err := extstore.Dir(dir)
	if err != nil {
		return nil, err
	}
	store, err := extstore.Open(files, extstore.Config{})
	if err != nil {
		return nil, err
	}
	return extnode.New(extnode.Config{Self: name}, store, net, nil)
}
