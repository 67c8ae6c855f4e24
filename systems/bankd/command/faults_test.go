package command_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/ravelgo/ravel/systems/internal/proxy"
)

// fault does something bad, for a while, and returns what it was.
type fault func(*town, *rand.Rand) string

// faults are what may happen to a bank. Those of the coordinator do nothing where there is none.
var faults = []fault{
	killServers, killServers, killMaster, killBroker, killCoordinator, pauseServer, pauseMaster, pauseCoordinator, pauseBroker,
	cutServer, cutServer, cutMaster, cutCoordinator, cutClients, dropConnections,
}

// upTo sleeps for a while that may be shorter or longer than a lease.
func upTo(rng *rand.Rand, most time.Duration) time.Duration {
	d := time.Duration(rng.Int64N(int64(most))).Round(time.Millisecond)
	time.Sleep(d)
	return d
}

// someServer waits until a chain is whole, so that others are left, and returns one of its servers. That a chain was whole says
// little as long as a server may be missed.
func (w *town) someServer(rng *rand.Rand) *member {
	chain := rng.IntN(len(w.chains))
	time.Sleep(time.Until(w.doubtful))
	w.whole(chain)
	return w.of(chain)[rng.IntN(w.size)]
}

// killServers kills all servers of a chain but one, or fewer, and starts them again some time later: they join.
func killServers(w *town, rng *rand.Rand) string {
	first := w.someServer(rng)
	all := w.of(first.chain)
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	dead := all[:1+rng.IntN(len(all)-1)]
	text := ""
	for _, m := range dead {
		m.kill()
		text += m.name + " "
	}
	d := upTo(rng, 3*term/2)
	for _, m := range dead {
		w.start(m)
	}
	return fmt.Sprintf("%skilled, started again after %v", text, d)
}

func (w *town) restart(m *member, rng *rand.Rand) string {
	m.kill()
	d := upTo(rng, term)
	w.start(m)
	return fmt.Sprintf("%s killed, started again after %v", m.name, d)
}

func killMaster(w *town, rng *rand.Rand) string {
	return w.restart(w.masters[rng.IntN(len(w.masters))], rng)
}

func killCoordinator(w *town, rng *rand.Rand) string {
	if w.coordinator == nil {
		return ""
	}
	return w.restart(w.coordinator, rng)
}

func killBroker(w *town, rng *rand.Rand) string {
	w.broker.kill()
	d := upTo(rng, term)
	w.startBroker()
	w.doubtful = time.Now().Add(2 * term)
	return fmt.Sprintf("broker killed, another one started after %v", d)
}

// pause stops a process as SIGSTOP does: it does not notice.
func pause(w *town, p *process, rng *rand.Rand, most time.Duration) time.Duration {
	_ = p.Process.Signal(syscall.SIGSTOP)
	d := upTo(rng, most)
	_ = p.Process.Signal(syscall.SIGCONT)
	w.doubtful = time.Now().Add(2 * term)
	return d
}

func pauseServer(w *town, rng *rand.Rand) string {
	m := w.someServer(rng)
	return fmt.Sprintf("%s paused for %v", m.name, pause(w, m.process, rng, 3*term))
}

func pauseMaster(w *town, rng *rand.Rand) string {
	m := w.masters[rng.IntN(len(w.masters))]
	return fmt.Sprintf("%s paused for %v", m.name, pause(w, m.process, rng, 2*term))
}

func pauseCoordinator(w *town, rng *rand.Rand) string {
	if w.coordinator == nil {
		return ""
	}
	return fmt.Sprintf("coordinator paused for %v", pause(w, w.coordinator.process, rng, 2*term))
}

func pauseBroker(w *town, rng *rand.Rand) string {
	return fmt.Sprintf("broker paused for %v", pause(w, w.broker, rng, 2*term))
}

// cut drops the connections of a process, and lets it make no new ones.
func cut(w *town, p *proxy.Proxy, rng *rand.Rand, most time.Duration) time.Duration {
	p.Partition(true)
	d := upTo(rng, most)
	p.Partition(false)
	w.doubtful = time.Now().Add(2 * term)
	return d
}

func cutServer(w *town, rng *rand.Rand) string {
	m := w.someServer(rng)
	return fmt.Sprintf("%s cut off for %v", m.name, cut(w, m.via, rng, 3*term))
}

func cutMaster(w *town, rng *rand.Rand) string {
	m := w.masters[rng.IntN(len(w.masters))]
	return fmt.Sprintf("%s cut off for %v", m.name, cut(w, m.via, rng, 2*term))
}

func cutCoordinator(w *town, rng *rand.Rand) string {
	if w.coordinator == nil {
		return ""
	}
	return fmt.Sprintf("coordinator cut off for %v", cut(w, w.coordinator.via, rng, 2*term))
}

func cutClients(w *town, rng *rand.Rand) string {
	return fmt.Sprintf("clients cut off for %v", cut(w, w.via, rng, 2*term))
}

// dropConnections has all connections end, in the middle of a message if one is under way.
func dropConnections(w *town, rng *rand.Rand) string {
	for range 1 + rng.IntN(5) {
		for _, m := range w.all() {
			m.via.Drop()
		}
		upTo(rng, 100*time.Millisecond)
	}
	w.doubtful = time.Now().Add(2 * term)
	return "all connections dropped"
}
