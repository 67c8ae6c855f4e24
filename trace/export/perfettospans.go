package export

import "github.com/ravelgo/ravel/trace"

// temperature writes for how many steps monitors have been hot, and a slice when one is not any more.
func (p *timeline) temperature(m *moment, i int) {
	for lane := range p.lanes {
		if since, hot := p.hot[lane]; hot && (i == 0 || p.moments[i-1].step != m.step) {
			p.heated(lane, p.times[i], p.times[i]/stepTime-since/stepTime)
		}
	}
	if p.lanes[m.lane].Kind != trace.MonitorLane {
		return
	}
	for _, k := range m.events {
		ev := &p.Events[k]
		since, hot := p.hot[m.lane]
		switch {
		case ev.Kind != trace.Moved || ev.Hot && hot:
		case ev.Hot:
			p.hot[m.lane] = p.behind(i)
			p.heated(m.lane, p.times[i], 0)
		case hot:
			p.slice(m.lane, since, p.times[i], "hot", "hot", nil)
			delete(p.hot, m.lane)
			p.heated(m.lane, p.times[i], 0)
		}
	}
}

// behind is a time between moment i and the next one.
func (p *timeline) behind(i int) int { return p.ends[i] + (p.ends[i]-p.times[i])/18 }

func (p *timeline) heated(lane, time, steps int) {
	p.put(entry{
		Name: "temperature of " + p.lanes[lane].Name, Phase: "C", Time: time, Process: 1, Args: map[string]int{"steps": steps},
	})
}

// waiting writes a slice when a goroutine goes on that has waited, or a machine that has waited for room.
func (p *timeline) waiting(m *moment, i int) {
	if w, ok := p.waits[m.lane]; ok {
		p.slice(m.lane, w.since, p.times[i], "wait", w.what, nil)
		delete(p.waits, m.lane)
	}
	for _, k := range m.events {
		if kind := p.Events[k].Kind; (kind == trace.Blocked || kind == trace.Held) && p.lanes[m.lane].Kind != trace.MonitorLane {
			p.waits[m.lane] = wait{p.behind(i), p.story[k].Text}
		}
	}
}

// close writes the slices that last to the end.
func (p *timeline) close() {
	end := 0
	for _, t := range p.ends {
		end = max(end, t+stepTime)
	}
	for lane := range p.lanes {
		if since, ok := p.hot[lane]; ok {
			p.slice(lane, since, end, "hot", "hot", nil)
		}
		if w, ok := p.waits[lane]; ok {
			p.slice(lane, w.since, end, "wait", w.what, nil)
		}
	}
}

// ending marks how the execution ended.
func (p *timeline) ending() {
	if p.Failure == nil || len(p.ends) == 0 {
		return
	}
	p.put(entry{
		Name: oneLine(ending(p.Trace), maxLabel), Category: "failure", Phase: "i", Scope: "g",
		Time: p.ends[len(p.ends)-1], Process: 1, Thread: p.moments[len(p.moments)-1].lane + 1,
	})
}
