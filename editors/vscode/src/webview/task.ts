/** What the challenge asks for: open until the student has asked something, and whenever they unfold it. */

import type { PanelState } from "../tutor/messages";
import { byId } from "./dom";
import { render } from "./render";

let shown = "";
let hasAsked = false;

export function showTask({ task, challenge, entries }: PanelState): void {
  const details = byId<HTMLDetailsElement>("task");
  details.hidden = task === undefined;
  if (task === undefined) return;
  const asks = entries.length > 0;
  const about = `${challenge}\n${task}`;
  if (about !== shown) {
    // What `render` gives holds no HTML but Markdown's own.
    byId("statement").innerHTML = render(task);
    details.open = !asks;
  } else if (asks && !hasAsked) {
    details.open = false;
  }
  shown = about;
  hasAsked = asks;
}
