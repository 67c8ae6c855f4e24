import type { Trace } from "./trace";
import type { Order } from "./order";

// Kinds of events that turn the story: a step with one of them is worth a row of its own.
const turning = new Set(["injected", "crashed", "restarted", "unperformed", "heard", "logged", "chose", "lost", "held", "halted", "failed", "spawned", "blocked", "suffix begins"]);

// How many steps the story has at most, the first and last ones aside.
const most = 400;
const ends = 4;

function turns(t: Trace, i: number): boolean {
  const e = t.event(i);
  switch (e.event) {
    case "moved":
      return t.lanes[t.laneOf(i)]?.kind === "monitor";
    case "ended":
      return !!e.to;
    case "dropped":
      return e.to !== "ignored";
  }
  return turning.has(e.event) || t.fails(i);
}

// fault reports whether something fails or is lost, or what the program waits for may not come.
export function isFault(kind: string): boolean {
  return kind === "injected" || kind === "crashed" || kind === "unperformed" || kind === "lost";
}

// isTurn reports whether an event is worth stopping at: a fault, a change of a monitor, the failure.
export function isTurn(t: Trace, i: number): boolean {
  const e = t.event(i);
  return isFault(e.event) || t.fails(i) || e.event === "suffix begins" || (e.event === "moved" && t.lanes[t.laneOf(i)]?.kind === "monitor" && !!e.from);
}

// storyOf are the steps that tell the story: the beginning and the end, the turning points, and the messages that lead to
// them and to the step of event `deciding` (-1 if there is none).
export function storyOf(t: Trace, o: Order, deciding: number): Set<number> {
  const keep = new Set<number>();
  const steps = t.steps;
  for (let s = 0; s < Math.min(ends, steps); s++) keep.add(s).add(steps - 1 - s);
  const around = (i: number) => {
    const s = t.step[i] ?? 0;
    for (let k = Math.max(0, s - 1); k <= Math.min(steps - 1, s + 2); k++) keep.add(k);
  };
  const turns_: number[] = [];
  for (let i = 0; i < t.events.length; i++) if (turns(t, i)) turns_.push(i);
  const chosen = turns_.length > most ? [...turns_.slice(0, most / 2), ...turns_.slice(-most / 2)] : turns_;
  for (const i of chosen) {
    keep.add(t.step[i] ?? 0);
    if (t.event(i).event === "logged" || isTurn(t, i)) for (const j of o.chain(i, t.events).slice(0, 6)) keep.add(t.step[j] ?? 0);
  }
  if (deciding >= 0) around(deciding);
  return keep;
}
