/** The hint ladder in words. Pure. */

import type { Policy, SeatStatus } from "../protocol";

/** What the panel shows of the ladder. */
export interface Ladder {
  readonly given: number;
  readonly ceiling: number;
  /** When the next hint opens, or that there is no other. */
  readonly next: string;
  /** What asking gives, such as `Hint 2 of 5`. */
  readonly button: string;
}

/** The ladder of a challenge; undefined where hints are off. */
export function ladderOf(seat: SeatStatus): Ladder | undefined {
  const { hints, policy } = seat;
  if (!policy.enabled || hints.ceiling === 0) return undefined;
  const { given, ceiling } = hints;
  const again = hints.open || given === 0 ? "" : " again";
  return { given, ceiling, next: nextOf(seat), button: `Hint ${Math.max(hints.next, 1)} of ${ceiling}${again}` };
}

function nextOf({ hints, policy }: { hints: SeatStatus["hints"]; policy: Policy }): string {
  if (hints.given >= hints.ceiling) return "You have had every hint there is. Ask about what is still unclear.";
  if (hints.open) return hints.given === 0 ? "The first hint is open." : "The next hint is open.";
  if (policy.requireAttempt && hints.given === 0) {
    return "The first hint opens when you have tried something: change your code or run it.";
  }
  return "The next hint opens when you change your code or run it.";
}
