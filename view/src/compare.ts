import type { Trace } from "./trace";

// onlyHere marks the events of t, from one on, that the other trace does not have behind its event `otherFrom`: the same
// lane doing the same, as often, in whatever order and step.
export function onlyHere(t: Trace, from: number, other: Trace, otherFrom: number): Set<number> {
  const counts = new Map<string, number>();
  for (let i = otherFrom; i < other.events.length; i++) {
    const key = keyOf(other, i);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const only = new Set<number>();
  for (let i = from; i < t.events.length; i++) {
    const key = keyOf(t, i);
    const n = counts.get(key) ?? 0;
    if (n === 0) only.add(i);
    else counts.set(key, n - 1);
  }
  return only;
}

// What an event is but for when it happens.
function keyOf(t: Trace, i: number): string {
  const e = t.event(i);
  return [e.event, e.who, e.peer, e.type, e.value?.slice(0, 400), e.from, e.to].join("\u0000");
}
