package deploy_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestDuplicate starts a second node under a name: the first stays, the second ends
// and says where the first is. Neither loses what it has.
func TestDuplicate(t *testing.T) {
	m := startManager(t)
	cfg, _ := nodeConfig("en1", filled(t), m.Addr())
	first := startNode(t, cfg)
	knows := func(n *deploy.Node) bool {
		e, ok := m.Status().Node("en1")
		return ok && e.Addr == n.Addr() && e.Extents == 3
	}
	eventually(t, "the first is known", func() bool { return knows(first) })

	dir := filled(t)
	cfg, out := nodeConfig("en1", dir, m.Addr())
	second := startNode(t, cfg)
	var err error
	select {
	case err = <-second.Failed():
	case <-time.After(patience):
		t.Fatalf("the second goes on:\n%s", out)
	}
	if !errors.Is(err, deploy.ErrDuplicate) || !strings.Contains(err.Error(), first.Addr()) {
		t.Errorf("the second ends with %v", err)
	}
	if !knows(first) {
		t.Errorf("the manager knows %+v", m.Status().Nodes)
	}
	stop(t, second)
	for id := byte(1); id <= 3; id++ {
		if err := read(t, first, id); err != nil {
			t.Error(err)
		}
	}
	// When the first has gone, the second may have the name.
	stop(t, first)
	cfg, _ = nodeConfig("en1", dir, m.Addr())
	cfg.RefusedFor = patience
	second = startNode(t, cfg)
	eventually(t, "the second is known", func() bool { return knows(second) })
	for id := byte(1); id <= 3; id++ {
		if err := read(t, second, id); err != nil {
			t.Error(err)
		}
	}
}

// TestRepair: what is put on one node is soon on three, and on another one when one
// of them has gone. Reports are hours apart here: changes are reported at once.
func TestRepair(t *testing.T) {
	m := startManager(t)
	client := newClient(t, m.Addr())
	nodes := make(map[extmgr.NodeID]*deploy.Node)
	for _, name := range []string{"en1", "en2", "en3", "en4"} {
		cfg, _ := nodeConfig(name, t.TempDir(), m.Addr())
		cfg.Node.SyncEvery = time.Hour
		nodes[extmgr.NodeID(name)] = startNode(t, cfg)
	}
	eventually(t, "all are known", func() bool { return len(m.Status().Nodes) == 4 && !m.Status().WarmingUp })
	info, data := sample(9)
	if err := client.Put(t.Context(), extmgr.Endpoint{Node: "en2", Addr: nodes["en2"].Addr()}, info, data); err != nil {
		t.Fatal(err)
	}
	holders := func() []extmgr.NodeID { e, _ := m.Status().Extent(info.ID); return e.Holders }
	eventually(t, "three hold it", func() bool { return len(holders()) == 3 })
	gone := holders()[0]
	stop(t, nodes[gone])
	eventually(t, "three others hold it", func() bool {
		_, known := m.Status().Node(gone)
		return !known && len(holders()) == 3
	})
	v, err := client.Verify(t.Context())
	if err != nil || !v.OK() || v.Replicas != 3 || v.Extents != 1 {
		t.Errorf("verification: %+v, %v", v, err)
	}
}

// TestPages looks at what a process tells over HTTP.
func TestPages(t *testing.T) {
	m := startManager(t)
	cfg, _ := nodeConfig("en1", filled(t), m.Addr())
	cfg.HTTP = "127.0.0.1:0"
	n := startNode(t, cfg)
	eventually(t, "the node's extents are known", func() bool { return len(m.Status().Extents) == 3 })
	get := func(addr, page string) string {
		t.Helper()
		r, err := http.Get("http://" + addr + page)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", page, r.Status, err)
		}
		return string(b)
	}
	for addr, wants := range map[string][]string{
		m.HTTPAddr(): {"\nvnext_manager_nodes 1\n", "\nvnext_manager_extents_under_replicated 3\n", "\nvnext_manager_extents_single_replica 3\n"},
		n.HTTPAddr(): {"\nvnext_node_extents 3\n", "\nvnext_node_damaged_files 0\n", "\n# TYPE vnext_net_sent_total counter\n"},
	} {
		page := get(addr, "/metrics")
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("metrics lack %q:\n%s", want, page)
			}
		}
	}
	var s deploy.NodeStatus
	if err := json.Unmarshal([]byte(get(n.HTTPAddr(), "/status")), &s); err != nil || len(s.Extents) != 3 {
		t.Errorf("status of the node: %+v, %v", s, err)
	}
	if s, err := newClient(t, m.Addr()).NodeStatus(t.Context(), extmgr.Endpoint{Node: "en1", Addr: n.Addr()}); err != nil || s.Name != "en1" {
		t.Errorf("status by message: %+v, %v", s, err)
	}
	if got := get(m.HTTPAddr(), "/healthz"); got != "ok\n" {
		t.Errorf("health is %q", got)
	}
}

func TestStartErrors(t *testing.T) {
	m := startManager(t)
	cfg, _ := nodeConfig("en1", t.TempDir(), "")
	if _, err := deploy.StartNode(cfg); err == nil || !strings.Contains(err.Error(), "no address of the manager") {
		t.Errorf("no manager: %v", err)
	}
	cfg, _ = nodeConfig("en1", t.TempDir(), m.Addr())
	cfg.Listen = m.Addr()
	if _, err := deploy.StartNode(cfg); err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("address in use: %v", err)
	}
	cfg.Listen, cfg.HTTP = "127.0.0.1:0", m.HTTPAddr()
	if _, err := deploy.StartNode(cfg); err == nil || !strings.Contains(err.Error(), "metrics: ") {
		t.Errorf("address of metrics in use: %v", err)
	}
	cfg.HTTP, cfg.Node.MaxCopies = "", -1
	if _, err := deploy.StartNode(cfg); err == nil || !strings.Contains(err.Error(), "MaxCopies is -1") {
		t.Errorf("bad settings: %v", err)
	}
	// None of them kept the folder.
	cfg.Node.MaxCopies = 1
	stop(t, startNode(t, cfg))
	_, err := deploy.StartManager(deploy.ManagerConfig{Dir: t.TempDir(), Listen: "127.0.0.1:0", Manager: extmgr.Config{Target: -1}})
	if err == nil || !strings.Contains(err.Error(), "Target is -1") {
		t.Errorf("bad settings of a manager: %v", err)
	}
}
