import { h } from "./dom";

// legend says what the signs of the diagram mean. It stands where no lane has its name.
export function legend(): HTMLElement {
  const item = (ink: string, sign: string, text: string) => h("span", { class: "item" }, h("span", { class: `sign ${ink}`, "aria-hidden": "true" }, sign), text);
  return h("div", { class: "legend" },
    h("div", {}, item("plain", "●", "takes"), item("plain", "•", "sends"), item("plain", "○", "timer"), item("plain", "▪", "state, log, choice"), item("fault", "◆", "fault, loss"), item("fault", "✕", "crash, failure")),
    h("div", {}, item("hotline", "▮", "monitor is hot: something good has yet to happen"), item("down", "▮", "machine is down")),
    h("div", {}, item("past", "━", "past of the selected step"), item("future", "━", "its future"), item("quiet", "━", "independent of it"), item("self", "➔", "messages that led to it")));
}
