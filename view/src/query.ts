import type { Trace } from "./trace";

// find returns the events in whose words, lane, kind or type each word of the query occurs. Words in quotes stay together;
// "lane:en2" asks for a lane by its whole name, "step:20-30" for steps, and a word behind "-" for what does not occur.
export function find(t: Trace, query: string): number[] {
  const terms = parseQuery(query);
  if (terms.length === 0) return [];
  const found: number[] = [];
  for (let i = 0; i < t.events.length; i++) {
    if (t.event(i).event !== "changed" && terms.every((term) => term.holds(t, i))) found.push(i);
  }
  return found;
}

interface Term {
  holds(t: Trace, i: number): boolean;
}

export function parseQuery(query: string): Term[] {
  const words = query.toLowerCase().match(/-?(?:lane:|step:)?"[^"]*"|\S+/g) ?? [];
  return words.map((raw) => {
    const not = raw.length > 1 && raw.startsWith("-");
    const term = termOf((not ? raw.slice(1) : raw).replaceAll('"', ""));
    return not ? { holds: (t, i) => !term.holds(t, i) } : term;
  });
}

function termOf(word: string): Term {
  if (word.startsWith("lane:")) {
    const name = word.slice(5);
    return { holds: (t, i) => t.laneName(i).toLowerCase() === name || t.laneLabel(t.laneOf(i)).toLowerCase() === name };
  }
  const steps = /^step:(\d+)(?:-(\d+))?$/.exec(word);
  if (steps) {
    const from = Number(steps[1]);
    const to = Number(steps[2] ?? steps[1]);
    return { holds: (t, i) => from <= t.event(i).step && t.event(i).step <= to };
  }
  return { holds: (t, i) => t.haystack(i).includes(word) };
}
