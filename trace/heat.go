package trace

import (
	"fmt"
	"sort"
)

// monitor returns where the monitor stands.
func (t *teller) monitor(name string) *heat {
	h := t.monitors[name]
	if h == nil {
		h = &heat{}
		t.monitors[name] = h
	}
	return h
}

// moved tells a transition, of a monitor with what it means for its temperature.
func (t *teller) moved(ev *Event) phrase {
	p := phrase{before: fmt.Sprintf("goes %s %s %s", ev.From, t.arrow, ev.To)}
	if ev.From == "" {
		p.before = "starts in state " + ev.To
	}
	if t.monitors[ev.Who] == nil {
		return p
	}
	h := t.monitor(ev.Who)
	switch {
	case ev.Hot && !h.hot:
		h.hot, h.since = true, ev.Step
		p.before += ": now HOT"
	case ev.Hot:
		p.before += ": HOT" + since(h)
	case h.hot:
		h.hot = false
		p.before += ": no longer hot after " + plural(ev.Step-h.since, "step")
	}
	p.style = t.heated(ev.Who)
	return p
}

// temperature is what a monitor's line says behind what it heard.
func (t *teller) temperature(ev *Event) string {
	if h := t.monitor(ev.Who); h.hot {
		return fmt.Sprintf(", HOT%s", since(h))
	}
	return ""
}

// hotSince lists the monitors that have been hot since before a step.
func (t *teller) hotSince(step int) []string {
	var names []string
	for name, h := range t.monitors {
		if h.hot && h.since < step {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func (t *teller) heated(monitor string) style {
	if t.monitor(monitor).hot {
		return heated
	}
	return plain
}

func since(h *heat) string {
	if !h.hot {
		return ""
	}
	return fmt.Sprintf(" since step %d", h.since)
}
