/** What the panel and the extension tell each other. Types only. */

import type { Advice, Remedy } from "../server/advice";
import type { Entry } from "./entries";
import type { Ladder } from "./ladder";

/** Everything the panel shows. */
export interface PanelState {
  readonly phase: "starting" | "running" | "failed" | "stopped";
  /** What is wrong with the server. */
  readonly advice?: Advice;
  /** The program's name; absent when none is open. */
  readonly program?: string;
  readonly challenge?: string;
  /** What the challenge asks for, in Markdown. */
  readonly task?: string;
  readonly ladder?: Ladder;
  readonly tutorIsOn: boolean;
  readonly recording: boolean;
  /** The selected lines, such as `lines 3 to 5`. */
  readonly selection?: string;
  readonly isBusy: boolean;
  readonly entries: readonly Entry[];
}

export type ToPanel =
  | { readonly type: "state"; readonly state: PanelState }
  | { readonly type: "delta"; readonly id: string; readonly text: string }
  | { readonly type: "focus" };

export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "ask"; readonly question: string }
  | { readonly type: "kind"; readonly kind: "hint" | "explain" | "review" }
  | { readonly type: "again"; readonly id: string }
  | { readonly type: "feedback"; readonly id: string; readonly helpful: boolean }
  | { readonly type: "stop" }
  | { readonly type: "openChallenge" }
  | { readonly type: "mend"; readonly remedy: Remedy };
