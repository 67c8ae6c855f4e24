import type { Trace } from "./trace";
import type { Order } from "./order";

export type ArrowKind = "message" | "create" | "monitor" | "fault" | "sync";

// Arrow leads from an event to one of another lane that directly follows from it.
export interface Arrow {
  from: number;
  to: number;
  kind: ArrowKind;
}

const kinds: Record<string, ArrowKind> = {
  sent: "message",
  created: "create",
  restarted: "create",
  spawned: "create",
};

export function arrowsOf(t: Trace, o: Order): Arrow[] {
  const list: Arrow[] = [];
  o.causes.forEach((causes, to) => {
    for (const from of causes) {
      if (t.laneOf(from) < 0 || t.laneOf(to) < 0 || t.laneOf(from) === t.laneOf(to)) continue;
      list.push({ from, to, kind: kindOf(t, from, to) });
    }
  });
  return list;
}

function kindOf(t: Trace, from: number, to: number): ArrowKind {
  switch (t.event(to).event) {
    case "heard":
      return "monitor";
    case "crashed":
      return "fault";
  }
  return kinds[t.event(from).event] ?? "sync";
}
