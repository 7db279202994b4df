/** The conversation on the page: one article an entry, drawn anew only where it changed. */

import type { Entry } from "../tutor/entries";
import type { FromPanel } from "../tutor/messages";
import { byId, element, update } from "./dom";
import { render } from "./render";

type Send = (message: FromPanel) => void;

interface Drawn {
  readonly node: HTMLElement;
  entry: Entry;
}

const MOVED_PX = 4;

export class Conversation {
  private readonly log = byId("log");
  private readonly drawn = new Map<string, Drawn>();
  private frame = 0;
  private place = 0; // where we scrolled to last

  constructor(private readonly send: Send) {}

  /** Show these entries; `welcome` when there are none. */
  show(entries: readonly Entry[], welcome: Node): void {
    const last = entries.at(-1);
    const isNew = last !== undefined && !this.drawn.has(last.id);
    const nodes = entries.map((entry) => this.draw(entry));
    for (const id of [...this.drawn.keys()]) {
      if (!entries.some((entry) => entry.id === id)) this.drawn.delete(id);
    }
    if (nodes.length === 0) update(this.log, [welcome]);
    else if (
      nodes.length !== this.log.childNodes.length ||
      nodes.some((node, at) => this.log.childNodes[at] !== node)
    ) {
      this.log.replaceChildren(...nodes);
    }
    if (isNew) this.place = this.log.scrollTop;
    this.follow();
  }

  /** What the last entry says, without its buttons. */
  get last(): string {
    const parts = this.log.lastElementChild?.querySelectorAll(":scope > :is(h2, .answer, .notice)") ?? [];
    return [...parts].map((part) => part.textContent?.trim()).join(". ");
  }

  /** Add a piece to an answer that is coming; drawn at most once a frame. */
  add(id: string, text: string): void {
    const drawn = this.drawn.get(id);
    if (!drawn) return;
    drawn.entry = { ...drawn.entry, answer: drawn.entry.answer + text };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const latest = this.drawn.get(id); // by now it may be whole
      if (latest) this.fill(latest);
      this.follow();
    });
  }

  /** Scroll as far as the last entry can be read from its beginning, unless the student has scrolled elsewhere. */
  private follow(): void {
    const last = this.log.lastElementChild;
    if (!(last instanceof HTMLElement) || Math.abs(this.log.scrollTop - this.place) > MOVED_PX) return;
    this.log.scrollTop = last.offsetTop - this.log.offsetTop;
    this.place = this.log.scrollTop;
  }

  private draw(entry: Entry): HTMLElement {
    const known = this.drawn.get(entry.id);
    if (known && same(known.entry, entry)) return known.node;
    const drawn = { node: known?.node ?? element("article"), entry };
    this.drawn.set(entry.id, drawn);
    this.fill(drawn);
    return drawn.node;
  }

  private fill({ node, entry }: Drawn): void {
    const answer = element("div", { class: "answer" });
    // What `render` gives holds no HTML but Markdown's own.
    answer.innerHTML = render(entry.answer);
    const rated = node.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.act
      : undefined;
    node.className = entry.state;
    // The log is silent, or every piece would be read out; this tells who looks that there is more to come.
    node.setAttribute("aria-busy", String(entry.state === "streaming"));
    node.replaceChildren(
      element("h2", {}, entry.heading),
      ...(entry.asked ? [element("p", { class: "asked" }, entry.asked)] : []),
      ...(entry.state === "streaming" && !entry.answer ? [element("p", { class: "waiting" }, "Thinking…")] : [answer]),
      ...(entry.notice ? [element("p", { class: "notice" }, entry.notice)] : []),
      ...this.actions(entry),
    );
    if (rated) node.querySelector<HTMLElement>(`[data-act="${rated}"]`)?.focus();
  }

  private actions(entry: Entry): HTMLElement[] {
    if (entry.state === "streaming") {
      return [element("div", { class: "actions" }, this.button("stop", "Stop", { type: "stop" }))];
    }
    if (entry.state === "failed") {
      return [element("div", { class: "actions" }, this.button("again", "Ask again", { type: "again", id: entry.id }))];
    }
    if (!entry.interactionId) return [];
    const rate = (helpful: boolean, label: string) => {
      const button = this.button(label, label, { type: "feedback", id: entry.id, helpful });
      button.setAttribute("aria-pressed", String(entry.helpful === helpful));
      return button;
    };
    const label = `Did this help? ${entry.heading}`;
    return [
      element(
        "div",
        { class: "actions", role: "group", "aria-label": label },
        rate(true, "Helpful"),
        rate(false, "Not helpful"),
      ),
    ];
  }

  private button(act: string, label: string, message: FromPanel): HTMLButtonElement {
    const click = () => this.send(message);
    return element("button", { type: "button", class: "small", "data-act": act, click }, label);
  }
}

function same(one: Entry, other: Entry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
