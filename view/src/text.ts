// What a program says is shown as it is, but for what would show as something else: characters that control the direction of
// text, the terminal or nothing visible at all are written as escapes. Nothing here makes HTML: all text goes into text nodes.

// C0 and C1 controls but for line feed and tab, soft hyphen, marks and overrides of direction, zero-width characters,
// separators of lines and paragraphs, tags, and halves of surrogate pairs.
const odd =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

// visible escapes what cannot be seen or changes how the rest is read.
export function visible(s: string): string {
  return s.replace(odd, (c) => {
    const n = c.codePointAt(0) ?? 0;
    return n < 0x100 ? "\\x" + n.toString(16).padStart(2, "0") : n < 0x10000 ? "\\u" + n.toString(16).padStart(4, "0") : "\\U" + n.toString(16).padStart(8, "0");
  });
}

// oneLine is visible, on one line, and cut to about n characters.
export function oneLine(s: string, n: number): string {
  return visible(cut(s, n).replace(/\r?\n/g, " / ").replace(/\t/g, "  "));
}

// cut cuts a text to n UTF-16 units, or one less, and says so with an ellipsis.
export function cut(s: string, n: number): string {
  if (s.length <= n) return s;
  const c = s.charCodeAt(n - 1);
  return s.slice(0, c >= 0xd800 && c < 0xdc00 ? n - 1 : n) + "…";
}

// count writes "1 step", "2 steps", "5,456 steps".
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}

// baseName is the last part of a path of any system.
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
