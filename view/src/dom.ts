// h makes an element. Children that are strings become text nodes: nothing is ever parsed as HTML.
type Child = Node | string | null | undefined | false;
type Props = { class?: string; on?: Record<string, (e: Event) => void> } & Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [type, f] of Object.entries(value as Record<string, (e: Event) => void>)) el.addEventListener(type, f);
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  append(el, children);
  return el;
}

export function append(el: Element, children: Child[]): void {
  for (const c of children) if (c) el.append(c);
}

// setText writes a text if it is another one than before.
export function setText(el: Element, text: string): void {
  if (el.textContent !== text) el.textContent = text;
}
