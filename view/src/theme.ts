import { inks, type Ink } from "./pen";

// Theme is light, dark, or that of the system.
export class Theme {
  private readonly root = document.documentElement;
  private cached: Record<Ink, string> | null = null;

  constructor(changed: () => void) {
    const renew = () => {
      this.cached = null;
      changed();
    };
    this.changed = renew;
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", renew);
  }

  private readonly changed: () => void;

  get dark(): boolean {
    const set = this.root.dataset["theme"];
    return set ? set === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  toggle(): void {
    this.root.dataset["theme"] = this.dark ? "light" : "dark";
    this.changed();
  }

  // colors are those of the style sheet, for the canvas.
  get colors(): Record<Ink, string> {
    if (!this.cached) {
      const style = getComputedStyle(this.root);
      this.cached = Object.fromEntries(inks.map((ink) => [ink, style.getPropertyValue(`--${ink}`).trim() || "gray"])) as Record<Ink, string>;
    }
    return this.cached;
  }
}
