package deploy

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// What was saved is there when the file is opened again, and the last one counts.
func TestDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	image := bank.Image{
		Phase: bank.Deciding, Tx: 7, Yes: []bool{true, false}, Replies: map[string]bank.Reply{"c": {Client: "c", Num: 3, Balances: []int64{1, 2}}},
		Request:  bank.Request{Client: "c", Num: 4, Parts: []bank.Part{{Account: bank.Account{Group: 1, Name: "b"}, Amount: -5}}},
		Sessions: []bank.SessionImage{{Client: "tms", Last: 9, Busy: true, Command: rsm.Command{Client: "tms", OpID: 9, Op: "read"}}},
	}
	for epoch := range uint64(3) {
		d, err := openDisk(dir, "tms")
		if err != nil {
			t.Fatal(err)
		}
		k := coordinatorDisk{d}
		got, err := k.Load(nil)
		if err != nil || epoch == 0 != reflect.DeepEqual(got, bank.Image{}) || epoch > 0 && !reflect.DeepEqual(got, image) {
			t.Errorf("before save %d: %+v, %v", epoch, got, err)
		}
		image.Tx++
		master := chainrep.MasterImage{Epoch: epoch, Servers: []chainrep.NodeID{"s1"}, Configured: true}
		for _, err := range []error{k.Save(nil, image), d.SaveMaster(master)} {
			if err != nil {
				t.Error(err)
			}
		}
		var m chainrep.MasterImage
		if found, err := d.load(masterKey, &m); !found || err != nil || !m.Equal(master) {
			t.Errorf("master: %+v, %v, %v", m, found, err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
	}
}

// A folder belongs to one process at a time, and to one name for ever.
func TestDiskOfOthers(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, "g1-master")
	if err != nil {
		t.Fatal(err)
	}
	wrong := func(dir, owner, says string) {
		t.Helper()
		if _, err := openDisk(dir, owner); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	wrong(dir, "g1-master", "another process uses it")
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	wrong(dir, "tms", "it belongs to g1-master")
	wrong("", "tms", "name one")
	wrong(filepath.Join(dir, diskName), "tms", diskName)
}
