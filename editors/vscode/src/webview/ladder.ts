/** The hint ladder on the page: its rungs, and when the next one opens. */

import type { Ladder } from "../tutor/ladder";
import { byId, element, update } from "./dom";

export function showLadder(ladder: Ladder | undefined): void {
  const section = byId("ladder");
  section.hidden = ladder === undefined;
  if (!ladder) return;
  const rungs = Array.from({ length: ladder.ceiling }, (_, at) =>
    element("span", { class: at < ladder.given ? "rung given" : "rung" }),
  );
  const label = `${ladder.given} of ${ladder.ceiling} hints given`;
  update(section, [
    element("div", { class: "rungs", role: "img", "aria-label": label }, ...rungs),
    element("p", {}, `${label}. ${ladder.next}`),
  ]);
}
