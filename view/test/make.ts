import type { End, TraceEvent } from "../src/page";
import { Scene } from "../src/scene";
import { Rows, type Filter } from "../src/rows";
import { Trace } from "../src/trace";

export type Some = Partial<TraceEvent> & { event: string; who: string };

// trace makes one of events, with the lanes in the order in which they come up; names that end in "Monitor" are monitors.
export function trace(events: Some[], end: Partial<End> = {}): Trace {
  const names = [...new Set(events.map((e) => e.who))];
  const full = events.map((e, i) => ({ step: i + 1, ...e }));
  const lines = [
    { ravel_trace: 2, package: "p", test: "T", clock: "asynchronous" },
    ...full,
    { end: "none", failed: false, events: events.length, ...end },
  ].map((l) => JSON.stringify(l));
  const texts = [...new Set(full.map((e) => `${e.event} ${e.type ?? ""}`.trim())), ""];
  return new Trace(
    {
      element: "e",
      lanes: names.map((name) => ({ name, kind: name.endsWith("Monitor") ? "monitor" : "machine", type: "" })),
      lane: full.map((e) => names.indexOf(e.who)),
      texts,
      before: full.map((e) => texts.indexOf(`${e.event} ${e.type ?? ""}`.trim())),
      after: full.map(() => texts.length - 1),
      payload: full.map((e) => (e.value ? 2 : 0)),
    },
    lines.join("\n") + "\n",
  );
}

export const everything: Filter = { steps: null, open: new Set(), lanes: new Set(), types: new Set(), matches: null };

export function scene(t: Trace, filter: Partial<Filter> = {}): Scene {
  const s = new Scene(t);
  s.rows = new Rows(t, { ...everything, ...filter });
  return s;
}

// late is the story of a late report: the node sends it, is removed, and then it arrives.
export function late(): Trace {
  return trace(
    [
      { event: "began", who: "manager", step: 1 },
      { event: "began", who: "node", step: 2 },
      { event: "moved", who: "RepairMonitor", step: 2, to: "Repaired", cold: true },
      { event: "sent", who: "node", step: 3, peer: "manager", type: "Report", value: '"holds x"' },
      { event: "injected", who: "driver", step: 4, type: "Fails" },
      { event: "crashed", who: "node", step: 4, peer: "driver", after: [4] },
      { event: "heard", who: "RepairMonitor", step: 4, type: "Failed", peer: "driver", after: [4] },
      { event: "moved", who: "RepairMonitor", step: 4, from: "Repaired", to: "Repairing", hot: true },
      { event: "fired", who: "manager", step: 5, type: "Tick" },
      { event: "took", who: "manager", step: 6, type: "Tick", sent: 5 },
      { event: "logged", who: "manager", step: 6, value: "node leaves" },
      { event: "changed", who: "manager", step: 6, type: "nodes", from: "[node]", to: "[]" },
      { event: "took", who: "manager", step: 7, type: "Report", value: '"holds x"', peer: "node", sent: 3, after: [3] },
      { event: "logged", who: "manager", step: 7, value: "believes" },
      { event: "failed", who: "RepairMonitor", step: 8, type: "liveness", value: "never repaired" },
    ],
    { end: "liveness", failed: true, error: "never repaired" },
  );
}
