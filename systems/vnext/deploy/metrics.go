package deploy

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/ravelgo/ravel/systems/vnext/tcpnet"
)

// metric is one sample in the text format of Prometheus.
type metric struct {
	name  string
	kind  string // "gauge" or "counter"
	help  string
	value int64
}

func writeMetrics(w io.Writer, all []metric) {
	for _, m := range all {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %d\n", m.name, m.help, m.name, m.kind, m.name, m.value)
	}
}

// pages serves the metrics and the status of a process.
func pages(metrics func() []metric, status func() any) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		writeMetrics(w, metrics())
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		_ = enc.Encode(status()) // who asked has gone
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok\n")
	})
	return mux
}

func (m *Manager) pages() http.Handler {
	return pages(func() []metric { return managerMetrics(m.Status()) }, func() any { return m.Status() })
}

func (n *Node) pages() http.Handler {
	return pages(func() []metric { return nodeMetrics(n.Status()) }, func() any { return n.Status() })
}

func managerMetrics(s ManagerStatus) []metric {
	single := int64(0)
	for _, e := range s.Under() {
		if len(e.Holders) == 1 {
			single++
		}
	}
	return append([]metric{
		{"vnext_manager_nodes", "gauge", "Live nodes.", int64(len(s.Nodes))},
		{"vnext_manager_extents", "gauge", "Extents of which a replica is known.", int64(len(s.Extents))},
		{"vnext_manager_extents_under_replicated", "gauge", "Extents with fewer replicas than wanted.", int64(len(s.Under()))},
		{"vnext_manager_extents_single_replica", "gauge", "Extents that one more failure would lose.", single},
		{"vnext_manager_tasks_pending", "gauge", "Copies ordered and not finished.", int64(len(s.Tasks))},
		{"vnext_manager_warming_up", "gauge", "1 while no copies are ordered yet.", flag(s.WarmingUp)},
	}, networkMetrics(s.Network)...)
}

func nodeMetrics(s NodeStatus) []metric {
	return append([]metric{
		{"vnext_node_extents", "gauge", "Extents held.", int64(len(s.Extents))},
		{"vnext_node_free_bytes", "gauge", "Bytes that the store can still take.", s.FreeBytes},
		{"vnext_node_used_bytes", "gauge", "Bytes of the store's files.", s.UsedBytes},
		{"vnext_node_damaged_files", "gauge", "Damaged files set aside, for someone to look at.", int64(s.Damaged)},
		{"vnext_node_copies", "gauge", "Copies in progress.", int64(len(s.Copies))},
	}, networkMetrics(s.Network)...)
}

func networkMetrics(s tcpnet.Stats) []metric {
	return []metric{
		{"vnext_net_sent_total", "counter", "Messages written.", s.Sent},
		{"vnext_net_received_total", "counter", "Messages taken.", s.Received},
		{"vnext_net_refused_total", "counter", "Messages refused: peer unreachable, or too much waiting.", s.Refused},
		{"vnext_net_dropped_total", "counter", "Messages dropped before they were written.", s.Dropped},
		{"vnext_net_corrupt_total", "counter", "Connections closed because of what came.", s.Corrupt},
		{"vnext_net_connects_total", "counter", "Connections opened.", s.Connects},
		{"vnext_net_waiting", "gauge", "Messages waiting to be written.", int64(s.Waiting)},
		{"vnext_net_connections", "gauge", "Open connections.", int64(s.Open)},
		{"vnext_net_peers_unreachable", "gauge", "Peers that could not be reached lately.", int64(s.Paused)},
	}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// MetricNames has the names of all metrics.
func MetricNames() map[string]bool {
	names := make(map[string]bool)
	for _, m := range append(managerMetrics(ManagerStatus{}), nodeMetrics(NodeStatus{})...) {
		names[m.name] = true
	}
	return names
}
