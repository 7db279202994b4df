/** The conversation about a challenge as a list of entries. Pure functions. */

import { linesIn } from "../lines";
import type { AskParams, AskResult, Event, Id } from "../protocol";

export type EntryState = "streaming" | "done" | "stopped" | "failed";

/** One question and its answer. */
export interface Entry {
  /** Of this window; the server's name of the answer is `interactionId`. */
  readonly id: string;
  readonly heading: string;
  /** The student's own words, perhaps empty. */
  readonly asked: string;
  /** Markdown. */
  readonly answer: string;
  readonly state: EntryState;
  /** What the student should know about the answer. */
  readonly notice?: string;
  readonly interactionId?: Id;
  readonly helpful?: boolean;
}

const HEADINGS = { hint: "Hint", explain: "Explanation", review: "Review", question: "Question" } as const;
const CUT_SHORT = "Stopped before it was complete.";
const MOST = 200;

/** A question that was just asked. */
export function asked(id: string, params: AskParams): Entry {
  const heading = HEADINGS[params.kind ?? "question"];
  const about = params.range ? `, ${linesIn(params.range)}` : "";
  return { id, heading: heading + about, asked: params.question ?? "", answer: "", state: "streaming" };
}

/** With the whole answer, which may differ from what was streamed. */
export function answered(entry: Entry, result: AskResult): Entry {
  const { notice, hintLevel, nextHint } = result;
  return {
    ...entry,
    ...titled(hintLevel ? hintHeading(hintLevel, nextHint.ceiling) : entry.heading, result.response),
    state: "done",
    interactionId: result.interactionId,
    ...(notice ? { notice } : {}),
  };
}

/** Ended early, with what had arrived. */
export function ended(entry: Entry, state: "stopped" | "failed", notice: string): Entry {
  return { ...entry, state, notice };
}

/** What is on record of a challenge, oldest first. */
export function recorded(events: readonly Event[], ceiling?: number): Entry[] {
  const questions = new Map(events.filter((event) => event.kind === "question").map((event) => [event.id, event]));
  const answers = events.filter((event) => event.kind === "answer" || event.kind === "hint");
  return answers.slice(-MOST).map((event) => {
    const question = questions.get(event.id)?.detail.text;
    return fromRecord(event, text(question), ceiling);
  });
}

/** What is on record, then what was asked in this window, each answer once. */
export function merged(record: readonly Entry[], here: readonly Entry[]): Entry[] {
  const shown = new Set(here.map((entry) => entry.interactionId));
  return [...record.filter((entry) => !shown.has(entry.interactionId)), ...here];
}

function fromRecord(event: Event, question: string, ceiling?: number): Entry {
  const { detail } = event;
  const kind = text(detail.kind) as keyof typeof HEADINGS;
  const level = detail.hintLevel;
  const answer = text(detail.text);
  const isWhole = detail.finishReason !== "cancelled" && detail.finishReason !== "error";
  const interactionId = text(detail.interactionId);
  const feedback = detail.feedback as { helpful?: boolean } | null | undefined;
  return {
    id: interactionId,
    ...titled(typeof level === "number" ? hintHeading(level, ceiling) : (HEADINGS[kind] ?? HEADINGS.question), answer),
    asked: question,
    state: isWhole ? "done" : "stopped",
    interactionId,
    ...(isWhole ? {} : { notice: CUT_SHORT }),
    ...(feedback?.helpful === undefined ? {} : { helpful: feedback.helpful }),
  };
}

/** An answer may begin with a title that says what ours does and more; one of them is enough. */
function titled(heading: string, answer: string): Pick<Entry, "heading" | "answer"> {
  const own = /^\*\*(.+)\*\*\n+/.exec(answer);
  return own?.[1]?.startsWith(heading) ? { heading: own[1], answer: answer.slice(own[0].length) } : { heading, answer };
}

function hintHeading(level: number, ceiling?: number): string {
  return ceiling ? `Hint ${level} of ${ceiling}` : `Hint ${level}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
