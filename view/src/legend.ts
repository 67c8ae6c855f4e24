import { h } from "./dom";
import type { Trace } from "./trace";

// legend says what the signs of the diagram mean, as far as the trace has them. It stands where no lane has its name.
export function legend(t: Trace): HTMLElement {
  const item = (ink: string, sign: string, text: string) => h("span", { class: "item" }, h("span", { class: `sign ${ink}`, "aria-hidden": "true" }, sign), text);
  const goroutines = t.lanes.some((l) => l.kind === "goroutine");
  const machines = t.lanes.some((l) => l.kind === "machine");
  return h("div", { class: "legend" },
    h("div", {},
      machines && item("plain", "●", "takes"), machines && item("plain", "•", "sends"), machines && item("plain", "○", "timer"),
      goroutines && item("plain", "●", "does"), item("plain", "▪", "state, log, choice"), item("fault", "◆", "fault, loss"), item("fault", "✕", "crash, failure")),
    h("div", {},
      t.lanes.some((l) => l.kind === "monitor") && item("hotline", "▮", "monitor is hot: something good has yet to happen"),
      machines && item("down", "▮", "machine is down"), goroutines && item("wait", "┃", "goroutine waits")),
    h("div", {}, item("past", "━", "past of the selected step"), item("future", "━", "its future"), item("quiet", "━", "independent of it"), item("self", "➔", "messages that led to it")));
}
