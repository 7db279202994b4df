/** Ranges as lines, for people. Pure. */

import type { Range } from "./protocol";

/** Such as `line 3` or `lines 3 to 5`; a line of which nothing is in the range is left out. */
export function linesIn({ start, end }: Range): string {
  const first = start.line + 1;
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}
