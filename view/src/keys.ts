import { h } from "./dom";

// A key and what it does, as the help lists it.
export interface Key {
  keys: string[]; // as KeyboardEvent.key names them
  shown: string;
  does: string;
  run(): void;
}

// listen runs keys wherever nothing is being written.
export function listen(keys: Key[], leave: () => void): void {
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const target = e.target as HTMLElement;
    if (e.key === "Escape") {
      if (target instanceof HTMLInputElement) e.preventDefault(); // which would empty it
      leave();
      return;
    }
    if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "checkbox")) return;
    if ((e.key === "Enter" || e.key === " ") && target.closest("button, summary, label, input")) return;
    const key = keys.find((k) => k.keys.includes(e.key));
    if (!key) return;
    e.preventDefault();
    key.run();
  });
}

// helpOf is the list of keys, as a dialog.
export function helpOf(keys: Key[]): HTMLDialogElement {
  const rows = keys.map((k) => h("tr", {}, h("th", { scope: "row" }, ...k.shown.split(" ").map((name) => (name === "or" ? " or " : h("kbd", {}, name)))), h("td", {}, k.does)));
  const close = h("button", { type: "button", on: { click: () => dialog.close() } }, "Close");
  const legend = h("p", {},
    "Time goes down; each lane is a machine, a goroutine or a monitor. An arrow leads from a send to where it is taken, a dotted one from a creation, a wake-up or an announcement. ",
    "Orange: a monitor is hot, something good has yet to happen. Red: a fault or the failure. Grey: a machine is down. ",
    "Blue is the past of the selected step, all that may have caused it; green its future; what is pale happens independently of it. ",
    "The thick way is that of the messages that led to the selected step.");
  const search = h("p", {}, "Search: several words must all occur; \"quotes\" keep words together; -word must not occur; lane:NAME and step:FROM-TO narrow it down. A click on the name of a lane shows only its events.");
  const dialog = h("dialog", { class: "help", "aria-label": "Keys" }, h("h2", {}, "How to read this page"), legend, h("table", {}, ...rows), search, close);
  return dialog;
}
