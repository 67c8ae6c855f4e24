// The shapes of what the page holds, as package view writes it (data.go) and package trace (its documentation, "JSON").

export interface Page {
  version: number;
  title: string;
  failures: FailureData[];
  sources: Record<string, Snippet[]>;
}

export interface Snippet {
  first: number; // number of its first line
  lines: string[];
}

export interface FailureData {
  title: string;
  note: string;
  command: string;
  deciding: number; // index of the first event of the step where the two traces part, -1 if unknown
  failing: TraceData;
  passing: TraceData | null;
}

export interface TraceData {
  element: string; // id of the element with the lines of the trace
  lanes: Lane[];
  lane: number[]; // of each event, -1 if it has none
  texts: string[];
  before: number[]; // of each event, index of the words ahead of its payload
  after: number[]; // and behind it
  payload: number[]; // how the payload stands between them: 0 not at all, 1 as it is, 2 in parentheses
}

export interface Lane {
  name: string;
  kind: string; // machine, goroutine, monitor, ...
  type: string; // name of the definition
}

export interface Place {
  file?: string;
  line?: number;
  func?: string;
}

export interface TraceEvent extends Place {
  event: string;
  step: number;
  who?: string;
  peer?: string;
  type?: string;
  value?: string;
  from?: string;
  to?: string;
  n?: number;
  sent?: number;
  now?: string;
  hot?: boolean;
  cold?: boolean;
  stack?: Place[];
  after?: number[];
}

export interface Goroutine {
  id: number;
  machine?: string;
  created: Place;
  waits?: string;
  step?: number;
  at: Place;
  by?: number[];
  note?: string;
  holds?: { what: string; step?: number; at: Place }[];
  stack?: Place[];
}

export interface End extends Place {
  end: string;
  events: number;
  failed: boolean;
  error?: string;
  detail?: string;
  step?: number;
  cycle_start?: number;
  cycle_length?: number;
  goroutines?: Goroutine[];
  wait_cycle?: number[];
}

export interface Header {
  ravel_trace: number;
  package: string;
  test: string;
  strategy: string;
  seed: string;
  execution: string;
  max_steps: number;
  threshold: number;
  clock: string;
}
