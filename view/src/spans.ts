import type { Trace } from "./trace";

// Span is a stretch of a lane, from one event to another; the second is the number of events if it lasts to the end.
export interface Span {
  lane: number;
  from: number;
  to: number;
  kind: "life" | "hot" | "down" | "wait";
}

// A machine that waits for room in an inbox does so until it sends; a goroutine, until it goes on.
type Stretch = Span["kind"] | "room";

type Rule = { opens?: Stretch; closes?: Stretch[] };

// What an event does to the spans of its lane.
function rule(t: Trace, i: number): Rule {
  const e = t.event(i);
  switch (e.event) {
    case "crashed":
      return { opens: "down", closes: ["wait", "room"] };
    case "halted":
    case "ended":
      return { closes: ["life", "wait", "room"] };
    case "began":
      return { closes: ["down"] };
    case "moved":
      return e.hot ? { opens: "hot" } : { closes: ["hot"] };
    case "blocked":
      return { opens: "wait" };
    case "did":
      return { closes: ["wait"] };
    case "held":
      return { opens: "room" };
    case "sent":
    case "lost":
      return { closes: ["room"] };
  }
  return {};
}

// spansOf are the lives of all lanes, the times in which monitors are hot, machines down, and goroutines and machines waiting.
export function spansOf(t: Trace): Span[] {
  const done: Span[] = [];
  const open = new Map<string, Span>();
  const begin = (lane: number, kind: Stretch, from: number) => {
    const key = `${lane} ${kind}`;
    if (open.has(key)) return;
    const span: Span = { lane, kind: kind === "room" ? "wait" : kind, from, to: t.events.length };
    open.set(key, span);
    done.push(span);
  };
  const close = (lane: number, kind: Stretch, at: number) => {
    const span = open.get(`${lane} ${kind}`);
    if (span) span.to = at;
    open.delete(`${lane} ${kind}`);
  };
  for (let i = 0; i < t.events.length; i++) {
    const lane = t.laneOf(i);
    if (lane < 0) continue;
    const r = rule(t, i);
    if (!r.closes?.includes("life")) begin(lane, "life", i);
    for (const kind of r.closes ?? []) close(lane, kind, i);
    if (r.opens) begin(lane, r.opens, i);
  }
  return done;
}
