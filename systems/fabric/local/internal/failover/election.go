package failover

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/quorum"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// failover begins the election of a primary.
func (p *Partition) failover() {
	p.Phase, p.SwapTo = fencing, 0
	p.Epoch.Conf++
	p.Told = map[service.ReplicaID]Progress{}
	p.Primary = Member{}
	p.giveUpBuild()
}

// voters are the members of all configurations in force that are not known to be gone.
func (p *Partition) voters() Config {
	var all Config
	for _, c := range p.InForce {
		for _, x := range c {
			if p.replica(x.ID) != nil && !all.Has(x.ID) {
				all = all.With(x)
			}
		}
	}
	return all
}

// tryElect elects a primary if enough has been heard.
func (p *Partition) tryElect() bool {
	voters := p.voters()
	heard := func(id service.ReplicaID) bool { _, ok := p.Told[id]; return ok && p.up(id) }
	all := true      // that are up have answered
	waiting := false // for one that may come back
	for _, x := range voters {
		all = all && (heard(x.ID) || !p.up(x.ID))
		waiting = waiting || !p.up(x.ID)
	}
	enough := quorum.ReadBy(p.InForce, heard)
	if !all || !enough && waiting {
		return false
	}
	if !enough {
		p.Epoch.DataLoss++
	}
	var answers Config
	for _, x := range voters {
		if heard(x.ID) {
			answers = answers.With(x)
		}
	}
	if len(answers) == 0 {
		p.InForce, p.Told, p.Phase, p.Replicas = nil, nil, creating, nil
		return true
	}
	p.elect(answers)
	return true
}

// elect makes the primary whoever knows most, of the lowest ID if there are several. Those that can follow it are the
// new configuration. The others stay until that has caught up: if the primary fails before, another election may need
// them.
func (p *Partition) elect(answers Config) {
	best := slices.MaxFunc(answers, func(a, b Member) int { return p.Told[a.ID].Compare(p.Told[b.ID]) })
	var cur Config
	for _, x := range answers {
		if p.Told[best.ID].Extends(p.Told[x.ID]) {
			cur = cur.With(x)
		}
	}
	p.Told = nil
	p.promote(best, cur)
}
